"""How many sentences each phrase has: dynamic programming over the automaton, from the ends to the beginning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from models.intent.automaton import Automaton
from models.intent.grammar import Grammar
from models.intent.kinds import Kind


class Count(NamedTuple):
    """How many sentences there are. Exact; one that can be read in two ways counts twice.

    Attributes:
        closed: Without fillers, particles and open-ended text.
        plain: Without fillers and particles; any open-ended text counts as one.
        polite: All of them.
    """

    closed: int = 0
    plain: int = 0
    polite: int = 0

    @property
    def has_text(self) -> bool:
        """Whether some of the sentences hold open-ended text, so that there is no end of them."""
        return self.plain > self.closed

    def plus(self, other: Count) -> Count:
        return Count(self.closed + other.closed, self.plain + other.plain, self.polite + other.polite)

    def times(self, other: Count) -> Count:
        return Count(self.closed * other.closed, self.plain * other.plain, self.polite * other.polite)


NONE = Count()
ONE = Count(1, 1, 1)

Ways: TypeAlias = Sequence[dict[int, Count]]
"""Of each state: the sentences that end from here, by what their weights add up to. At the start that is the phrase."""


def ways_of(automaton: Automaton, kinds: Sequence[Kind]) -> Ways:
    """Time and memory grow with the arcs, times the phrases that are not told apart yet where they stand."""
    called = [_said_for(kind) for kind in kinds]
    ways: list[dict[int, Count]] = []
    for state, final in enumerate(automaton.finals):  # a state's targets have smaller numbers
        here: dict[int, Count] = {} if final is None else {final: ONE}
        for factor, target, weight in _arcs(automaton, state, called):
            for rest, count in ways[target].items():
                more = count if factor is ONE else count.times(factor)
                known = here.get(rest + weight)
                here[rest + weight] = known.plus(more) if known else more
        ways.append(here)
    return ways


def _arcs(automaton: Automaton, state: int, called: Sequence[Count]) -> Iterator[tuple[Count, int, int]]:
    yield from ((ONE, target, weight) for target, weight in automaton.units[state].values())
    yield from ((called[call.kind], target, weight) for call, target, weight in automaton.calls[state])


def _said_for(kind: Kind) -> Count:
    """In how many ways a slot's values, or a filler, can be said."""
    if kind.automaton is None:
        return Count(0, 1, 1)
    said = _paths(kind.automaton)
    return Count(said, said, said) if kind.slot else Count(0, 0, said)


def _paths(automaton: Automaton) -> int:
    """All sentences of a slot or filler, whatever they mean."""
    paths: list[int] = []
    for state, final in enumerate(automaton.finals):
        paths.append(sum(paths[target] for target, _ in automaton.units[state].values()) + (final is not None))
    return paths[automaton.start]


def counts(grammar: Grammar, ways: Ways) -> list[Count]:
    """Of each phrase of `grammar`, in its order. A phrase whose sentences are all said by earlier ones has none."""
    automaton = grammar.automaton
    start = ways[automaton.start]
    return [start.get(number - automaton.offset, NONE) for number in range(len(grammar.phrases))]
