"""A mechanical contact as clean presses and releases. Pure: edges and times in, events out."""

from __future__ import annotations

from controller.events import ButtonPressed, ButtonReleased, Event


class Debouncer:
    """Reports an edge at once, with the time it happened, and then lets the contact bounce for a while.

    Args:
        window_s: For how long after a reported edge others are ignored. If the contact then rests in the other
            position, that is reported too, so a short press is never lost.
    """

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._reported = False
        self._level = False
        self._quiet_from = float("-inf")

    @property
    def pressed(self) -> bool:
        """Whether the last that was reported is a press."""
        return self._reported

    @property
    def next_settle(self) -> float | None:
        """When `settle` has to be called; None while nothing bounces."""
        return self._quiet_from if self._level != self._reported else None

    def edge(self, pressed: bool, at: float) -> list[Event]:
        """The contact changed at `at` seconds."""
        events = self.settle(at)
        self._level = pressed
        return events if at < self._quiet_from else events + self._report(at)

    def settle(self, at: float) -> list[Event]:
        """The time is `at`: report where the contact came to rest."""
        return self._report(self._quiet_from) if at >= self._quiet_from else []

    def _report(self, at: float) -> list[Event]:
        if self._level == self._reported:
            return []
        self._reported = self._level
        self._quiet_from = at + self._window_s
        return [ButtonPressed(at) if self._reported else ButtonReleased(at)]
