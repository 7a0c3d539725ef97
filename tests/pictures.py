"""A still life that is drawn, not photographed: a cup of tea before a window, with light, shade and a fine pattern."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 640
HEIGHT: Final = 480
TABLE: Final = 330


def still_life() -> Image.Image:
    """640x480, mode "RGB"; always the same."""
    image = Image.fromarray(_room())
    draw = ImageDraw.Draw(image)
    _window(draw)
    shadow = Image.new("L", image.size)
    ImageDraw.Draw(shadow).ellipse((330, 375, 610, 435), 130)
    image.paste((25, 16, 10), mask=shadow.filter(ImageFilter.GaussianBlur(14)))
    draw = ImageDraw.Draw(image)
    draw.arc((455, 235, 555, 345), -95, 105, (214, 206, 192), 20)
    image.paste(*_cup())
    ImageDraw.Draw(image).ellipse((300, 200, 500, 240), (92, 46, 20), (250, 246, 236), 8)
    steam = Image.new("L", image.size)
    for left in (350, 400, 450):
        points = [(left + 14 * np.sin(row / 17), row) for row in range(70, 195)]
        ImageDraw.Draw(steam).line(points, 150, 9)
    image.paste((250, 250, 250), mask=steam.filter(ImageFilter.GaussianBlur(5)))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """`image` as a file of that format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _room() -> NDArray[np.uint8]:
    """A dim wall and a table that gets brighter towards the window."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    wall = 78 - columns / 12
    table = 150 - columns / 9 + (rows - TABLE) / 4 + 7 * np.sin(columns / 23 + rows / 5)
    light = np.where(rows < TABLE, wall, table)
    colours: NDArray[np.uint8] = (light[..., None] * np.array([1.0, 0.87, 0.7])).clip(0, 255).astype(np.uint8)
    return colours


def _window(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((40, 30, 250, 290), (236, 242, 250), (60, 44, 30), 12)
    draw.polygon([(52, 278), (52, 220), (120, 170), (180, 225), (238, 190), (238, 278)], (128, 146, 134))
    draw.line((145, 30, 145, 290), (60, 44, 30), 9)
    draw.line((40, 150, 250, 150), (60, 44, 30), 9)


def _cup() -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """The cup, where it stands, and its outline: lit from the left."""
    width, height = 200, 185
    across = np.linspace(-1, 1, width)
    light = (255 * np.clip(0.28 + 0.75 * np.cos((across + 0.55) * 1.25), 0.12, 1)).astype(np.uint8)
    body = Image.fromarray(np.tile(light, (height, 1))).convert("RGB")
    outline = Image.new("L", (width, height))
    ImageDraw.Draw(outline).polygon([(0, 0), (200, 0), (186, 110), (150, 172), (50, 172), (14, 110)], 255)
    return body, (300, 220), outline
