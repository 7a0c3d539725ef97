"""What every OLED shows, on a recording bus and on a kernel's."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pytest
from PIL import Image

from controller.adapters.display_luma import LumaDisplay


class Glass(Protocol):
    """A display that the test can look at."""

    def open(self, rotate: int = 0) -> LumaDisplay: ...

    def shown(self) -> bytes:
        """Its memory: eight pages of 128 columns, the top row in the lowest bit (SSD1306 datasheet, section 8.7)."""


def picture() -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 2, (64, 128)).astype(bool)
    return Image.frombytes("1", (128, 64), np.packbits(pixels, axis=1).tobytes())


def pages(shown: Image.Image) -> bytes:
    rows = np.asarray(shown).reshape(8, 8, 128)
    return b"".join(np.packbits(page, axis=0, bitorder="little").tobytes() for page in rows)


class DisplayContract:
    """Subclass it with a fixture `glass`."""

    @pytest.mark.parametrize("rotate", [0, 180])
    def test_a_picture_arrives_pixel_by_pixel(self, glass: Glass, rotate: int) -> None:
        display = glass.open(rotate)
        display.draw(picture())
        assert glass.shown() == pages(picture().rotate(rotate))
        display.close()

    @pytest.mark.parametrize("corner", [(0, 0), (127, 63)])
    def test_a_corner_is_one_bit(self, glass: Glass, corner: tuple[int, int]) -> None:
        dot = Image.new("1", (128, 64))
        dot.putpixel(corner, 1)
        display = glass.open()
        display.draw(dot)
        column, row = corner
        assert glass.shown()[row // 8 * 128 + column] == 1 << row % 8
        assert sum(glass.shown()) == 1 << row % 8
        display.close()

    def test_it_can_be_opened_again(self, glass: Glass) -> None:
        glass.open().close()
        display = glass.open()
        display.draw(picture())
        assert glass.shown() == pages(picture())
        display.close()
