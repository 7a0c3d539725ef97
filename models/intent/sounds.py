"""How alike two texts sound: an edit distance over rough classes of sounds, from their spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from models.intent.numbers import english_below_hundred

_SPELLINGS: Final = (
    ("ough", "o"), ("tch", "C"), ("ch", "C"), ("sh", "S"), ("th", "T"), ("ph", "f"), ("ck", "k"), ("qu", "kw"),
    ("wh", "w"), ("kn", "n"), ("wr", "r"), ("mb", "m"), ("x", "ks"),
)  # fmt: skip
"""English letters that make one sound; T is that of "th", C of "ch", S of "sh"."""
_JAMO: Final = {
    chr(first + offset): sound
    for first, sounds_of_block in (
        (0x1100, "g g n d d r m b b s s _ j j C k t p h"),
        (0x1161, "a e a e o e o e o a e e o u o e i u u i i"),
        (0x11A8, "g g g n n n d r g m r r r b r m b b s s N j C k t p h"),
    )
    for offset, sound in enumerate(sounds_of_block.split())
}
"""Hangul's initials, vowels and finals as sounds: those that are easily taken for each other are one; _ is silent."""
_NUMBERS: Final = {str(value): " ".join(english_below_hundred(value)) for value in range(100)} | {"%": "percent"}
_VOWELS: Final = frozenset("aeiou")
_NEAR: Final = frozenset(
    frozenset(pair)
    for pair in ("td", "pb", "kg", "sz", "fv", "CS", "TS", "sS", "Td", "Tt", "mn", "lr", "jC", "Tf", "wu", "rw", "jg")
)
_SOFT: Final = _VOWELS | frozenset("hwr")
"""Sounds that are easily missed."""


@lru_cache(4096)
def sounds(text: str) -> str:
    """The sounds of `text`, one letter each."""
    text = re.sub(r"\d+|%", lambda match: _NUMBERS.get(match[0], match[0]), text)
    plain = "".join(_JAMO.get(character, character) for character in unicodedata.normalize("NFD", text.lower()))
    plain = re.sub(r"[^a-zA-Z0-9]", "", plain)
    for letters, sound in _SPELLINGS:
        plain = plain.replace(letters, sound)
    plain = re.sub(r"c(?=[eiy])", "s", plain)
    plain = plain.replace("c", "k").replace("q", "k").replace("y", "i")
    return plain[:1] + "".join(second for first, second in pairwise(plain) if first != second)


@lru_cache(4096)
def distance(one: str, other: str) -> float:
    """From 0, the same, to about 1, nothing alike: the cost of the edits for each sound of the longer text."""
    first, second = sounds(one), sounds(other)
    row = [0.0]
    for sound in second:
        row.append(row[-1] + _missed(sound))
    for heard in first:
        below = [row[0] + _missed(heard)]
        for at, sound in enumerate(second):
            swapped = row[at] + _swapped(heard, sound)
            below.append(min(swapped, row[at + 1] + _missed(heard), below[at] + _missed(sound)))
        row = below
    return row[-1] / max(len(first), len(second), 1)


def _missed(sound: str) -> float:
    return 0.4 if sound in _SOFT else 0.8


def _swapped(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return 0.3
    return 0.5 if frozenset((one, other)) in _NEAR else 1.0
