"""The phrase that comes nearest to a sentence that none of them says: an edit distance over the grammar's automaton.

A word that is too much, missing or another one costs 1; so does a slot that was not said, and each word that stands
where a slot has no such value. Polite words and particles are free where they are right, and never missed.
"""

from __future__ import annotations

import heapq
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.intent.grammar import Grammar, Phrase
from models.intent.positions import Call
from models.intent.units import spans, units

MOST_FOREIGN: Final = 4
"""So many words may stand in the place of a slot's value."""
OPEN_TEXT: Final = 0.5
"""What each word of open-ended text costs: it says nothing for a phrase."""


class Piece(NamedTuple):
    """A part of the way through the phrase: units `start` to `end` of the sentence, and what the phrase has there.

    Attributes:
        said: A word or "{slot}"; empty where the phrase has nothing, and where it has a filler or particle.
        cost: 0 where both are the same.
    """

    start: int
    end: int
    said: str
    cost: float
    is_filler: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest phrase to a sentence.

    Attributes:
        pieces: The whole sentence, piece by piece.
        cost: How many words differ.
    """

    sentence: str
    phrase: Phrase
    pieces: tuple[Piece, ...]
    cost: float

    @property
    def share(self) -> float:
        """How much of the sentence fits, 0 to 1."""
        return max(0.0, 1 - self.cost / len(units(self.sentence)))

    def heard(self, piece: Piece) -> str:
        """The words of the sentence in `piece`."""
        return as_said(self.sentence, piece.start, piece.end).strip()


class _Path(NamedTuple):
    cost: float
    number: int
    before: _Path | None
    piece: Piece | None


def as_said(sentence: str, start: int, end: int) -> str:
    """Units `start` to `end` as they were written, without signs; a space before each where something was between."""
    text, places = unicodedata.normalize("NFC", sentence), spans(sentence)
    before = [0, *(end for _, end in places)]
    return "".join(" " * (before[at] < places[at][0]) + text[slice(*places[at])] for at in range(start, end))


def nearest(grammar: Grammar, sentence: str) -> Nearest | None:
    """The phrase of `grammar` that is nearest to `sentence`; None where either has no words."""
    said = units(sentence)
    if not said or not grammar.phrases:
        return None
    path = _Search(grammar, said).best()
    return Nearest(sentence, grammar.phrases[path.number], _pieces(path), path.cost)


class _Search:
    """Columns of the cheapest path to each state, one column for every number of units that were read."""

    def __init__(self, grammar: Grammar, said: tuple[str, ...]) -> None:
        self._automaton = grammar.automaton
        self._kinds = grammar.slots.kinds
        self._said = said
        self._columns: list[dict[int, _Path]] = [{} for _ in range(len(said) + 1)]

    def best(self) -> _Path:
        automaton = self._automaton
        self._columns[0][automaton.start] = _Path(0, automaton.offset, None, None)
        for at in range(len(self._columns)):
            self._advance(at)
        ends = (
            path._replace(number=path.number + final)
            for state, path in self._columns[-1].items()
            if (final := automaton.finals[state]) is not None
        )
        return min(ends, key=lambda path: path[:2])

    def _advance(self, at: int) -> None:
        """From the column's highest state to its lowest: arcs lead down, so what is missing stays in the column."""
        waiting = [-state for state in self._columns[at]]
        heapq.heapify(waiting)
        while waiting:
            state = -heapq.heappop(waiting)
            path = self._columns[at][state]
            for end, target, weight, piece in self._ways(state, at):
                longer = _Path(path.cost + piece.cost, path.number + weight, path, piece)
                known = self._columns[end].get(target)
                if known is None or longer[:2] < known[:2]:
                    self._columns[end][target] = longer
                    if known is None and end == at:
                        heapq.heappush(waiting, -target)

    def _ways(self, state: int, at: int) -> Iterator[tuple[int, int, int, Piece]]:
        """(column, state, weight, piece) of every way on."""
        heard = self._said[at] if at < len(self._said) else None
        if heard is not None:
            yield at + 1, state, 0, Piece(at, at + 1, "", 1)
        for unit, (target, weight) in self._automaton.units[state].items():
            yield at, target, weight, Piece(at, at, unit, 1)
            if heard is not None:
                yield at + 1, target, weight, Piece(at, at + 1, unit, 0 if unit == heard else 1)
        for call, target, weight in self._automaton.calls[state]:
            for piece in self._called(call, at):
                yield piece.end, target, weight, piece

    def _called(self, call: Call, at: int) -> Iterator[Piece]:
        kind, slot = self._kinds[call.kind], f"{{{call.slot}}}"
        if not kind.slot:
            yield from (Piece(at, end, "", 0, True) for end, _ in kind.matches(self._said, at))
            return
        yield Piece(at, at, slot, 1)
        a_word = OPEN_TEXT if kind.automaton is None else 0
        yield from (Piece(at, end, slot, a_word * (end - at)) for end, _ in kind.matches(self._said, at))
        if kind.automaton is not None:
            last = min(at + MOST_FOREIGN, len(self._said))
            yield from (Piece(at, end, slot, end - at) for end in range(at + 1, last + 1))


def _pieces(path: _Path) -> tuple[Piece, ...]:
    pieces = []
    step: _Path | None = path
    while step is not None and step.piece is not None:
        pieces.append(step.piece)
        step = step.before
    return tuple(reversed(pieces))
