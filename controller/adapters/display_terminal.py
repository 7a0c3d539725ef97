"""The OLED in a terminal: two by four pixels a character, so 128x64 fit in 64 columns and 16 rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image
from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Bits of the braille patterns from U+2800, by row and column (Unicode standard, chapter 21.1)."""


def braille(picture: Image.Image) -> str:
    """`picture` (mode "1", sides divisible by 4 and 2) as lines of braille characters."""
    pixels = np.asarray(picture, np.bool_)
    rows, columns = pixels.shape[0] // 4, pixels.shape[1] // 2
    cells = pixels.reshape(rows, 4, columns, 2).transpose(0, 2, 1, 3)
    codes = 0x2800 + (cells * _DOTS).sum(axis=(2, 3))
    return "\n".join("".join(map(chr, row)) for row in codes)


class TerminalDisplay:
    """Draws in place, at the lower end of what the terminal shows."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False)
        self._live.start()

    def draw(self, picture: Image.Image) -> None:
        self._live.update(
            Panel.fit(Text(braille(picture), "bright_cyan", no_wrap=True, overflow="crop"), padding=0), refresh=True
        )

    def close(self) -> None:
        self._live.stop()
