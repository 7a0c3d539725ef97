"""Keeps a server that is down from being asked again and again: a circuit breaker."""

from __future__ import annotations

from typing import Final

from controller.ports import Clock

FAILURES: Final = 2
"""In a row, after which nobody is sent there for a while."""
SHORTEST_S: Final = 30.0
LONGEST_S: Final = 600.0


class Breaker:
    """Closed: asked. Open: left out. After its time one trial decides; each failure of a trial doubles the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._lasts_s = SHORTEST_S
        self.closed_again_at = float("-inf")
        """When the next trial may be, in seconds on the clock."""

    @property
    def is_open(self) -> bool:
        return self._clock.now() < self.closed_again_at

    def succeeded(self) -> None:
        """The server answered."""
        self._failures, self._lasts_s = 0, SHORTEST_S

    def failed(self, retry_after_s: float = 0.0) -> None:
        """The server did not answer; it asked to be left alone for `retry_after_s` seconds, or said nothing of it."""
        self._failures += 1
        if self._failures < FAILURES and not retry_after_s:
            return
        lasts_s = min(max(self._lasts_s, retry_after_s), LONGEST_S)
        self.closed_again_at = self._clock.now() + lasts_s
        if self._failures >= FAILURES:
            self._lasts_s = min(self._lasts_s * 2, LONGEST_S)
