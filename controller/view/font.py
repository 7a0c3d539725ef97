"""Bitmap fonts: every Hangul syllable and the Latin letters, drawn pixel by pixel."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FONTS: Final = Path(__file__).parent.parent / "fonts"
FaceName: TypeAlias = Literal["small", "large"]
Pixels: TypeAlias = NDArray[np.bool_]

LINE_HEIGHTS: Final = {"small": 11, "large": 14}
_TOPS: Final = {"small": 1, "large": 2}
"""Rows above the highest letter, which a line does not need."""


class Font:
    """One face.

    Attributes:
        line_height: From one line to the next, in pixels.
    """

    def __init__(self, name: FaceName) -> None:
        data = np.load(FONTS / f"{name}.npz")
        self.line_height = LINE_HEIGHTS[name]
        self._index = {int(code): index for index, code in enumerate(data["codes"])}
        self._advances = data["advances"]
        self._bitmaps = data["bitmaps"][:, _TOPS[name] :]
        self._unknown = self._index[ord("?")]

    def width(self, text: str) -> int:
        """Of `text` on one line, in pixels."""
        return sum(int(self._advances[self._glyph(character)]) for character in text)

    def draw(self, canvas: Pixels, left: int, top: int, text: str) -> None:
        """Light the pixels of `text` in `canvas`, shape (height, width); what lies outside is cut off."""
        for character in text:
            glyph = self._glyph(character)
            _blit(canvas, left, top, _unpacked(self._bitmaps[glyph].tobytes()))
            left += int(self._advances[glyph])

    def _glyph(self, character: str) -> int:
        return self._index.get(ord(character), self._unknown)


@cache
def font(name: FaceName) -> Font:
    """The face of that name, loaded when it is first needed."""
    return Font(name)


@cache
def _unpacked(rows: bytes) -> Pixels:
    """A glyph's rows of 16 bits as pixels, shape (rows, 16)."""
    bits = np.frombuffer(rows, np.uint16).byteswap().view(np.uint8)
    return np.unpackbits(bits.reshape(-1, 2), axis=1).astype(np.bool_)


def _blit(canvas: Pixels, left: int, top: int, pixels: Pixels) -> None:
    height, width = canvas.shape
    if left >= width or top >= height:
        return
    part = pixels[max(0, -top) : height - top, max(0, -left) : width - left]
    canvas[max(0, top) :, max(0, left) :][: part.shape[0], : part.shape[1]] |= part
