"""How long scripted work takes: it says so itself, so that a run is the same on every computer."""

from __future__ import annotations

from collections.abc import Callable


class Effort:
    """Give `stopwatch` to the workers; work that they run calls `spend`. One step of one job at a time."""

    def __init__(self) -> None:
        self._spent_s = 0.0

    def spend(self, seconds: float) -> None:
        """The step that runs now takes that much longer; `math.inf` never ends."""
        self._spent_s += seconds

    def stopwatch(self) -> Callable[[], float]:
        """Start measuring a step."""
        self._spent_s = 0.0
        return lambda: self._spent_s
