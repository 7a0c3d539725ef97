"""Where a time stands on the page: in proportion where people wait, wider where it is too short to see, cut where
nothing happens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from controller.simulator.report.sections import Section, Stay
from states.names import DISPLAYING, IDLE

WIDTH_PX: Final = 1072.0
"""Of the lanes, where the page is wide enough; wider for turns that need it."""
LEAST_PX: Final = 112.0
"""A shorter state is widened to this, so that its name and its time can be read."""
LEAST_IDLE_PX: Final = 60.0
CUT_PX: Final = 54.0
MARGIN_PX: Final = 12.0
TICK_PX: Final = 34.0
SLOWEST_PX: Final = 40.0
FASTEST_PX: Final = 400.0
"""Pixels a second, at least and at most."""
KEPT_S: Final = {IDLE: 0.2, DISPLAYING: 1.0}
"""So much of a quiet state is shown before the axis is cut."""
SHORTEST_CUT_S: Final = 0.8

SCALE, WIDE, CUT = "scale", "wide", "cut"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time, in seconds, and where it is drawn, in pixels; kind is `SCALE`, `WIDE` or `CUT`."""

    stay: Stay
    kind: str
    begin: float
    end: float
    left: float = 0.0
    right: float = 0.0

    @property
    def duration_s(self) -> float:
        return self.end - self.begin

    def x(self, at: float) -> float:
        share = (at - self.begin) / self.duration_s if self.duration_s else 0.0
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)


@dataclass(frozen=True)
class Axis:
    """The time axis of one turn.

    Attributes:
        pixels_per_s: Where it is in proportion.
    """

    pieces: Sequence[Piece]
    width: float
    pixels_per_s: float

    def x(self, stay: Stay, at: float) -> float:
        """Where a moment of `stay` is; two states that begin at the same time are still apart."""
        pieces = [piece for piece in self.pieces if piece.stay is stay]
        piece = next((piece for piece in pieces if at <= piece.end), pieces[-1])
        return piece.x(at)

    def left(self, stay: Stay) -> float:
        return next(piece.left for piece in self.pieces if piece.stay is stay)

    def right(self, stay: Stay) -> float:
        return next(piece.right for piece in reversed(self.pieces) if piece.stay is stay)

    def place(self, left: float, right: float | None = None) -> str:
        """CSS that puts something there, in shares of the width."""
        width = "" if right is None else f";width:{_percent((right - left) / self.width)}"
        return f"left:{_percent(left / self.width)}{width}"

    def ticks(self, zero: float) -> Iterator[tuple[float, str]]:
        """Round times after `zero`, as (pixel, text); no text where the next piece, with its own, is too near."""
        step = _round_step(64 / self.pixels_per_s)
        for piece, after in zip(self.pieces, [*self.pieces[1:], None], strict=True):
            if piece.kind != SCALE:
                continue
            number = math.ceil((piece.begin - zero) / step - 1e-9)
            while zero + number * step <= piece.end + 1e-9:
                x = piece.x(zero + number * step)
                crowded = after is not None and after.kind != SCALE and piece.right - x < TICK_PX
                yield x, "" if crowded else f"{number * step:g} s"
                number += 1


def lay_out(section: Section, least_px: float = WIDTH_PX) -> Axis:
    """Fit a turn into the width of the page, as far as it can be read then."""
    pieces = [piece for stay in section.stays for piece in _pieces(stay)]
    pixels_per_s = _scale(pieces)
    while narrow := [piece for piece in pieces if _is_narrow(piece, pieces, pixels_per_s)]:
        pieces = [Piece(p.stay, WIDE, p.begin, p.end) if p in narrow else p for p in pieces]
        pixels_per_s = _scale(pieces)
    placed, at = [], MARGIN_PX
    for piece in pieces:
        right = at + _width(piece, pixels_per_s)
        placed.append(Piece(piece.stay, piece.kind, piece.begin, piece.end, at, right))
        at = right
    return Axis(placed, max(WIDTH_PX, least_px, at + MARGIN_PX), pixels_per_s)


def _pieces(stay: Stay) -> Iterator[Piece]:
    """Only states in which nobody waits for the device are cut."""
    kept_s = KEPT_S.get(stay.state, math.inf)
    begin = at = stay.since
    moments = [step.at for step in stay.events if not step.refused]
    for moment in [*sorted(moments), stay.until]:
        if moment - at > kept_s + SHORTEST_CUT_S:
            yield Piece(stay, SCALE, begin, at + kept_s)
            yield Piece(stay, CUT, at + kept_s, moment)
            begin = moment
        at = max(at, moment)
    if begin < stay.until or begin == stay.since:
        yield Piece(stay, SCALE, begin, stay.until)


def _scale(pieces: Sequence[Piece]) -> float:
    free = WIDTH_PX - 2 * MARGIN_PX - sum(_width(piece, 0.0) for piece in pieces)
    seconds = sum(piece.duration_s for piece in pieces if piece.kind == SCALE)
    return min(max(free / seconds if seconds else 0.0, SLOWEST_PX), FASTEST_PX)


def _width(piece: Piece, pixels_per_s: float) -> float:
    return {SCALE: piece.duration_s * pixels_per_s, WIDE: _least(piece), CUT: CUT_PX}[piece.kind]


def _least(piece: Piece) -> float:
    return LEAST_IDLE_PX if piece.stay.state == IDLE else LEAST_PX


def _is_narrow(piece: Piece, pieces: Sequence[Piece], pixels_per_s: float) -> bool:
    whole = sum(other.stay is piece.stay for other in pieces) == 1
    return whole and piece.kind == SCALE and piece.duration_s * pixels_per_s < _least(piece)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _percent(share: float) -> str:
    return f"{share * 100:.3f}%"
