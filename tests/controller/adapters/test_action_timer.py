"""A timer step says how long and what for."""

from __future__ import annotations

import pytest

from config.schema import Timer
from controller.adapters.action_timer import TimerRunner
from controller.errors import RogerError
from controller.turn import Slot, StepResult
from controller.worker import Token


def run(step: Timer, language: str = "en", seconds: float = 90) -> StepResult:
    slots = {"duration": Slot("duration", seconds, "a minute and a half")}
    return TimerRunner().run(step, slots, language, Token())


@pytest.mark.parametrize(
    ("duration", "seconds"), [("{duration}", 90.0), ("45", 45.0), ("2.5", 2.5)], ids=["said", "fixed", "part"]
)
def test_a_timer_runs_as_long_as_was_said(duration: str, seconds: float) -> None:
    assert run(Timer(duration=duration)) == StepResult("timer", timer_s=seconds)


def test_its_label_is_in_the_language_of_the_question() -> None:
    step = Timer(duration="{duration}", label={"en": "Tea, {duration.text}", "ko": "차"})
    assert run(step).text == "Tea, a minute and a half"
    assert run(step, "ko").text == "차"


@pytest.mark.parametrize("seconds", [0, -5, 1e9])
def test_a_timer_that_cannot_run(seconds: float) -> None:
    with pytest.raises(RogerError) as caught:
        run(Timer(duration="{duration}"), seconds=seconds)
    assert caught.value.problem.code == "ACT-06"
    assert "timer.duration" in caught.value.problem.hint


def test_a_duration_that_was_not_said() -> None:
    with pytest.raises(RogerError) as caught:
        TimerRunner().run(Timer(duration="{duration}"), {}, "en", Token())
    assert caught.value.problem.code == "ACT-05"
