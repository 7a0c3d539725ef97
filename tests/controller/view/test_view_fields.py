"""What {fields} stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from config.screens import FieldName, NumberName
from controller.errors import Problem
from controller.turn import Decision, Part, RunningTimer, Scene, Slot, StepResult, Transcript, Turn
from controller.view import load_texts
from controller.view.fields import Fields, clock_text

EN, KO = load_texts("en"), load_texts("ko")
GONE = Problem("MIC-02", 'the microphone "USB" is gone', "plug it in again")


def fields(at: float = 0.0, **scene: Any) -> Fields:
    return Fields(Scene(**scene), at, EN)


def test_timers_count_down_second_by_second_the_next_one_first() -> None:
    timers = (RunningTimer("eggs", 300.0), RunningTimer("tea", 100.0), RunningTimer("", 5000.0))
    found = fields(38.5, timers=timers)
    assert found.text("timer") == "tea 1:02"
    assert found.text("timers") == "tea 1:02\neggs 4:22\n1:22:42"
    assert found.change == pytest.approx(39.0)


def test_a_timer_that_is_due_stays_at_zero() -> None:
    found = fields(10.0, timers=(RunningTimer("tea", 9.0),))
    assert found.text("timer") == "tea 0:00"
    assert found.change is None


def test_timers_that_ring_are_named() -> None:
    timers = (RunningTimer("tea", 1.0, True), RunningTimer("", 2.0, True), RunningTimer("eggs", 3.0, True))
    assert fields(5.0, timers=timers).text("ringing") == "tea, eggs"


def test_the_last_seconds_of_a_recording_are_counted() -> None:
    recording = Scene("recording", 0.0, 30.0)
    seen = {at: Fields(recording, at, EN).text("seconds_left") for at in (0.0, 19.9, 20.0, 27.5, 29.01, 30.0, 31.0)}
    assert seen == {0.0: "", 19.9: "", 20.0: "10", 27.5: "3", 29.01: "1", 30.0: "0", 31.0: "0"}


def test_they_say_when_the_next_one_comes() -> None:
    for at, change in ((1.0, 20.0), (20.0, 21.0), (27.5, 28.0), (29.5, 30.0), (30.0, None)):
        found = fields(at, state="recording", until=30.0)
        found.text("seconds_left")
        assert found.change == change


def test_what_is_for_the_record_is_not_shown() -> None:
    results = (
        StepResult("gpio", "kitchen_light on"),
        StepResult("say", "Good night"),
        StepResult("timer", "tea", 90.0),
    )
    assert fields(turn=Turn(results=results)).text("results") == "Good night\ntea 1:30"


def test_what_was_understood_is_in_the_words_it_was_said_in() -> None:
    slots = (Slot("light", "bedroom_light", "bedroom light"), Slot("brightness", 50))
    assert fields(turn=Turn(decision=Decision("dim", slots))).text("understood") == "bedroom light\n50"


def test_the_transcript_takes_the_place_of_the_caption() -> None:
    turn = Turn(caption="turn on")
    assert fields(turn=turn).text("heard") == "turn on"
    assert fields(turn=replace(turn, transcript=Transcript("Turn on.", "en"))).text("heard") == "Turn on."


def test_errors_speak_the_users_language() -> None:
    english, korean = (Fields(Scene(turn=Turn(problem=GONE)), 0.0, texts) for texts in (EN, KO))
    assert [english.text(name) for name in ("code", "problem", "hint")] == ["MIC-02", GONE.message, GONE.hint]
    assert [korean.text(name) for name in ("code", "problem", "hint")] == [
        "MIC-02",
        "마이크가 빠졌어요",
        "다시 꽂아 주세요",
    ]


def test_an_error_without_a_translation_keeps_its_own_words() -> None:
    found = Fields(Scene(turn=Turn(problem=Problem("CFG-01", "unreadable", "look"))), 0.0, KO)
    assert (found.text("problem"), found.text("hint")) == ("unreadable", "look")


def test_parts_are_told_by_their_names() -> None:
    parts = (
        Part("recognizer", "loading", 0.5),
        Part("microphone", "missing"),
        Part("x", "missing"),
        Part("chat", "off"),
    )
    found = fields(parts=parts)
    assert found.text("loading") == "hearing"
    assert found.text("missing") == "no microphone, x"
    assert found.text("chat_off")
    assert found.number("loaded") == pytest.approx(2.5 / 3)


def test_why_nothing_was_heard_is_said_in_words() -> None:
    for reason, words in (("too quiet", "it was too quiet"), ("a new one", "a new one")):
        assert fields(turn=Turn(transcript=Transcript(why_empty=reason))).text("why") == words


@pytest.mark.parametrize(("at", "left"), [(0.0, 1.0), (10.2, 0.5), (19.9, 0.025), (20.0, 0.0), (30.0, 0.0)])
def test_the_time_left_runs_out(at: float, left: float) -> None:
    assert fields(at, until=20.0).number("time_left") == pytest.approx(left)


def test_everything_that_screens_yaml_may_name_can_be_looked_up() -> None:
    nothing = fields()
    assert {name: nothing.text(name) for name in get_args(FieldName)} == dict.fromkeys(get_args(FieldName), "")
    assert {name: nothing.number(name) for name in get_args(NumberName)} == {"level": 0, "time_left": 0, "loaded": 1}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (5, "0:05"), (65.4, "1:05"), (600, "10:00"), (5400, "1:30:00")]
)
def test_times_read_as_on_a_kitchen_timer(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
