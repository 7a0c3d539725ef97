"""The deterministic side of the grammar: one minimal acyclic automaton with weights.

Made in one pass (Mohri, "Finite-State Transducers in Language and Speech Processing", 1997, for acyclic input): sets of
positions with what is left of their weights become states on the way down; on the way up weights are pushed towards the
beginning and equal states become one (Daciuk et al., "Incremental Construction of Minimal Acyclic Finite-State
Automata", 2000). Where two ways spell the same sentence the smaller weight wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from models.intent.positions import Call, Follow, Positions

Arc: TypeAlias = tuple[int, int]
"""The next state and the weight that the arc adds."""

CallArc: TypeAlias = tuple[Call, int, int]
"""The call, the next state and the weight that the arc adds."""

Clash: TypeAlias = Callable[[int, int], None]
"""Told the weights of two sentences that are spelled alike, the winner's first."""

_Members: TypeAlias = tuple[tuple[int, int], ...]
_Made: TypeAlias = tuple[int, int]


@dataclass
class Automaton:
    """States by index; equal right languages are one state.

    Attributes:
        units: Of each state, the arcs by unit.
        calls: Of each state, the arcs that call another automaton.
        finals: Of each state, the weight of ending there; None where no sentence ends.
        start: The first state.
        offset: A weight that every sentence has.
    """

    units: list[dict[str, Arc]] = field(default_factory=list)
    calls: list[tuple[CallArc, ...]] = field(default_factory=list)
    finals: list[int | None] = field(default_factory=list)
    start: int = 0
    offset: int = 0

    @property
    def arcs(self) -> int:
        """How many arcs there are, calls included."""
        return sum(map(len, self.units)) + sum(map(len, self.calls))


def determinise(
    positions: Positions, start: Iterable[tuple[int, int]], clash: Clash = lambda winner, loser: None
) -> Automaton:
    """The minimal automaton of the sentences that begin with the pairs (position, weight) of `start`."""
    work = _Determiniser(positions)
    members = tuple(sorted(start))
    lowest = min((weight for _, weight in members), default=0)
    made = work.mixed(tuple((position, weight - lowest) for position, weight in members), lowest)
    work.automaton.start, work.automaton.offset = made[0], made[1] + lowest
    for winner, loser in sorted(set(work.clashes)):
        clash(winner, loser)
    return work.automaton


class _Determiniser:
    def __init__(self, positions: Positions) -> None:
        self.automaton = Automaton()
        self._positions = positions
        self.clashes: list[tuple[int, int]] = []
        self._clashing: dict[_Members, set[int]] = {}
        self._plain: dict[Follow, _Made] = {}
        self._mixed: dict[_Members, _Made] = {}
        self._interned: dict[tuple[int | None, frozenset[tuple[str | Call, int, int]]], int] = {}

    def plain(self, follow: Follow, so_far: int) -> _Made:
        """As `mixed`, of positions with no weight left: by far the most common."""
        made = self._plain.get(follow)
        if made is None:
            made = self._plain[follow] = self._state(((position, 0) for position in follow), so_far)
        return made

    def mixed(self, members: _Members, so_far: int) -> _Made:
        """The state of a set of positions, each with the weight it is ahead, and what it adds on every way out."""
        made = self._mixed.get(members)
        if made is None or so_far not in self._clashing.get(members, (so_far,)):
            clashes = len(self.clashes)
            made = self._mixed[members] = self._state(members, so_far)
            if len(self.clashes) > clashes:  # other sentences that lead here clash as well, and are told
                self._clashing.setdefault(members, set()).add(so_far)
        return made

    def _state(self, members: Iterable[tuple[int, int]], so_far: int) -> _Made:
        labels, weights = self._positions.labels, self._positions.weights
        final: int | None = None
        by_label: dict[str | Call, list[tuple[int, int]]] = {}
        for position, ahead in members:
            label = labels[position]
            if label is None:
                final = ahead
            else:
                by_label.setdefault(label, []).append((position, ahead + weights[position]))
        arcs = [(label, *self._target(group, so_far)) for label, group in by_label.items()]
        return self._intern(final, arcs)

    def _target(self, group: list[tuple[int, int]], so_far: int) -> _Made:
        follows = self._positions.follows
        if len(group) == 1:
            position, weight = group[0]
            state, added = self.plain(follows[position], so_far + weight)
            return state, weight + added
        merged: dict[int, int] = {}
        for position, weight in group:
            for following in follows[position]:
                known = merged.setdefault(following, weight)
                if known != weight:
                    merged[following] = min(known, weight)
                    self.clashes.append((so_far + min(known, weight), so_far + max(known, weight)))
        lowest = min(merged.values())
        members = tuple((position, weight - lowest) for position, weight in sorted(merged.items()))
        state, added = self.mixed(members, so_far + lowest)
        return state, lowest + added

    def _intern(self, final: int | None, arcs: list[tuple[str | Call, int, int]]) -> _Made:
        """The one state with these ways on; what all of them add goes to the arc that leads here."""
        lowest = min([weight for _, _, weight in arcs] + ([] if final is None else [final]), default=0)
        final = None if final is None else final - lowest
        arcs = [(label, target, weight - lowest) for label, target, weight in arcs]
        key = (final, frozenset(arcs))
        state = self._interned.get(key)
        if state is None:
            state = self._interned[key] = self._append(final, arcs)
        return state, lowest

    def _append(self, final: int | None, arcs: list[tuple[str | Call, int, int]]) -> int:
        automaton = self.automaton
        automaton.finals.append(final)
        automaton.units.append({label: (to, weight) for label, to, weight in arcs if isinstance(label, str)})
        automaton.calls.append(tuple((label, to, weight) for label, to, weight in arcs if isinstance(label, Call)))
        return len(automaton.finals) - 1
