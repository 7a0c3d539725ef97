"""The grammar as a constraint: which units may come next, how many sentences there are, one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, NamedTuple, TypeAlias

from models.intent.automaton import Automaton, determinise
from models.intent.kinds import Kind
from models.intent.positions import END, Call, Follow, Positions, union


class Place(NamedTuple):
    """One state, or one state inside of a call with the state to come back to.

    Attributes:
        state: Of the grammar: where a sentence stands, or inside of a call where it goes on after it.
        kind: The call's automaton; -1 outside.
        inner: The state in it; 0 for open-ended text.
    """

    state: int
    kind: int = -1
    inner: int = 0


Position: TypeAlias = frozenset[Place]
"""Where the units so far can lead; equal positions allow equal sentences to follow."""


def stripped(automaton: Automaton) -> Automaton:
    """The minimal automaton of the same sentences without weights and without the names of slots."""
    positions = Positions()
    follows: list[Follow] = []
    for state, units in enumerate(automaton.units):  # a state's targets have smaller numbers
        ways = [positions.add(unit, follows[target]) for unit, (target, _) in units.items()]
        ways += [positions.add(Call("", call.kind), follows[target]) for call, target, _ in automaton.calls[state]]
        follows.append(union(*ways, () if automaton.finals[state] is None else END))
    return determinise(positions, [(position, 0) for position in follows[automaton.start]])


class Walk:
    """Steps through the stripped automaton."""

    ANY: ClassVar[str] = "*"

    def __init__(self, automaton: Automaton, kinds: Sequence[Kind]) -> None:
        self.automaton = automaton
        self._kinds = kinds
        self._memo: dict[Position, dict[str, Position]] = {}

    @classmethod
    def of(cls, automaton: Automaton, kinds: Sequence[Kind]) -> Walk:
        return cls(stripped(automaton), kinds)

    def start(self) -> Position:
        return frozenset((Place(self.automaton.start),))

    def final(self, position: Position) -> bool:
        return any(place.kind < 0 and self.automaton.finals[place.state] is not None for place in position)

    def inside(self, position: Position) -> frozenset[int]:
        """The kinds of which some value, filler or particle is being said here."""
        return frozenset(place.kind for place in position if place.kind >= 0)

    def follow(self, position: Position) -> dict[str, Position]:
        """The units that may come next and where each leads. Under `ANY`: where any other unit leads."""
        if position not in self._memo:
            targets: dict[str, set[Place]] = {}
            for place in position:
                for unit, target in self._steps(place):
                    targets.setdefault(unit, set()).update(self._with_exit(target))
            others = targets.get(self.ANY, set())
            self._memo[position] = {unit: frozenset(places | others) for unit, places in targets.items()}
        return self._memo[position]

    def _steps(self, place: Place) -> Iterator[tuple[str, Place]]:
        if place.kind >= 0:
            yield from self._inner_steps(place.state, place.kind, place.inner)
            return
        for unit, (target, _) in self.automaton.units[place.state].items():
            yield unit, Place(target)
        for call, target, _ in self.automaton.calls[place.state]:
            automaton = self._kinds[call.kind].automaton
            yield from self._inner_steps(target, call.kind, automaton.start if automaton else 0)

    def _inner_steps(self, state: int, kind: int, inner: int) -> Iterator[tuple[str, Place]]:
        automaton = self._kinds[kind].automaton
        if automaton is None:
            yield self.ANY, Place(state, kind)
            return
        for unit, (target, _) in automaton.units[inner].items():
            yield unit, Place(state, kind, target)

    def _with_exit(self, place: Place) -> tuple[Place, ...]:
        """Inside of a call that may be over, the sentence also goes on outside."""
        if place.kind < 0:
            return (place,)
        automaton = self._kinds[place.kind].automaton
        over = automaton is None or automaton.finals[place.inner] is not None
        return (place, Place(place.state)) if over else (place,)

    def count(self) -> int:
        kinds = [1 if kind.automaton is None else _count(kind.automaton, ()) for kind in self._kinds]
        return _count(self.automaton, kinds)

    def sample(self, choose: Callable[[int], int]) -> tuple[str, ...]:
        """The units of one sentence; open-ended text is one word."""
        return tuple(self._sampled(self.automaton, choose))

    def _sampled(self, automaton: Automaton, choose: Callable[[int], int]) -> Iterator[str]:
        state = automaton.start
        while True:
            ways: list[tuple[str | Call, int]] = [(unit, to) for unit, (to, _) in automaton.units[state].items()]
            ways += [(call, to) for call, to, _ in automaton.calls[state]]
            way = choose(len(ways) + (automaton.finals[state] is not None))
            if way == len(ways):
                return
            label, state = ways[way]
            yield from (label,) if isinstance(label, str) else self._called(label, choose)

    def _called(self, call: Call, choose: Callable[[int], int]) -> Iterator[str]:
        automaton = self._kinds[call.kind].automaton
        yield from self._sampled(automaton, choose) if automaton else ("something",)


def _count(automaton: Automaton, kinds: Sequence[int]) -> int:
    counts: list[int] = []
    for state, units in enumerate(automaton.units):
        said = sum(counts[target] for target, _ in units.values())
        called = sum(kinds[call.kind] * counts[target] for call, target, _ in automaton.calls[state])
        counts.append(said + called + (automaton.finals[state] is not None))
    return counts[automaton.start]
