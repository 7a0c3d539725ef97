"""Words that turn an order around: who says "off" does not mean an action that knows only "on"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from config.language_grammar import language_grammar
from models.intent.compiled import LANGUAGES
from models.intent.units import is_hangul, spell, units

Pair = tuple[tuple[str, ...], tuple[str, ...]]


Side = tuple[int, bool]
"""Of a pair of opposites: its number, and which of the two."""


@lru_cache(maxsize=100)
def sides(text: str) -> frozenset[Side]:
    """Which sides of which pairs stand in a text."""
    plain = f" {spell(units(text))} "
    return frozenset(
        (number, bool(side))
        for number, pair in enumerate(_pairs())
        for side, words in enumerate(pair)
        if any(word in plain for word in words)
    )


def contradict(said: Iterable[Side], known: frozenset[Side]) -> bool:
    """Whether something that was said is known only as its opposite."""
    return any(side not in known and (side[0], not side[1]) in known for side in said)


@cache
def _pairs() -> tuple[Pair, ...]:
    written = (pair for language in LANGUAGES for pair in language_grammar(language).opposites)
    return tuple((tuple(map(_in_a_text, one)), tuple(map(_in_a_text, other))) for one, other in written)


def _in_a_text(word: str) -> str:
    """As it stands there: between spaces, but for Korean, whose words cling to one another."""
    plain = spell(units(word))
    return plain if is_hangul(plain[0]) else f" {plain} "
