"""How long a text takes to read, and how far a long one has scrolled by then."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

UNITS_A_SECOND: Final = 13.0
"""Letters a second: what Netflix's English Template Timed Text Style Guide allows in programmes for children."""

WIDE_UNITS: Final = 2
"""A Hangul syllable counts as two Latin letters, as in Netflix's Korean Timed Text Style Guide (section 2)."""

STARTING_S: Final = 1.0
"""Until the eyes are on the screen."""


def reading_time_s(text: str) -> float:
    """Seconds that slow silent reading of `text` takes; 0 where there is nothing to read."""
    units = sum(WIDE_UNITS if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return STARTING_S + units / UNITS_A_SECOND if units else 0.0


@dataclass(frozen=True, slots=True)
class Scroll:
    """A text that moves up line by line, with the reader's eyes in the middle of what is shown.

    Attributes:
        lines: How many there are.
        room: How many of them are shown.
        lasts_s: How long there is to read all of them.
    """

    lines: int
    room: int
    lasts_s: float

    def first(self, passed_s: float) -> int:
        """How many lines have moved out after that time."""
        moved = math.floor(passed_s / self._pace_s - self.room / 2 + 1e-6) + 1
        return min(self.lines - self.room, max(0, moved))

    def moves_at_s(self, first: int) -> float | None:
        """When line number `first` moves out; None where it stays."""
        return (self.room / 2 + first) * self._pace_s if first < self.lines - self.room else None

    @property
    def _pace_s(self) -> float:
        return max(self.lasts_s, 1e-3) / self.lines
