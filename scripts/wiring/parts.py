"""What is wired to it: display, lights, button, microphone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from controller.simulator.report.markup import Html, join, tag
from scripts.wiring.shapes import BLACK, FAINT, PAPER, STEEL, Point, box, curve, disc, number, words

OLED: Final = (836.0, 158.0)
OLED_SIZE: Final = (252.0, 208.0)
OLED_PINS: Final = ("GND", "VCC", "SCL", "SDA")
OLED_PITCH: Final = 40.0
SCALE: Final = 1.7
"""Of the display's dots."""

BANDS: Final = ("#e07b1f", "#e07b1f", "#7a4a21", "#c9a227")
"""330 Ω, 5 %: orange, orange, brown, gold (IEC 60062)."""
RESISTOR_X, LED_X, RAIL_X = 846.0, 962.0, 1064.0

BUTTON: Final = (968.0, 712.0)
MICROPHONE: Final = (668.0, 872.0)


def oled_pin(name: str) -> Point:
    """Where a wire ends at the display: most have their pins in this order."""
    x, y = OLED
    at = OLED_PINS.index(name) - (len(OLED_PINS) - 1) / 2
    return x + OLED_SIZE[0] / 2 + at * OLED_PITCH, y + 17


def oled(picture: Image.Image) -> Html:
    """The module, with `picture` (mode "1", 128x64) on it."""
    (x, y), (width, height) = OLED, OLED_SIZE
    shadow = box(x + 3, y + 5, width, height, "#000", 10, opacity="0.12")
    plate = box(x, y, width, height, "#1f4e8c", 10, stroke="#163a69", stroke_width="1.5")
    holes = [disc(x + dx, y + dy, 6.5, PAPER, stroke="#d8b64c", stroke_width="3") for dx, dy in _corners(width, height)]
    glass = box(x + 12, y + 54, width - 24, height - 80, "#0b0e14", 4)
    left, top = x + (width - 128 * SCALE) / 2, y + 61
    dots = tag(
        "path", d=_runs(picture), fill="#aadcff", transform=f"translate({number(left)} {number(top)}) scale({SCALE})"
    )
    return join([shadow, plate, *holes, glass, dots, *_pads()])


def _corners(width: float, height: float) -> list[Point]:
    return [(17, 17), (width - 17, 17), (17, height - 13), (width - 17, height - 13)]


def _pads() -> Iterator[Html]:
    for name in OLED_PINS:
        x, y = oled_pin(name)
        yield disc(x, y, 7, "#d8b64c", stroke="#8f7422")
        yield words(x, y + 26, name, 13, text_anchor="middle", fill="#fff", font_weight=700)


def _runs(picture: Image.Image) -> str:
    """The lit dots as one path: a bar for each run of them."""
    path = []
    for row, dots in enumerate(np.asarray(picture, np.int8)):
        edges = np.flatnonzero(np.diff(dots, prepend=0, append=0))
        path += [f"M{start} {row}h{end - start}v1h{start - end}z" for start, end in edges.reshape(-1, 2)]
    return "".join(path)


def light(y: float, colour: str, name: str) -> Html:
    """A LED with its resistor, from the left to the rail at the right."""
    body = box(RESISTOR_X, y - 8, 58, 16, "#e6d2a4", 7, stroke="#b89f68")
    bands = [box(RESISTOR_X + 11 + at * 11, y - 8, 5, 16, band) for at, band in enumerate(BANDS)]
    foot = curve(f"M{number(RESISTOR_X + 58)} {number(y)}H{number(RAIL_X)}", "#8d949b", 3)
    glow = disc(LED_X, y, 18, colour, opacity="0.18")
    led = disc(LED_X, y, 11, colour, stroke="#fff", stroke_width="1.5")
    flat = box(LED_X + 9.5, y - 7, 2.6, 14, "#5b6168", 1)
    glint = disc(LED_X - 3.5, y - 3.5, 3, "#fff", opacity="0.7")
    joint = disc(RAIL_X, y, 4.5, BLACK)
    label = words(RESISTOR_X - 14, y - 8, name, 14, text_anchor="end", font_weight=600)
    return join([foot, body, *bands, glow, led, flat, glint, joint, label])


def button_pin(upper: bool) -> Point:
    x, y = BUTTON
    return x - 62, y + (-22 if upper else 22)


def button() -> Html:
    """A push button from above."""
    x, y = BUTTON
    legs = [curve(f"M{number(x - 62)} {number(y + dy)}H{number(x - 40)}", "#9aa1a8", 6) for dy in (-22, 22)]
    shadow = box(x - 45, y - 42, 96, 96, "#000", 12, opacity="0.12")
    body = box(x - 48, y - 48, 96, 96, "#3a4047", 12, stroke="#22262a", stroke_width="1.5")
    rivets = [disc(x + dx, y + dy, 4, "#8d949b") for dx in (-36, 36) for dy in (-36, 36)]
    cap = [disc(x, y, 33, "#8f1d1d"), disc(x, y - 2, 31, "#d8332f"), disc(x - 8, y - 11, 9, "#fff", opacity="0.28")]
    return join([*legs, shadow, body, *rivets, *cap])


def microphone(plug: Point) -> Html:
    """A USB microphone on its cable from a socket of the board."""
    (x, y), (px, py) = MICROPHONE, plug
    shell = box(px - 26, py - 4, 52, 20, STEEL, 3, stroke="#9aa1a8")
    grip = box(px - 30, py + 14, 60, 26, "#33383e", 5)
    start, end = f"{number(px)} {number(py + 40)}", f"{number(x - 46)} {number(y)}"
    cable = curve(f"M{start}C{number(px)} {number(y + 24)} {number(px + 60)} {number(y)} {end}", "#33383e", 6)
    body = box(x - 48, y - 19, 70, 38, "#3a4047", 10)
    head = box(x + 16, y - 26, 74, 52, "#b9bfc5", 26, stroke="#8d949b", stroke_width="1.5")
    mesh = [curve(f"M{number(x + 28 + at * 10)} {number(y - 18)}v36", "#8d949b", 1.6) for at in range(6)]
    lamp = disc(x - 30, y, 4, "#4ade80")
    return join([shell, grip, cable, body, head, *mesh, lamp])


def title(x: float, y: float, text: str, *more: str) -> Html:
    """Of a part, and in the lines below what else is to be known of it."""
    lines = [words(x, y + 20 * at, line, 13.5, fill=FAINT) for at, line in enumerate(more, 1)]
    return join([words(x, y, text, 19, font_weight=700), *lines])
