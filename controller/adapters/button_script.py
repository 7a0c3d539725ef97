"""A button that is pressed by a script."""

from __future__ import annotations

from controller.events import ButtonPressed, ButtonReleased, Event
from controller.ports import Clock, Post


class ScriptedButton:
    """Presses and releases at given times of any clock."""

    def __init__(self, clock: Clock, post: Post) -> None:
        self._clock = clock
        self._post = post

    def hold(self, start_s: float, seconds: float) -> None:
        """Press at `start_s` on the clock and let go `seconds` later."""
        self._at(ButtonPressed(start_s))
        self._at(ButtonReleased(start_s + seconds))

    def close(self) -> None:
        """There is nothing to let go of."""

    def _at(self, event: Event) -> None:
        self._clock.call_at(event.at, lambda: self._post(event))
