"""Bars, meters and spinners: each fills an area of pixels, shape (height, width)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import numpy as np

from controller.turn import Picture
from controller.view.font import Pixels

METER_COLUMN: Final = 4
DOTS: Final = 8
DOTS_LIT: Final = 3


def bitmap(rows: Sequence[str]) -> Pixels:
    """The pixels of an icon's rows of # and ."""
    return _bitmap(tuple(rows))


@cache
def _bitmap(rows: tuple[str, ...]) -> Pixels:
    return np.array([[character == "#" for character in row] for row in rows], np.bool_)


@lru_cache(8)
def thumbnail(picture: Picture) -> Pixels:
    """The dots of a picture's thumbnail, shape (height, width); none where it has no whole rows of them."""
    try:
        packed = np.frombuffer(bytes.fromhex(picture.thumbnail), np.uint8).reshape(-1, picture.width // 8)
    except ValueError:  # a trace may say anything
        return np.zeros((0, 0), np.bool_)
    return np.unpackbits(packed, axis=1).astype(np.bool_)


def bar(area: Pixels, start: float, end: float) -> None:
    """A frame that is filled from `start` to `end`, both 0 to 1."""
    area[[0, -1], :] = True
    area[:, [0, -1]] = True
    room = max(0, area.shape[1] - 4)
    area[2:-2, 2 + round(room * start) : 2 + round(room * end)] = True


def meter(area: Pixels, level: float) -> None:
    """Columns, as many of them full as `level` says, the others a dot in the middle."""
    columns = area.shape[1] // METER_COLUMN
    lit = round(columns * level)
    middle = area.shape[0] // 2
    for column in range(columns):
        left = column * METER_COLUMN
        rows = slice(None) if column < lit else slice(middle, middle + 1)
        area[rows, left : left + METER_COLUMN - 2] = True


def spinner(area: Pixels, step: int) -> None:
    """A ring of dots, of which a few in a row are larger; they are one dot further each step."""
    radius = (min(area.shape) - 2) / 2
    for dot in range(DOTS):
        angle = dot * 2 * math.pi / DOTS
        column = round(radius) + math.trunc(1.001 * radius * math.sin(angle))
        row = round(radius) - math.trunc(1.001 * radius * math.cos(angle))
        if (step - dot) % DOTS < DOTS_LIT:
            area[row : row + 2, column : column + 2] = True
        else:
            area[row + (row < radius), column + (column < radius)] = True


def thumb(area: Pixels, first: int, room: int, lines: int) -> None:
    """Where in a long text one is: two columns at the right edge."""
    height = area.shape[0]
    top, bottom = round(height * first / lines), round(height * (first + room) / lines)
    area[top:bottom, -2:] = True
