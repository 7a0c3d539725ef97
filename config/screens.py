"""What can be written in screens.yaml: each screen is a list of things to draw, in order."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import yaml
from pydantic import Discriminator, Field, Tag, model_validator

from config.language_grammar import LOCALES
from config.schema_types import Settings, wrong

WIDTH: Final = 128
HEIGHT: Final = 64

Point: TypeAlias = tuple[Annotated[int, Field(ge=0, lt=WIDTH)], Annotated[int, Field(ge=0, lt=HEIGHT)]]
Size: TypeAlias = tuple[Annotated[int, Field(ge=1, le=WIDTH)], Annotated[int, Field(ge=1, le=HEIGHT)]]
FieldName: TypeAlias = Literal[
    "caption",
    "heard",
    "understood",
    "question",
    "reply",
    "answer",
    "results",
    "code",
    "problem",
    "hint",
    "why",
    "seconds_left",
    "latched",
    "timer",
    "timers",
    "ringing",
    "loading",
    "missing",
    "chat_off",
    "picture",
    "asking",
    "news",
    "detail",
]
"""Texts that change, explained in docs/screens.md; an empty one counts as false in `when`."""

NumberName: TypeAlias = Literal["level", "time_left", "loaded"]
"""Numbers from 0 to 1, for bars and meters."""

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
KINDS: Final = ("text", "icon", "bar", "meter", "spinner", "status", "parts", "picture", "line", "box")

Bitmap: TypeAlias = Annotated[list[Annotated[str, Field(pattern=r"^[#.]+$")]], Field(min_length=1, max_length=HEIGHT)]
"""Rows of # (lit) and . (dark)."""


def name_or_bitmap(written: Any) -> str:
    return "(array)" if isinstance(written, list) else "(string)"


Icon: TypeAlias = Annotated[
    Annotated[str, Tag("(string)")] | Annotated[Bitmap, Tag("(array)")], Discriminator(name_or_bitmap)
]


@cache
def message_names() -> tuple[str, ...]:
    """The messages that {t.name} can stand for."""
    messages = yaml.safe_load((LOCALES / "en" / "messages.yaml").read_text(encoding="utf-8"))["messages"]
    return tuple(f"t.{name}" for name in messages)


class Element(Settings):
    """One thing to draw: exactly one of text, icon, bar, meter, spinner, status, parts, picture, line and box."""

    text: str | None = Field(None, description="Words with {fields} and {t.messages}.")
    icon: Icon | None = Field(None, description="The name of an icon, or its rows of # and .")
    bar: NumberName | None = Field(None, description="A frame that fills from the left.")
    meter: NumberName | None = Field(None, description="A row of columns that light up from the left.")
    spinner: Literal[True] | None = Field(None, description="Something turns: work is going on.")
    status: Literal[True] | None = Field(None, description="Icons of the parts that are missing or still loading.")
    parts: Literal[True] | None = Field(None, description="A list of the parts, with a bar for each that is loading.")
    picture: Literal[True] | None = Field(None, description="What the question is about, in black and white.")
    line: Literal[True] | None = Field(None, description="A lit area; with a height of 1 a line.")
    box: Literal[True] | None = Field(None, description="Turns what is under it around: dark on light.")
    at: Point = Field((0, 0), description="Left and top, in pixels.")
    size: Size | None = Field(None, description="Width and height; by default to the right and lower edge.")
    font: Literal["small", "large", "huge", "biggest"] = Field(
        "small", description="Lines of 11, 14 or 26 pixels; biggest: the first of huge, large, small that fits."
    )
    align: Literal["left", "center", "right", "auto"] = Field(
        "left", description="auto: in the middle where one line is enough, else to the left."
    )
    valign: Literal["top", "middle", "bottom"] = "top"
    scroll: Literal["none", "end", "auto"] = Field(
        "none", description="A text that is too long: cut off, show its end, or scroll at reading pace."
    )
    invert: bool = Field(False, description="Dark on light.")
    flash: bool = Field(False, description="Inverted every other half second; a box: there every other half second.")
    when: FieldName | None = Field(None, description="Draw only while this field is not empty.")
    unless: FieldName | None = Field(None, description="Draw only while this field is empty.")

    @model_validator(mode="after")
    def _is_one_thing_inside(self) -> Element:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise wrong("CFG-05", f"an element has exactly one of {', '.join(KINDS)}")
        if self.size and (self.at[0] + self.size[0] > WIDTH or self.at[1] + self.size[1] > HEIGHT):
            raise wrong("CFG-05", f"the element does not lie inside {WIDTH} x {HEIGHT}", "size")
        known = (*get_args(FieldName), *message_names())
        for name in PLACEHOLDER.findall(self.text or ""):
            if name not in known:
                kind = "message" if name.startswith("t.") else "field"
                raise wrong("CFG-10", f"there is no {kind} {{{name}}}", "text", options=known)
        return self

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.size or (WIDTH - self.at[0], HEIGHT - self.at[1])


ScreenName: TypeAlias = Literal[
    "starting",
    "idle",
    "recording",
    "transcribing",
    "classifying",
    "acting",
    "querying",
    "done",
    "answer",
    "failed",
    "unknown",
    "nothing_heard",
    "too_short",
    "cancelled",
    "confirm",
    "timer",
    "news",
]


class ScreensFile(Settings):
    """screens.yaml."""

    icons: dict[str, Bitmap] = Field(
        default_factory=dict, description="Small pictures by name; those named like a part of the device are its own."
    )
    screens: dict[ScreenName, list[Element]]

    @model_validator(mode="after")
    def _is_complete(self) -> ScreensFile:
        missing = [name for name in get_args(ScreenName) if name not in self.screens]
        if missing:
            raise wrong("CFG-06", f"there is no screen {', '.join(missing)}", "screens")
        for name, rows in self.icons.items():
            if uneven := _fault(rows):
                raise wrong("CFG-05", f'the icon "{name}" {uneven}', f"icons.{name}")
        for name, elements in self.screens.items():
            for index, element in enumerate(elements):
                self._check_icon(element, f"screens.{name}.{index}.icon")
        return self

    def bitmap(self, icon: str | list[str]) -> list[str]:
        """The rows of an icon that is given by name or by itself."""
        return self.icons[icon] if isinstance(icon, str) else icon

    def _check_icon(self, element: Element, path: str) -> None:
        if element.icon is None:
            return
        if isinstance(element.icon, str) and element.icon not in self.icons:
            raise wrong("CFG-10", f'there is no icon "{element.icon}"', path, options=tuple(self.icons))
        if fault := _fault(self.bitmap(element.icon), *element.at):
            raise wrong("CFG-05", f"the icon {fault}", path)


def _fault(rows: list[str], left: int = 0, top: int = 0) -> str:
    """What is wrong with an icon at that place; empty where nothing is."""
    if any(len(row) != len(rows[0]) for row in rows):
        return f"has rows of different lengths: {', '.join(str(len(row)) for row in rows)}"
    if left + len(rows[0]) > WIDTH or top + len(rows) > HEIGHT:
        return f"({len(rows[0])} x {len(rows)}) does not lie inside {WIDTH} x {HEIGHT}"
    return ""
