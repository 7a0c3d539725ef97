"""The test pattern: a frame to see that no edge is cut off or shifted, fields to see dead rows, columns and dots."""

from __future__ import annotations

import numpy as np
from PIL import Image

from config.screens import HEIGHT, WIDTH
from controller.view.font import font

TITLE_TOP = 25
SQUARE = 12


def pattern(title: str = "Roger") -> Image.Image:
    """Mode "1", 128x64: checks, stripes across and along, a full field, and `title` in the middle."""
    canvas = np.zeros((HEIGHT, WIDTH), np.bool_)
    canvas[[0, -1], :] = True
    canvas[:, [0, -1]] = True
    rows, columns = np.indices((SQUARE, WIDTH - 8))
    quarter = columns // ((WIDTH - 8) // 4)
    fields = np.choose(np.minimum(quarter, 3), [(rows + columns) % 2, rows % 2, columns % 2, np.ones_like(rows)])
    canvas[4 : 4 + SQUARE, 4:-4] = fields
    canvas[-4 - SQUARE : -4, 4:-4] = fields[:, ::-1]
    face = font("large")
    face.draw(canvas, (WIDTH - face.width(title)) // 2, TITLE_TOP, title)
    return Image.frombytes("1", (WIDTH, HEIGHT), np.packbits(canvas, axis=1).tobytes())
