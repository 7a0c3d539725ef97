"""Screens as picture files, as they looked on the OLED."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

WIDTH, HEIGHT, SCALE = 128, 64, 4


def save(screens: list[bytes], folder: Path) -> int:
    """Write each as a PNG, four times as large; how many of them are different and not empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for number, screen in enumerate(screens, start=1):
        (folder / f"{number:03}.png").write_bytes(png(screen))
    return len({screen for screen in screens if any(screen)})


def png(screen: bytes) -> bytes:
    """A screen of 1,024 bytes (8 pages of 128 columns, the lowest bit on top) as a PNG."""
    rows = []
    for y in range(HEIGHT):
        row = bytes(255 * (screen[y // 8 * WIDTH + x] >> y % 8 & 1) for x in range(WIDTH) for _ in range(SCALE))
        rows += [b"\0" + row] * SCALE
    head = struct.pack(">IIBBBBB", WIDTH * SCALE, HEIGHT * SCALE, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*chunk) for chunk in ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
