"""The alternative to constrained decoding: the free text is repaired to the sentence of the grammar that is nearest."""

from __future__ import annotations

from typing import Final, TypeAlias

from models.intent.grammar import Grammar
from models.intent.sounds import distance
from models.intent.units import spell, units
from models.intent.walk import Position, Walk

BEAM: Final = 60
MISSED: Final = 0.7
"""What a word costs that only one of the two has; one word for another costs how different they sound, up to 1."""
MOST: Final = 0.3
"""So much may differ for each word; above, the text asks for nothing."""

_Beam: TypeAlias = dict[tuple[Position, tuple[str, ...]], float]


def repaired(grammar: Grammar, text: str) -> str:
    """The sentence nearest to `text` by an edit distance over the words and their sounds; empty where none is near."""
    heard = units(text)
    beam: _Beam = {(grammar.walk.start(), ()): 0.0}
    for unit in heard:
        beam = _best(_read(grammar.walk, _best(_with_missed(grammar.walk, beam)), unit))
    beam = _with_missed(grammar.walk, _with_missed(grammar.walk, beam))
    whole = {said: cost for (position, said), cost in beam.items() if grammar.walk.final(position)}
    best = min(whole, key=whole.__getitem__, default=())
    return spell(best) if best and whole[best] <= MOST * len(heard) else ""


def _read(walk: Walk, beam: _Beam, heard: str) -> _Beam:
    """Every hypothesis after one more word that was heard."""
    longer: _Beam = {}
    for (position, said), cost in beam.items():
        _keep(longer, position, said, cost + MISSED)
        for unit, target in walk.follow(position).items():
            _keep(longer, target, (*said, unit), cost + (0.0 if unit == heard else min(1.0, distance(heard, unit))))
    return longer


def _with_missed(walk: Walk, beam: _Beam) -> _Beam:
    """Also those with one more word that was not heard."""
    more = dict(beam)
    for (position, said), cost in beam.items():
        for unit, target in walk.follow(position).items():
            _keep(more, target, (*said, unit), cost + MISSED)
    return more


def _keep(beam: _Beam, position: Position, said: tuple[str, ...], cost: float) -> None:
    beam[position, said] = min(cost, beam.get((position, said), cost))


def _best(beam: _Beam) -> _Beam:
    return dict(sorted(beam.items(), key=lambda one: one[1])[:BEAM])
