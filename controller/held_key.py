"""A key that tells no release as a button. Pure: strokes and times in, events out."""

from __future__ import annotations

from typing import Final

from controller.events import ButtonPressed, ButtonReleased, Event

FIRST_REPEAT_S: Final = 0.7
"""A held key repeats. The first repeat comes after 0.2 to 0.66 s, by desktop."""
REPEAT_S: Final = 0.15
"""Then repeats come every 25 to 50 ms; a longer pause means that the key was let go."""
TAP_S: Final = 0.05
"""How long a single stroke without repeats pretends to have been."""


class HeldKey:
    """Reports the first stroke at once, and the release when no repeat has come for long enough.

    Args:
        repeat_s: A longer pause between repeats means that the key was let go.
    """

    def __init__(self, repeat_s: float = REPEAT_S) -> None:
        self._repeat_s = repeat_s
        self._pressed_at = 0.0
        self._repeats = False
        self.next_settle: float | None = None
        """When `settle` has to be called; None while the key is up."""

    def stroke(self, at: float) -> list[Event]:
        """The key was struck, or repeated itself, at `at` seconds."""
        events = self.settle(at)
        self._repeats = self.next_settle is not None
        if self._repeats:
            self.next_settle = at + self._repeat_s
            return events
        self._pressed_at, self.next_settle = at, at + FIRST_REPEAT_S
        return [*events, ButtonPressed(at)]

    def settle(self, at: float) -> list[Event]:
        """The time is `at`: report that the key was let go, if it was."""
        due = self.next_settle
        if due is None or at < due:
            return []
        self.next_settle = None
        return [ButtonReleased(due if self._repeats else self._pressed_at + TAP_S)]
