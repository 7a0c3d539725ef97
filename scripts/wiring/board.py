"""The Raspberry Pi, seen from above with its USB sockets at the bottom, to scale; and its header of 40 pins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from controller.simulator.report.markup import Html, join
from scripts.wiring.shapes import PAPER, STEEL, Point, box, disc, words

PITCH: Final = 22.0
"""From one pin to the next, 2.54 mm."""
MM: Final = PITCH / 2.54
LEFT, TOP = 56.0, 60.0
WIDTH, HEIGHT = 56 * MM, 85 * MM
"""Raspberry Pi 4 and 5, mechanical drawings: 85 by 56 mm; holes 3.5 mm from the edges, 58 and 49 mm apart."""
RIGHT: Final = LEFT + WIDTH
FIRST: Final = (RIGHT - 3.5 * MM - PITCH / 2, TOP + 32.5 * MM - 9.5 * PITCH)
GREEN, EDGE, SILK = "#1d7a46", "#12562f", "#e9f5ec"
DARK = "#2a2e33"


def place(pin: int) -> Point:
    """The middle of a pin, 1 to 40: odd ones to the left, 1 at the top."""
    row, column = divmod(pin - 1, 2)
    return FIRST[0] + column * PITCH, FIRST[1] + row * PITCH


def board(usb: str, name: str) -> Html:
    """Everything but the header's pins."""
    return join([_plate(), *_sockets(usb), *_chips(name)])


def header(used: Iterable[int]) -> Html:
    """The 40 pins without those that have a wire: they come on top of it."""
    x, y = FIRST
    frame = box(x - 12, y - 12, PITCH + 24, 19 * PITCH + 24, "#1b1d20", 4)
    return join([frame, *map(_free, sorted({*range(1, 41)} - {*used}))])


def _free(pin: int) -> Html:
    x, y = place(pin)
    number = words(x, y + 3, str(pin), 8, fill="#4d3f16", text_anchor="middle", font_weight=700)
    return join([disc(x, y, 7.2, "#b99a45"), number])


def taken(pin: int, colour: str) -> Html:
    """A pin with a wire, in its colour."""
    x, y = place(pin)
    number = words(x, y + 3.2, str(pin), 9, fill="#fff", text_anchor="middle", font_weight=700)
    return join([disc(x, y, 8.6, colour, stroke="#fff", stroke_width="1.4"), number])


def _plate() -> Html:
    holes = [(3.5, 3.5), (52.5, 3.5), (3.5, 61.5), (52.5, 61.5)]
    shadow = box(LEFT + 4, TOP + 6, WIDTH, HEIGHT, "#000", 3 * MM, opacity="0.12")
    plate = box(LEFT, TOP, WIDTH, HEIGHT, GREEN, 3 * MM, stroke=EDGE, stroke_width="2")
    rings = (
        join([disc(LEFT + x * MM, TOP + y * MM, 3 * MM, "#d8b64c"), disc(LEFT + x * MM, TOP + y * MM, 1.4 * MM, PAPER)])
        for x, y in holes
    )
    card = box(LEFT + 22 * MM, TOP - 7, 12 * MM, 16, "#33383e", 3)
    return join([shadow, card, plate, *rings])


def _part(x: float, y: float, width: float, height: float, fill: str, radius: float = 3, **more: object) -> Html:
    """A box in millimetres from the board's corner."""
    return box(LEFT + x * MM, TOP + y * MM, width * MM, height * MM, fill, radius, **more)


def _sockets(usb: str) -> Iterator[Html]:
    """Power and screens at the left, network and USB at the bottom."""
    for y, height in ((6.7, 9.0), (22.5, 6.8), (35.9, 6.8)):
        yield _part(-1.2, y, 7.2, height, STEEL, 4, stroke="#9aa1a8")
    for y, name in ((11.2, "POWER"), (25.9, "HDMI"), (39.3, "HDMI")):
        yield words(LEFT + 6.9 * MM, TOP + y * MM + 4, name, 10, fill=SILK, opacity="0.8")
    yield _part(2.6, 68.5, 16, 18.6, STEEL, 3, stroke="#9aa1a8")
    for x, colour in ((22.2, "#e8ebee"), (40.0, "#3b82d6")):
        yield _part(x, 69.5, 13.4, 18.6, STEEL, 3, stroke="#9aa1a8")
        yield _part(x + 1.6, 84.6, 10.2, 1.9, colour, 1)
        x_middle = LEFT + (x + 6.7) * MM
        yield words(x_middle, TOP + 78.6 * MM, usb, 15, text_anchor="middle", fill="#4b5259", font_weight=700)


def _chips(name: str) -> Iterator[Html]:
    yield _part(21, 21.5, 15, 15, "#d5d9dd", 6, stroke="#aab1b8", stroke_width="1.5")
    yield _part(23.2, 23.7, 10.6, 10.6, "#e6e9ec", 4)
    yield _part(21.5, 42, 14, 10.5, DARK, 3)
    yield _part(15, 6, 9, 8, "#b9bfc5", 3, stroke="#98a0a8")
    yield _part(10, 48, 6.5, 6.5, DARK, 2)
    yield _part(14.5, 25, 4, 4, DARK, 2)
    for at in range(9):
        yield _part(38 + at % 3 * 1.9, 20 + at // 3 * 2.6, 1.1, 1.7, "#d9c9a0" if at % 2 else "#4a4f55", 1)
        yield _part(13.4 + at % 3 * 1.9, 32 + at // 3 * 2.6, 1.1, 1.7, "#4a4f55" if at % 2 else "#d9c9a0", 1)
    middle = LEFT + 25 * MM
    yield words(middle, TOP + 60.6 * MM, name, 19, text_anchor="middle", fill=SILK, font_weight=700)


def one(text: str) -> Html:
    """Where counting begins."""
    x, y = place(1)
    return words(x - 20, y + 4, text, 12, text_anchor="end", fill=SILK)
