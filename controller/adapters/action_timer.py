"""The `timer` step: says how long and what for; the machine keeps the time."""

from __future__ import annotations

from config.schema import Timer
from controller.errors import RogerError
from controller.ports import Cancellation
from controller.template import fill, pick
from controller.turn import Slot, StepResult

LONGEST_S = 7 * 86_400


class TimerRunner:
    """Runs `timer`. The result's text is the timer's label."""

    def run(self, step: Timer, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        duration = fill(step.duration, slots)
        try:
            seconds = float(duration)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= LONGEST_S:
            raise RogerError(
                "ACT-06", f'a timer cannot run for "{duration}" seconds', "anything up to a week: timer.duration"
            )
        return StepResult("timer", fill(pick(step.label, language), slots), timer_s=seconds)
