"""The OLED in its bezel, and the same in words where there is no room for it."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image
from rich.text import Text
from textual.widget import Widget

from controller.adapters.display_terminal import braille
from controller.simulator.terminal.faults import active
from controller.simulator.terminal.seen import Seen

_HALVES: Final = np.array([" ", "▀", "▄", "█"])
"""By the upper pixel (1) and the lower one (2)."""


class Oled(Widget):
    """128x64 pixels in 64x16 cells, or 128x32 where there is room. What is wrong stands in the bezel's lower edge."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.border_title = title
        self._picture: Image.Image | None = None
        self._faults = ""

    def show(self, picture: Image.Image | None, seen: Seen) -> None:
        """Draw the picture, or nothing while there is no display."""
        faults = " · ".join(active(seen))
        if faults != self._faults:
            self.border_subtitle = self._faults = faults
        picture = None if "display" in seen.missing else picture
        if picture is not self._picture:
            self._picture = picture
            self.refresh()

    def render(self) -> Text:
        if self._picture is None:
            return Text()
        draw = halves if self.content_size.width >= self._picture.width else braille
        return Text(draw(self._picture), no_wrap=True, overflow="crop")


def halves(picture: Image.Image) -> str:
    """`picture` (mode "1", of even height) as lines of half blocks."""
    pixels = np.asarray(picture, np.uint8)
    return "\n".join("".join(row) for row in _HALVES[pixels[0::2] + 2 * pixels[1::2]])


class Spoken(Widget):
    """The words on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""

    def show(self, words: str) -> None:
        """These are on it now."""
        if words != self._words:
            self._words = words
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text(self._words, "#aadcff")
