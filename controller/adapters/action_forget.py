"""`forget` steps: the bigger model is not reminded any more of what was said before."""

from __future__ import annotations

from collections.abc import Callable

from controller.ports import Cancellation
from controller.turn import Slot, StepResult


class ForgetRunner:
    """Runs `forget`."""

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget

    def run(self, step: str, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        self._forget()
        return StepResult("forget")
