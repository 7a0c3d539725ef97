"""Parsing: the best way through the grammar's automaton, by a chart over (units heard, state).

Time grows with the length of the sentence, and with its square where open-ended text can begin and end anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from models.intent.automaton import Automaton
from models.intent.kinds import Kind


class Fill(NamedTuple):
    """A slot that was said: units `start` to `end` of the sentence mean `value`."""

    slot: str
    value: str | int
    start: int
    end: int
    before: Fill | None


class Rank(NamedTuple):
    """How good a reading is; the greater wins.

    Attributes:
        literal: Units that the phrase itself says.
        open: Minus the units in open-ended text.
        extra: Minus the units in fillers and particles.
        order: Minus the number of the phrase, so that the first in the file wins.
    """

    literal: int
    open: int
    extra: int
    order: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as one phrase reads it."""

    rank: Rank
    fills: tuple[Fill, ...]


_Path: TypeAlias = tuple[int, int, int, int, Fill | None]


class Chart:
    """One sentence against one automaton; all readings side by side, of equal ends only the best."""

    def __init__(self, automaton: Automaton, kinds: Sequence[Kind], sentence: Sequence[str]) -> None:
        self._automaton = automaton
        self._kinds = kinds
        self._sentence = sentence
        self._columns: list[dict[int, _Path]] = [{} for _ in range(len(sentence) + 1)]
        self._matches: dict[tuple[int, int], list[tuple[int, str | int]]] = {}

    def best(self) -> Reading | None:
        """The best reading of the whole sentence."""
        self._columns[0][self._automaton.start] = (0, 0, 0, -self._automaton.offset, None)
        for at in range(len(self._sentence)):
            self._advance(at)
        ends = []
        for state, (literal, opened, extra, order, fill) in self._columns[-1].items():
            final = self._automaton.finals[state]
            if final is not None:
                ends.append((Rank(literal, opened, extra, order - final), fill))
        if not ends or not self._sentence:
            return None
        rank, fill = max(ends, key=lambda end: end[0])
        return Reading(rank, _unrolled(fill))

    def understood(self) -> int:
        """How many units at the beginning fit some phrase."""
        return max(at for at, column in enumerate(self._columns) if column)

    def _advance(self, at: int) -> None:
        unit = self._sentence[at]
        for state, path in self._columns[at].items():
            literal, opened, extra, order, fill = path
            arc = self._automaton.units[state].get(unit)
            if arc is not None:
                self._arrive(at + 1, arc[0], (literal + 1, opened, extra, order - arc[1], fill))
            for call, target, weight in self._automaton.calls[state]:
                kind = self._kinds[call.kind]
                for end, value in self._matched(call.kind, at):
                    more = Fill(call.slot, value, at, end, fill) if kind.slot else fill
                    text = at - end if kind.automaton is None else 0
                    filler = 0 if kind.slot else at - end
                    self._arrive(end, target, (literal, opened + text, extra + filler, order - weight, more))

    def _matched(self, kind: int, at: int) -> list[tuple[int, str | int]]:
        key = (kind, at)
        if key not in self._matches:
            self._matches[key] = list(self._kinds[kind].matches(self._sentence, at))
        return self._matches[key]

    def _arrive(self, at: int, state: int, path: _Path) -> None:
        known = self._columns[at].get(state)
        if known is None or path[:4] > known[:4]:
            self._columns[at][state] = path


def _unrolled(fill: Fill | None) -> tuple[Fill, ...]:
    fills = []
    while fill is not None:
        fills.append(fill)
        fill = fill.before
    return tuple(reversed(fills))
