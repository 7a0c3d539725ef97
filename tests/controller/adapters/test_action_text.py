"""What is said and shown: texts by language, the time, the date, and what others printed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.schema import LocalText, TellTime
from controller.adapters.action_text import ClockRunner, TextRunner, first_lines, spoken_date, spoken_time
from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.turn import Slot, StepResult
from controller.worker import Token

SAID = {"room": Slot("room", "living_room", "거실")}


@pytest.mark.parametrize("kind", ["say", "show"])
@pytest.mark.parametrize(
    ("language", "text"), [("en", "The light in 거실 is on."), ("ko", "거실 불을 켰어요.")], ids=["en", "ko"]
)
def test_a_text_is_said_in_the_language_of_the_question(kind: str, language: str, text: str) -> None:
    step: LocalText = {"en": "The light in {room.text} is on.", "ko": "{room.text} 불을 켰어요."}
    assert TextRunner(kind).run(step, SAID, language, Token()) == StepResult(kind, text)


def test_a_text_that_needs_what_was_not_said() -> None:
    with pytest.raises(RogerError) as caught:
        TextRunner("say").run("{room} {colour}", SAID, "en", Token())
    assert caught.value.problem.code == "ACT-05"


@pytest.mark.parametrize(
    ("hour", "minute", "english", "korean"),
    [
        (0, 0, "It is 12:00 AM", "오전 12시"),
        (0, 5, "It is 12:05 AM", "오전 12시 5분"),
        (9, 30, "It is 9:30 AM", "오전 9시 30분"),
        (12, 0, "It is 12:00 PM", "오후 12시"),
        (15, 5, "It is 3:05 PM", "오후 3시 5분"),
        (23, 59, "It is 11:59 PM", "오후 11시 59분"),
    ],
)
def test_the_time_is_said_as_people_say_it(hour: int, minute: int, english: str, korean: str) -> None:
    moment = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
    assert (spoken_time(moment, "en"), spoken_time(moment, "ko")) == (english, korean)


@pytest.mark.parametrize(
    ("month", "day", "english", "korean"),
    [(11, 23, "Monday, 23 November", "11월 23일 월요일"), (1, 4, "Sunday, 4 January", "1월 4일 일요일")],
)
def test_the_date_is_said_as_people_say_it(month: int, day: int, english: str, korean: str) -> None:
    moment = datetime(2026, month, day, tzinfo=UTC)
    assert (spoken_date(moment, "en"), spoken_date(moment, "ko")) == (english, korean)


def test_the_clock_is_the_machine_s() -> None:
    clock = VirtualClock(datetime(2026, 11, 23, 15, 4, tzinfo=UTC))
    clock.advance_to(60)
    runner = ClockRunner(clock)
    assert runner.run(TellTime(tell="time"), {}, "en", Token()) == StepResult("clock", "It is 3:05 PM")
    assert runner.run(TellTime(tell="date"), {}, "ko", Token()) == StepResult("clock", "11월 23일 월요일")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (b"", ""),
        (b"  \n\n up 3 days \n\n\nload 0.1\n", "up 3 days\nload 0.1"),
        ("맑음\r\n17 °C".encode(), "맑음\n17 °C"),
        ("맑음".encode()[:-1], "맑\N{REPLACEMENT CHARACTER}"),
        (b"a\x00b\x1b[2J\x7f", "ab[2J"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}abc".encode(), "abc"),
    ],
)
def test_what_was_printed_is_fit_for_the_screen(printed: bytes, shown: str) -> None:
    assert first_lines(printed) == shown


def test_much_that_was_printed_is_cut() -> None:
    assert first_lines(b"x" * 10_000) == "x" * 400
