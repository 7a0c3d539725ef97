"""Draws the elements of a screen on a canvas of pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from config.screens import HEIGHT, PLACEHOLDER, WIDTH, Element
from controller.view.fields import Fields
from controller.view.font import Pixels, font
from controller.view.wrapping import shorten, wrap

SPINNER_S: Final = 0.2
FLASH_S: Final = 0.5
BEFORE_SCROLLING_S: Final = 2.0
LINE_S: Final = 1.8
"""A line of 21 letters at 12 a second."""
METER_COLUMN: Final = 4

_AROUND: Final = tuple((math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)) for turn in range(8))


class Drawing:
    """One picture in the making.

    Attributes:
        canvas: Lit pixels, shape (64, 128).
        fields: What texts and numbers are looked up in; knows when something changes by itself.
    """

    def __init__(self, fields: Fields, icons: Mapping[str, list[str]], since: float, at: float) -> None:
        self.canvas: Pixels = np.zeros((HEIGHT, WIDTH), np.bool_)
        self.fields = fields
        self._icons = icons
        self._since = since
        self._at = at

    def add(self, element: Element) -> None:
        """Draw `element`, if its conditions hold."""
        if element.when and not self.fields.text(element.when):
            return
        if element.unless and self.fields.text(element.unless):
            return
        for kind, draw in _DRAWERS.items():
            if getattr(element, kind) is not None:
                draw(self, element)
        if element.invert or (element.flash and self._is_flashing()):
            area = self._area(element)
            np.logical_not(area, out=area)

    def _area(self, element: Element) -> Pixels:
        left, top = element.at
        width, height = element.extent
        if element.icon is not None:
            rows = self._icons[element.icon]
            width, height = len(rows[0]), len(rows)
        area: Pixels = self.canvas[top : top + height, left : left + width]
        return area

    def _is_flashing(self) -> bool:
        phase = math.floor(self._at / FLASH_S + 1e-6)
        self.fields.will_change((phase + 1) * FLASH_S)
        return phase % 2 == 0

    def _text(self, element: Element) -> None:
        text = PLACEHOLDER.sub(lambda match: self.fields.text(match[1]), element.text or "").strip()
        if not text:
            return
        face = font(element.font)
        width, height = element.extent
        room = max(1, height // face.line_height)
        lines = self._shown(wrap(text, face, width), room, element, width)
        area = self.canvas[element.at[1] : element.at[1] + height, element.at[0] : element.at[0] + width]
        for number, line in enumerate(lines):
            spare = width - face.width(line)
            left = {"left": 0, "center": spare // 2, "right": spare}[element.align]
            face.draw(area, left, number * face.line_height, line)

    def _shown(self, lines: list[str], room: int, element: Element, width: int) -> list[str]:
        """The lines that are to be seen of those that there are."""
        if len(lines) <= room:
            return lines
        if element.scroll == "end":
            return lines[-room:]
        if element.scroll == "auto":
            first = self._scrolled(len(lines) - room)
            return lines[first : first + room]
        return [*lines[: room - 1], shorten(f"{lines[room - 1]} {lines[room]}…", font(element.font), width)]

    def _scrolled(self, most: int) -> int:
        """How many lines have scrolled away."""
        passed = self._at - self._since - BEFORE_SCROLLING_S
        first = min(most, max(0, math.floor(passed / LINE_S + 1e-6) + 1))
        if first < most:
            self.fields.will_change(self._since + BEFORE_SCROLLING_S + first * LINE_S)
        return first

    def _icon(self, element: Element) -> None:
        rows = self._icons[element.icon or ""]
        pixels = np.array([[character == "#" for character in row] for row in rows], np.bool_)
        area = self._area(element)
        area |= pixels[: area.shape[0], : area.shape[1]]

    def _bar(self, element: Element) -> None:
        area = self._area(element)
        area[[0, -1], :] = True
        area[:, [0, -1]] = True
        filled = round((area.shape[1] - 4) * self.fields.number(element.bar or ""))
        area[2:-2, 2 : 2 + filled] = True

    def _meter(self, element: Element) -> None:
        area = self._area(element)
        columns = area.shape[1] // METER_COLUMN
        lit = round(columns * self.fields.number(element.meter or ""))
        middle = area.shape[0] // 2
        for column in range(columns):
            left = column * METER_COLUMN
            rows = slice(None) if column < lit else slice(middle, middle + 1)
            area[rows, left : left + METER_COLUMN - 2] = True

    def _spinner(self, element: Element) -> None:
        """Eight dots in a ring, of which three in a row are lit."""
        area = self._area(element)
        radius = min(area.shape) / 2 - 1.5
        step = math.floor((self._at - self._since) / SPINNER_S + 1e-6)
        self.fields.will_change(self._since + (step + 1) * SPINNER_S)
        for number, (x, y) in enumerate(_AROUND):
            column, row = round(radius * (1 + x)), round(radius * (1 + y))
            size = 2 if (step - number) % 8 < 3 else 1
            area[row : row + size, column : column + size] = True

    def _fill(self, element: Element) -> None:
        self._area(element)[:] = True


_DRAWERS: Final[Mapping[str, Callable[[Drawing, Element], None]]] = {
    "text": Drawing._text,
    "icon": Drawing._icon,
    "bar": Drawing._bar,
    "meter": Drawing._meter,
    "spinner": Drawing._spinner,
    "line": Drawing._fill,
    "box": Drawing._fill,
}
