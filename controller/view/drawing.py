"""Draws the elements of a screen on a canvas of pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from config.screens import HEIGHT, PLACEHOLDER, WIDTH, Element, ScreensFile
from controller.reading import Scroll, reading_time_s
from controller.turn import Part
from controller.view import shapes
from controller.view.fields import Fields
from controller.view.font import FaceName, Font, Pixels, font, put
from controller.view.wrapping import keeps_words_whole, printable, shorten, wrap

SPINNER_S: Final = 0.2
FLASH_S: Final = 0.5
THUMB_WIDTH: Final = 4
"""Columns at the right that a text which scrolls leaves free."""
BAR_WIDTH: Final = 32
BAR_HEIGHT: Final = 7
ICON_GAP: Final = 3
_BIGGEST: Final[tuple[FaceName, ...]] = ("huge", "large", "small")


class Drawing:
    """One picture in the making.

    Attributes:
        canvas: Lit pixels, shape (64, 128).
        fields: What texts and numbers are looked up in; knows when something changes by itself.
        words: The texts that were drawn, whole also where only a part of them is to be seen.
    """

    def __init__(self, fields: Fields, screens: ScreensFile) -> None:
        self.canvas: Pixels = np.zeros((HEIGHT, WIDTH), np.bool_)
        self.fields = fields
        self.words: list[str] = []
        self._screens = screens

    def add(self, element: Element) -> None:
        """Draw `element`, if its conditions hold."""
        if element.when and not self.fields.text(element.when):
            return
        if element.unless and self.fields.text(element.unless):
            return
        area = self._area(element)
        for kind, draw in _DRAWERS.items():
            if getattr(element, kind) is not None:
                draw(self, element, area)
        if element.invert != (element.flash and self._phase(FLASH_S) % 2 == 0):
            np.logical_not(area, out=area)

    def _area(self, element: Element) -> Pixels:
        left, top = element.at
        width, height = element.extent
        if element.icon is not None:
            rows = self._screens.bitmap(element.icon)
            width, height = len(rows[0]), len(rows)
        return self.canvas[top : top + height, left : left + width]

    def _phase(self, length_s: float) -> int:
        """How many times `length_s` has passed since this state was entered; it will be another number soon."""
        since, at = self.fields.since, self.fields.at
        phase = math.floor((at - since) / length_s + 1e-6)
        self.fields.will_change(since + (phase + 1) * length_s)
        return phase

    def _text(self, element: Element, area: Pixels) -> None:
        text = printable(self._filled_in(element.text or "")).strip()
        if not text:
            return
        self.words.append(text)
        height, width = area.shape
        face = self._face(element, text, width, height)
        lines: Sequence[str] = wrap(text, face, width)
        room = max(1, height // face.line_height)
        if len(lines) > room:
            lines = self._part(element, text, area, face, room)
        free = height - len(lines) * face.line_height
        top = {"top": 0, "middle": free // 2, "bottom": free}[element.valign]
        for number, line in enumerate(lines):
            left = _left(element, width - face.width(line), len(lines))
            face.draw(area, left, top + number * face.line_height, line)

    def _filled_in(self, template: str) -> str:
        """`template` with its fields; a line of it whose fields are all empty is left out."""
        return "\n".join(line for line in map(self._line, template.split("\n")) if line is not None)

    def _line(self, template: str) -> str | None:
        values = {name: self.fields.text(name) for name in PLACEHOLDER.findall(template)}
        if values and not any(values.values()):
            return None
        return PLACEHOLDER.sub(lambda match: values[match[1]], template)

    def _face(self, element: Element, text: str, width: int, height: int) -> Font:
        if element.font != "biggest":
            return font(element.font)
        fitting = (font(name) for name in _BIGGEST if _fits(text, font(name), width, height))
        return next(fitting, font("small"))

    def _part(self, element: Element, text: str, area: Pixels, face: Font, room: int) -> Sequence[str]:
        """The lines that are to be seen of a text that is too long."""
        width = area.shape[1]
        if element.scroll == "auto" and width > THUMB_WIDTH:
            lines = wrap(text, face, width - THUMB_WIDTH)
            first = self._scrolled(Scroll(len(lines), room, self._time_to_read(text)))
            shapes.thumb(area, first, room, len(lines))
            return lines[first : first + room]
        lines = wrap(text, face, width)
        if element.scroll == "end":
            return lines[-room:]
        return [*lines[: room - 1], shorten(f"{lines[room - 1]} {lines[room]}…", face, width)]

    def _time_to_read(self, text: str) -> float:
        """Until the state ends, if that is sooner than it takes to read `text`: its end is always seen."""
        wanted, until = reading_time_s(text), self.fields.until
        return wanted if until is None else min(wanted, until - self.fields.since)

    def _scrolled(self, scroll: Scroll) -> int:
        """How many lines have scrolled away."""
        since = self.fields.since
        first = scroll.first(self.fields.at - since)
        moves_at_s = scroll.moves_at_s(first)
        if moves_at_s is not None:
            self.fields.will_change(since + moves_at_s)
        return first

    def _icon(self, element: Element, area: Pixels) -> None:
        put(area, 0, 0, shapes.bitmap(self._screens.bitmap(element.icon or "")))

    def _bar(self, element: Element, area: Pixels) -> None:
        shapes.bar(area, 0.0, self.fields.number(element.bar or ""))

    def _meter(self, element: Element, area: Pixels) -> None:
        shapes.meter(area, self.fields.number(element.meter or ""))

    def _spinner(self, element: Element, area: Pixels) -> None:
        shapes.spinner(area, self._phase(SPINNER_S))

    def _picture(self, element: Element, area: Pixels) -> None:
        """The thumbnail of what the question is about, in the middle."""
        picture = self.fields.scene.turn.picture
        if picture:
            dots = shapes.thumbnail(picture)
            put(area, (area.shape[1] - dots.shape[1]) // 2, (area.shape[0] - dots.shape[0]) // 2, dots)

    def _line_shape(self, element: Element, area: Pixels) -> None:
        area[:] = True

    def _box(self, element: Element, area: Pixels) -> None:
        if not element.flash:
            np.logical_not(area, out=area)

    def _status(self, element: Element, area: Pixels) -> None:
        """The icons of parts that are missing, each with a "!", and of those that are loading, flashing."""
        tiles = [tile for part in self.fields.scene.parts if (tile := self._tile(part)) is not None]
        width = sum(tile.shape[1] + ICON_GAP for tile in tiles) - ICON_GAP
        left = _left(element, area.shape[1] - width)
        for tile in tiles:
            put(area, left, (area.shape[0] - tile.shape[0]) // 2, tile)
            left += tile.shape[1] + ICON_GAP

    def _tile(self, part: Part) -> Pixels | None:
        if part.status not in ("missing", "loading", "joining") or part.name not in self._screens.icons:
            return None
        icon = shapes.bitmap(self._screens.icons[part.name])
        if part.status != "missing":
            return icon if self._phase(FLASH_S) % 2 == 0 else np.zeros_like(icon)
        mark = np.ones((icon.shape[0], 2), np.bool_)
        mark[-4:-2] = False
        return np.hstack([icon, np.zeros((icon.shape[0], 2), np.bool_), mark])

    def _parts(self, element: Element, area: Pixels) -> None:
        """A row for each part that is not switched off: its name, and a bar while it loads or a word."""
        face = font("small")
        parts = [part for part in self.fields.scene.parts if part.status != "off"]
        for row, part in zip(range(area.shape[0] // face.line_height), parts, strict=False):
            place = area[row * face.line_height : (row + 1) * face.line_height]
            room = max(0, place.shape[1] - self._progress(part, place) - ICON_GAP)
            self.words.append(self.fields.name_of(part))
            face.draw(place, 0, 0, shorten(self.words[-1], face, room))

    def _progress(self, part: Part, row: Pixels) -> int:
        """Draw at the right of `row` how far `part` is; the columns that it took."""
        if part.status not in ("loading", "joining"):
            word = self.fields.text("t.part_missing" if part.status == "missing" else "t.part_ready")
            width = font("small").width(word)
            font("small").draw(row, row.shape[1] - width, 0, word)
            return width
        start, end = (0.0, part.progress) if part.progress is not None else self._unknown_progress()
        shapes.bar(row[2 : 2 + BAR_HEIGHT, -BAR_WIDTH:], start, end)
        return BAR_WIDTH

    def _unknown_progress(self) -> tuple[float, float]:
        """A quarter that moves to and fro."""
        step = self._phase(SPINNER_S) % 6
        start = min(step, 6 - step) / 4
        return start, start + 0.25


def _left(element: Element, spare: int, lines: int = 1) -> int:
    """Where a line begins that leaves `spare` columns free."""
    auto = spare // 2 if lines == 1 else 0
    return {"left": 0, "center": spare // 2, "right": spare, "auto": auto}[element.align]


def _fits(text: str, face: Font, width: int, height: int) -> bool:
    return keeps_words_whole(text, face, width) and len(wrap(text, face, width)) * face.line_height <= height


_DRAWERS: Final[Mapping[str, Callable[[Drawing, Element, Pixels], None]]] = {
    "text": Drawing._text,
    "icon": Drawing._icon,
    "bar": Drawing._bar,
    "meter": Drawing._meter,
    "spinner": Drawing._spinner,
    "status": Drawing._status,
    "parts": Drawing._parts,
    "picture": Drawing._picture,
    "line": Drawing._line_shape,
    "box": Drawing._box,
}
