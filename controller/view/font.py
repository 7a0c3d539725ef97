"""Bitmap fonts: every Hangul syllable and the Latin letters, drawn pixel by pixel."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FONTS: Final = Path(__file__).parent.parent / "fonts"
FaceName: TypeAlias = Literal["small", "large", "huge"]
Pixels: TypeAlias = NDArray[np.bool_]

_FILES: Final = {"small": ("small", 1), "large": ("large", 1), "huge": ("large", 2)}
"""The file in controller/fonts, and how often each of its pixels is repeated."""
_LINE_HEIGHTS: Final = {"small": 11, "large": 14, "huge": 26}
_TOPS: Final = {"small": 1, "large": 2, "huge": 3}
"""Rows of the file above the highest letter; only accents of capitals are there, and lines are too near for them."""
_UNKNOWN: Final = "□"
_CACHED_LINES: Final = 512
_CACHED_WIDTHS: Final = 4096


class Font:
    """One face.

    Attributes:
        line_height: From one line to the next, in pixels.
    """

    def __init__(self, name: FaceName) -> None:
        file, self._scale = _FILES[name]
        self._top = _TOPS[name]
        self.line_height = _LINE_HEIGHTS[name]
        with np.load(FONTS / f"{file}.npz") as data:
            characters = list(map(chr, data["codes"].tolist()))
            self._bitmaps: NDArray[np.uint16] = data["bitmaps"]
            advances = (data["advances"] * self._scale).tolist()
        self._index = dict(zip(characters, range(len(characters)), strict=True))
        self._advances: dict[str, int] = dict(zip(characters, advances, strict=True))
        self._line = lru_cache(_CACHED_LINES)(self._make_line)
        self.width = lru_cache(_CACHED_WIDTHS)(self._width)
        """Of a text on one line, in pixels."""

    def knows(self, character: str) -> bool:
        return character in self._index

    def _width(self, text: str) -> int:
        return sum(map(self._advance, text))

    def draw(self, canvas: Pixels, left: int, top: int, text: str) -> None:
        """Light the pixels of `text` in `canvas`, shape (height, width); what lies outside is cut off."""
        put(canvas, left, top, self._line(text))

    def _advance(self, character: str) -> int:
        return self._advances.get(character) or self._advances[_UNKNOWN]

    def _make_line(self, text: str) -> Pixels:
        """`text` as pixels, shape (rows, width)."""
        rows = (self._bitmaps.shape[1] - self._top) * self._scale
        line = np.zeros((rows, self.width(text) + 16 * self._scale), np.bool_)
        left = 0
        for character in text:
            glyph = self._glyph(character)
            line[:, left : left + glyph.shape[1]] |= glyph
            left += self._advance(character)
        return line

    def _glyph(self, character: str) -> Pixels:
        index = self._index.get(character, self._index[_UNKNOWN])
        bits = np.unpackbits(self._bitmaps[index].astype(">u2").view(np.uint8).reshape(-1, 2), axis=1)
        glyph = _lowered(bits.astype(np.bool_), self._top)
        return glyph.repeat(self._scale, axis=0).repeat(self._scale, axis=1)


def _lowered(glyph: Pixels, top: int) -> Pixels:
    """`glyph` without its first `top` rows; what is in them comes down, and the letter under it gets as much lower."""
    while glyph[:top].any():
        glyph = np.vstack([np.zeros_like(glyph[:1]), np.delete(glyph, _spare_row(glyph), axis=0)])
    return glyph[top:]


def _spare_row(glyph: Pixels) -> int:
    """The lit row that differs least from the one above it, such as one within a stem."""
    above = np.vstack([np.zeros_like(glyph[:1]), glyph[:-1]])
    lit = np.flatnonzero(glyph.any(axis=1))
    changed = (glyph != above)[lit].sum(axis=1)
    least = lit[changed == changed.min()]
    return int(least[len(least) // 2])


@cache
def font(name: FaceName) -> Font:
    """The face of that name, loaded when it is first needed."""
    return Font(name)


def put(canvas: Pixels, left: int, top: int, pixels: Pixels) -> None:
    """Light in `canvas` what is lit in `pixels`, moved to (left, top) and cut off at the edges."""
    height, width = canvas.shape
    part = pixels[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    canvas[max(0, top) :, max(0, left) :][: part.shape[0], : part.shape[1]] |= part
