"""Steps that only say or show something: `say`, `show` and `clock`; and what others printed, cut to the screen."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from config.schema import LocalText, TellTime
from controller.ports import Cancellation, Clock
from controller.template import fill, pick
from controller.turn import Slot, StepResult

SHOWN_LINES = 8
SHOWN_CHARACTERS = 400

_DAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_KO: Final = ("월", "화", "수", "목", "금", "토", "일")
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class TextRunner:
    """Runs `say` and `show`; which of them is the `kind`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def run(self, step: LocalText, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        return StepResult(self._kind, fill(pick(step, language), slots))


class ClockRunner:
    """Runs `clock`: the time of day or the date, as people say it; no locale of the system is needed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def run(self, step: TellTime, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        now = self._clock.wall()
        return StepResult("clock", spoken_time(now, language) if step.tell == "time" else spoken_date(now, language))


def spoken_time(moment: datetime, language: str) -> str:
    """ "It is 3:05 PM", "오후 3시 5분"."""
    hour = moment.hour % 12 or 12
    if language == "ko":
        minutes = f" {moment.minute}분" if moment.minute else ""
        return f"{'오전' if moment.hour < 12 else '오후'} {hour}시{minutes}"
    return f"It is {hour}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def spoken_date(moment: datetime, language: str) -> str:
    """ "Monday, 23 November", "11월 23일 월요일"."""
    if language == "ko":
        return f"{moment.month}월 {moment.day}일 {_DAYS_KO[moment.weekday()]}요일"
    return f"{_DAYS_EN[moment.weekday()]}, {moment.day} {_MONTHS_EN[moment.month - 1]}"


def first_lines(printed: bytes) -> str:
    """The start of what a program or server printed, fit for a small screen: whole characters, no control codes."""
    lines = printed.decode("utf-8", errors="replace").strip().splitlines()
    clean = (_printable(line).rstrip() for line in lines[:SHOWN_LINES])
    return "\n".join(line for line in clean if line)[:SHOWN_CHARACTERS]


def _printable(line: str) -> str:
    return "".join(character for character in line if unicodedata.category(character) not in ("Cc", "Cf"))
