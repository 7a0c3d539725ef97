"""What of the device is shown beside its screen."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from rich.text import Text
from textual.widget import Widget

from controller.simulator.expectations import level_name
from controller.simulator.terminal.faults import active
from controller.simulator.terminal.look import BAD, DIM, GOOD, SHADES, SOON, WARM
from controller.simulator.terminal.seen import Seen
from controller.turn import Part, Scene
from states.names import RECORDING

PARTS: Final = ("microphone", "recognizer", "classifier", "display", "chat")
"""Are always listed; others once they are heard of."""
GLYPHS: Final = {
    "ready": ("●", GOOD),
    "loading": ("◌", SOON),
    "joining": ("◌", SOON),
    "off": ("○", DIM),
    "missing": ("✗", BAD),
}
FILLED: Final = "○◔◑◕●"
"""A lamp, from off to on."""


class Glance(Widget):
    """Draws what can be seen, and only when that has changed."""

    def __init__(self, title: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._text = Text()
        self._key: object = None

    def look(self, seen: Seen, at: float) -> None:
        """Draw `seen`, at `at` seconds."""
        key = self.key(seen, at), self.content_size
        if key == self._key:
            return
        self._key = key
        text = self.draw(seen, at)
        if text != self._text:
            grows = text.plain.count("\n") != self._text.plain.count("\n") or text.cell_len != self._text.cell_len
            self._text = text
            self.refresh(layout=grows and bool(self.styles.height and self.styles.height.is_auto))

    def key(self, seen: Seen, at: float) -> object:
        """All that the drawing depends on."""
        return seen, at

    @abstractmethod
    def draw(self, seen: Seen, at: float) -> Text:
        """What it looks like at `at` seconds."""

    def render(self) -> Text:
        return self._text


class Knob(Glance):
    """The button."""

    def draw(self, seen: Seen, at: float) -> Text:
        how = pushed(seen)
        shade, fill = {"up": (DIM, " "), "held": (BAD, "█"), "latched": (SOON, "▒")}[how]
        text = Text(no_wrap=True)
        for row, word in zip(("╭────╮", f"│{fill * 4}│", "╰────╯"), ("", how, ""), strict=True):
            text.append(row, shade).append(f" {word}\n", shade if how == "up" else f"bold {shade}")
        text.right_crop(1)
        return text


class State(Glance):
    """The state, and how long it may still last: name, bar and seconds, each in a line."""

    def draw(self, seen: Seen, at: float) -> Text:
        scene = seen.scene
        shade = SHADES[scene.state]
        name = Text(scene.state, f"bold {shade}", no_wrap=True)
        if scene.until is None:
            return name
        left_s = max(0.0, scene.until - at)
        bar = _bar(_share(scene, at), self.content_size.width or 10, shade)
        return Text("\n", no_wrap=True).join([name, bar, Text(f"{left_s:.1f} s left", DIM)])


class Line(Glance):
    """State, button and faults in one line, where there is no room for more."""

    def draw(self, seen: Seen, at: float) -> Text:
        scene = seen.scene
        shade = SHADES[scene.state]
        line = Text(no_wrap=True, overflow="ellipsis").append(f" ● {scene.state:<13}", f"bold {shade}")
        line.append(f"{pushed(seen):<8}", DIM)
        if scene.until is not None:
            line.append_text(_bar(_share(scene, at), 12, shade)).append(f" {max(0.0, scene.until - at):4.1f} s", DIM)
        return line.append(f"  {' · '.join(active(seen))}", BAD)


class Parts(Glance):
    """The health of the parts, in as many columns as there is room for."""

    def key(self, seen: Seen, at: float) -> object:
        return seen.scene.parts

    def draw(self, seen: Seen, at: float) -> Text:
        known = {part.name: part for part in seen.scene.parts}
        names = [*PARTS, *(name for name in known if name not in PARTS)]
        return _columns([_part(known.get(name, Part(name, "ready"))) for name in names], self.content_size.width, 15)


class Lamps(Glance):
    """What hangs on the pins: one below the other, or side by side in a strip."""

    def key(self, seen: Seen, at: float) -> object:
        return seen.outputs

    def draw(self, seen: Seen, at: float) -> Text:
        lamps = [_lamp(name, level) for name, level in seen.outputs.items()]
        if self.id == "strip":
            return Text(" ").join(lamps)
        return _columns(lamps, self.content_size.width, 26)


def pushed(seen: Seen) -> str:
    """ "up", "held" or "latched"."""
    if seen.down:
        return "held"
    return "latched" if seen.scene.state == RECORDING and seen.scene.turn.latched else "up"


def _share(scene: Scene, at: float) -> float:
    """How much of the state's time is left, 0 to 1."""
    if scene.until is None or scene.until <= scene.since:
        return 0.0
    return min(1.0, max(0.0, (scene.until - at) / (scene.until - scene.since)))


def _bar(share: float, width: int, shade: str) -> Text:
    halves = round(share * width * 2)
    lit = "━" * (halves // 2) + "╸" * (halves % 2)
    return Text(lit, shade).append("━" * (width - len(lit)), "#30363d")


def _part(part: Part) -> Text:
    glyph, shade = GLYPHS[part.status]
    text = Text(f"{glyph} ", shade, no_wrap=True).append(part.name, BAD if part.problem else "")
    if part.status == "off":
        text.stylize(DIM)
    elif part.progress is not None:
        text.append(f" {part.progress:.0%}", SOON)
    return text


def _lamp(name: str, level: float) -> Text:
    glyph = FILLED[-1 if level >= 1 else 0 if level <= 0 else min(3, 1 + int(level * 3))]
    text = Text(f"{glyph} ", WARM if level else DIM, no_wrap=True).append(name, "" if level else DIM)
    return text.append(f" {level_name(level)}", WARM) if 0 < level < 1 else text


def _columns(entries: list[Text], width: int, least: int) -> Text:
    """Row by row, in columns of `least` cells or more."""
    count = max(1, width // least)
    for index, entry in enumerate(entries):
        if (index + 1) % count:
            entry.truncate(width // count - 1, overflow="ellipsis", pad=True)
            entry.append(" ")
        else:
            entry.truncate(max(1, width // count), overflow="ellipsis")
    rows = [Text().join(entries[start : start + count]) for start in range(0, len(entries), count)]
    return Text("\n", no_wrap=True).join(rows)
