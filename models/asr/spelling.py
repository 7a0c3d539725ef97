"""The grammar as a constraint on tokens: which ones may come next so that the text stays within what can be asked.

Works on bytes, so it does not matter how a text is cut into tokens, whether it is Latin or Hangul, or where a syllable
is split. Capitals, hyphens, commas between words and a sign at the end are free; Hangul needs no spaces.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.asr.tokenizer import Tokenizer
from models.intent.automaton import Arc, Automaton, CallArc
from models.intent.grammar import Grammar
from models.intent.kinds import Kind
from models.intent.units import is_hangul
from models.intent.walk import Position, Walk

Edge: TypeAlias = Literal["start", "gap", "inside", "latin", "digit", "hangul", "sign", "joint", "comma", "end"]
"""What was written last: nothing, a separator, a part of a unit, a whole unit of a kind, a comma, the final sign."""

WHOLE: Final = ("latin", "digit", "hangul", "sign")
SPACE, COMMA, HYPHEN = b" ,-"
FINAL_SIGNS: Final = b".?!"
JOINTS: Final = b"/:"
"""Units that stand between two digits, as in 1/2, and are none elsewhere."""
MOST_STATES: Final = 400
"""Whose moves are remembered."""


class State(NamedTuple):
    """How far a text has come.

    Attributes:
        position: Of the grammar, after the last whole unit.
        begun: The beginning of the next unit, in UTF-8.
    """

    position: Position
    begun: bytes
    edge: Edge


class Move(NamedTuple):
    """A token that may come next.

    Attributes:
        state: Where it leads; None for the end of the text.
        units: What it completes.
    """

    token: int
    state: State | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """All that may come next; `tokens` are those of `moves`, in the same order."""

    tokens: NDArray[np.int64]
    moves: Sequence[Move]


class _Next(NamedTuple):
    """The units that may come next in UTF-8, sorted, and each of them with the position after it."""

    spelled: Sequence[bytes]
    units: Sequence[tuple[str, Position]]


class Spelling:
    """The constraint of one grammar in the tokens of one model.

    Args:
        end: The token that ends a text.
    """

    def __init__(self, grammar: Grammar, tokenizer: Tokenizer, end: int) -> None:
        self._walk = Walk(_closed(grammar.walk.automaton, grammar.slots.kinds), grammar.slots.kinds)
        self._end = end
        by_bytes = sorted((tokenizer.bytes_of(token).lower(), token) for token in range(len(tokenizer)))
        first = bisect_left(by_bytes, (b"\x00", 0))  # tokens without bytes say nothing
        self._keys = [key for key, _ in by_bytes[first:]]
        self._tokens = [token for _, token in by_bytes[first:]]
        self._next: dict[Position, _Next] = {}
        self._moves: dict[State, Moves] = {}

    def start(self) -> State:
        return State(self._walk.start(), b"", "start")

    def moves(self, state: State) -> Moves:
        """What may follow `state`."""
        if state not in self._moves:
            if len(self._moves) >= MOST_STATES:
                self._moves.clear()
                self._next.clear()
            found = list(self._found(state))
            self._moves[state] = Moves(np.array([move.token for move in found], np.int64), found)
        return self._moves[state]

    def _found(self, state: State) -> Iterator[Move]:
        if self._may_end(state):
            yield Move(self._end, None, ())
        yield from self._longer(state, b"", 0, len(self._keys), ())

    def _longer(self, state: State, prefix: bytes, low: int, high: int, units: tuple[str, ...]) -> Iterator[Move]:
        """The tokens that begin with `prefix`, which leads to `state`; they stand from `low` to `high`."""
        for byte, target, more in self._steps(state):
            longer = prefix + bytes((byte,))
            first = bisect_left(self._keys, longer, low, high)
            last = bisect_left(self._keys, _after(longer), first, high)
            if first == last:
                continue
            at = first
            while at < last and self._keys[at] == longer:
                yield Move(self._tokens[at], target, units + more)
                at += 1
            if at < last:
                yield from self._longer(target, longer, at, last, units + more)

    def _steps(self, state: State) -> Iterator[tuple[int, State, tuple[str, ...]]]:
        """Each byte that may come next, where it leads, and the unit that it completes, if any."""
        if state.edge in ("start", "comma"):
            yield SPACE, State(state.position, b"", "gap"), ()
        if state.edge in WHOLE:
            yield from self._separators(state)
        if state.edge != "comma" and state.edge != "end":
            yield from self._letters(state)

    def _separators(self, state: State) -> Iterator[tuple[int, State, tuple[str, ...]]]:
        if self._walk.final(state.position):
            yield from ((sign, state._replace(edge="end"), ()) for sign in FINAL_SIGNS)
        if any(spelled[0] not in JOINTS for spelled in self._units_after(state.position).spelled):
            yield SPACE, state._replace(edge="gap"), ()
            yield COMMA, state._replace(edge="comma"), ()
            if state.edge in ("latin", "digit"):
                yield HYPHEN, state._replace(edge="gap"), ()

    def _letters(self, state: State) -> Iterator[tuple[int, State, tuple[str, ...]]]:
        spelled, units = self._units_after(state.position)
        at = bisect_right(spelled, state.begun)
        last = bisect_left(spelled, _after(state.begun), at)
        while at < last:
            byte = spelled[at][len(state.begun)]
            begun = state.begun + bytes((byte,))
            end = bisect_left(spelled, _after(begun), at, last)
            if _may_touch(state.edge, byte):
                if spelled[at] == begun:
                    unit, position = units[at]
                    yield byte, State(position, b"", _edge(unit)), (unit,)
                if spelled[end - 1] != begun:
                    yield byte, State(state.position, begun, "inside"), ()
            at = end

    def _may_end(self, state: State) -> bool:
        return state.edge == "end" or (state.edge in WHOLE and self._walk.final(state.position))

    def _units_after(self, position: Position) -> _Next:
        if position not in self._next:
            found = sorted((unit.encode(), unit, target) for unit, target in self._walk.follow(position).items())
            self._next[position] = _Next([one[0] for one in found], [one[1:] for one in found])
        return self._next[position]


def _closed(automaton: Automaton, kinds: Sequence[Kind]) -> Automaton:
    """Without open-ended text, which is left to the free search, and without what only leads there."""
    units: list[dict[str, Arc]] = []
    calls: list[tuple[CallArc, ...]] = []
    lives: list[bool] = []
    for state, final in enumerate(automaton.finals):  # a state's targets have smaller numbers
        units.append({unit: arc for unit, arc in automaton.units[state].items() if lives[arc[0]]})
        calls.append(tuple(arc for arc in automaton.calls[state] if lives[arc[1]] and kinds[arc[0].kind].automaton))
        lives.append(final is not None or bool(units[-1]) or bool(calls[-1]))
    return replace(automaton, units=units, calls=calls)


def _edge(unit: str) -> Edge:
    if is_hangul(unit[-1]):
        return "hangul"
    if unit[-1].isdecimal():
        return "digit"
    if unit.encode() in JOINTS:
        return "joint"
    return "latin" if unit[-1].isalpha() else "sign"


def _may_touch(edge: Edge, byte: int) -> bool:
    """Whether a unit that begins with `byte` is told from what `edge` says stands right before it."""
    if edge == "inside":
        return True
    if byte in JOINTS:
        return edge == "digit"
    if edge == "joint":
        return chr(byte).isdecimal()
    hangul = 0xEA <= byte <= 0xED
    return edge in ("start", "gap", "hangul") or hangul or (edge == "digit" and byte == ord("%"))


def _after(prefix: bytes) -> bytes:
    """The first byte string behind all that begin with `prefix` (no token has the byte 0xFF)."""
    return prefix + b"\xff"
