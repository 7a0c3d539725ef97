"""What of a session by hand is real: its time, and on demand its ears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.app import Surroundings
from controller.clock import SystemClock


class SettableClock(SystemClock):
    """Real time, with a clock on the wall that can be set."""

    def __init__(self) -> None:
        super().__init__()
        self._set_by_s = 0.0

    def wall(self) -> datetime:
        return super().wall() + timedelta(seconds=self._set_by_s)

    def set_wall(self, seconds: float) -> None:
        """Somebody sets it by so many seconds."""
        self._set_by_s += seconds


@dataclass(frozen=True)
class Real:
    """What is not simulated.

    Attributes:
        names: What is then in nobody's hand: "microphone", "hear", "understand".
        workers: Those that need a thread.
        around: Puts it in place of what is simulated.
    """

    names: frozenset[str] = frozenset()
    workers: frozenset[str] = frozenset()
    around: Callable[[Surroundings], Surroundings] = lambda around: around
