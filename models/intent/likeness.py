"""Whether one word can have been heard for another: how far apart, by length, and what else they have to share."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from models.intent.sounds import distance, sounds
from models.intent.units import is_hangul

ALONE: Final = 0.1
"""So far away (see `models.intent.sounds.distance`) may a Latin word be that nothing else speaks for."""
BESIDE: Final = 0.3
"""The same after the value's first word, as in "light rose": that says already which value it is."""
SHORT_BESIDE: Final = 0.2
"""The same for `SHORT` sounds and fewer ..."""
SHORTEST_BESIDE: Final = 0.1
"""... and for `SHORTEST` and fewer."""
HANGUL: Final = 0.17
"""A Korean word, which has two syllables at least."""
SPELLED: Final = 0.75
"""Many Korean words have nearly the same rough sounds: this share of the letters has to be the same, too."""
SHORT: Final = 4
"""A Latin word of so many sounds has to sound the same where it stands alone."""
SHORTEST: Final = 3
"""A word of so many sounds is never taken where it stands alone."""


def same_sound(one: str, other: str) -> bool:
    """Whether nothing but the spelling differs; in few sounds there is too little to tell."""
    return one == other or (len(sounds(other)) >= SHORT and sounds(one) == sounds(other))


def is_near(said: str, meant: str, is_beside: bool) -> bool:
    """Whether a word can have been heard for another one."""
    if not said.isalpha() or not may_be(said, meant) or not sounds(said) or sounds(said)[0] != sounds(meant)[:1]:
        return False
    if is_hangul(said[0]) and _spelled_alike(said, meant) < SPELLED:
        return False
    return distance(said, meant) <= _allowed(meant, is_beside)


def may_be(said: str, other: str) -> bool:
    """Whether they are of one script and nearly as long; in letters first, for a word may be very long."""
    if is_hangul(said[0]) != is_hangul(other[0]) or len(said) > 2 * len(other) + 2:
        return False
    return abs(len(sounds(said)) - len(sounds(other))) <= 1 + len(sounds(other)) // 6


def _allowed(meant: str, is_beside: bool) -> float:
    """How far away (see `distance`) a word may be; below 0 for one that has to be exact."""
    length = len(sounds(meant))
    if is_hangul(meant[0]):
        return HANGUL if len(meant) > 1 else -1
    if is_beside:
        return SHORTEST_BESIDE if length <= SHORTEST else SHORT_BESIDE if length <= SHORT else BESIDE
    return -1 if length <= SHORTEST else 0 if length <= SHORT else ALONE


@lru_cache(4096)
def _spelled_alike(one: str, other: str) -> float:
    """The share of the letters of both that are the same, 0 to 1."""
    first, second = unicodedata.normalize("NFD", one), unicodedata.normalize("NFD", other)
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
