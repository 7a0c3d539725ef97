"""A picture, as an SSD1306 or SH1106 takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

WIDTH: Final = 128
PAGES: Final = 8
"""Of eight rows each, one byte a column, the top row in the lowest bit (SSD1306 datasheet, section 8.7)."""

INIT: Final = (
    *(0xD5, 0x80),  # clock
    *(0xA8, 0x3F),  # 64 rows
    *(0xD3, 0x00),  # no offset
    0x40,
    *(0x8D, 0x14),  # its own charge pump
    *(0xA1, 0xC8),  # seen with the pins at the top
    *(0xDA, 0x12),
    *(0xD9, 0xF1),
    *(0xDB, 0x40),
    *(0xA4, 0xA6),
)
"""As luma sets up an SSD1306, but for switching it off in between (datasheet rev 1.1, section 9)."""
PAGED: Final = (0x20, 0x02)
"""Page addressing, which an SH1106 always has and an SSD1306 may have lost."""
ON: Final = 0xAF


def pages(path: Path, upside_down: bool = False) -> bytes:
    """The 1,024 bytes of a PBM file (P4, 128x64)."""
    rows = path.read_bytes()[-WIDTH * PAGES :]
    taken = bytes(_column(rows, page, x) for page in range(PAGES) for x in range(WIDTH))
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in reversed(taken)) if upside_down else taken


def _column(rows: bytes, page: int, x: int) -> int:
    """Eight pixels, one below the other. In a PBM 1 is black, and the first pixel is the highest bit."""
    lit = 0
    for y in range(8):
        if not rows[(page * 8 + y) * (WIDTH // 8) + x // 8] >> (7 - x % 8) & 1:
            lit |= 1 << y
    return lit


def start_of(page: int, first_column: int) -> tuple[int, int, int]:
    """The commands with which a page begins."""
    return 0xB0 + page, first_column & 0x0F, 0x10 | first_column >> 4
