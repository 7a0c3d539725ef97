"""The non-deterministic side of the grammar: positions in phrases, built from the end to the beginning.

A position is one label with a weight, and the positions that may follow it (Glushkov's automaton: no empty arcs). Equal
positions are one object, so phrases share their ends from the start. Weights add up along a sentence; that gives
numbers their value, named values their index, and sentences their phrase.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias


class Call(NamedTuple):
    """A label that stands for every sentence of another automaton.

    Attributes:
        slot: The slot that it fills; empty for fillers and particles.
        kind: Index of the automaton.
    """

    slot: str
    kind: int


Label: TypeAlias = str | Call | None
"""A unit, a call, or None for the end of a sentence."""

Follow: TypeAlias = tuple[int, ...]
"""Positions of which any may come next, ascending."""

END: Final[Follow] = (0,)


def union(*follows: Follow) -> Follow:
    if len(follows) == 1:
        return follows[0]
    return tuple(sorted(set().union(*follows)))


class Positions:
    """All positions of one automaton; equal ones are made once."""

    def __init__(self) -> None:
        self.labels: list[Label] = [None]
        self.weights: list[int] = [0]
        self.follows: list[Follow] = [()]
        self._known: dict[tuple[Label, int, Follow], int] = {}

    def add(self, label: Label, follow: Follow, weight: int = 0) -> Follow:
        """The position of `label` before `follow`."""
        key = (label, weight, follow)
        position = self._known.get(key)
        if position is None:
            position = self._known[key] = len(self.labels)
            self.labels.append(label)
            self.weights.append(weight)
            self.follows.append(follow)
        return (position,)

    def say(self, sentence: Iterable[str], follow: Follow, weight: int = 0) -> Follow:
        """The positions of a row of units before `follow`; the first carries the weight."""
        first, *rest = sentence
        for unit in reversed(rest):
            follow = self.add(unit, follow)
        return self.add(first, follow, weight)

    def maybe(self, label: Label, follow: Follow) -> Follow:
        """`label` or nothing before `follow`, also where `follow` begins with an optional `label` itself."""
        without = tuple(p for p in follow if self.labels[p] != label)
        return union(without, self.add(label, without))
