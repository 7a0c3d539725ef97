"""What can be written in screens.yaml: each screen is a list of things to draw, in order."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from config.schema_types import Settings, wrong

WIDTH: Final = 128
HEIGHT: Final = 64

Point: TypeAlias = tuple[Annotated[int, Field(ge=0, lt=WIDTH)], Annotated[int, Field(ge=0, lt=HEIGHT)]]
Size: TypeAlias = tuple[Annotated[int, Field(ge=1, le=WIDTH)], Annotated[int, Field(ge=1, le=HEIGHT)]]
FieldName: TypeAlias = Literal[
    "caption",
    "heard",
    "answer",
    "results",
    "code",
    "problem",
    "hint",
    "why",
    "seconds_left",
    "latched",
    "timer",
    "ringing",
    "loading",
    "missing",
    "chat_off",
]
"""Texts that change, explained in docs/screens.md; an empty one counts as false in `when`."""

NumberName: TypeAlias = Literal["level", "time_left", "loaded"]
"""Numbers from 0 to 1, for bars and meters."""

PLACEHOLDER: Final = re.compile(r"\{([a-z_.]+)\}")


class Element(Settings):
    """One thing to draw: exactly one of text, icon, bar, meter, spinner, line and box."""

    text: str | None = Field(None, description="Words with {fields} and {t.messages}.")
    icon: str | None = Field(None, description="The name of an icon.")
    bar: NumberName | None = Field(None, description="A frame that fills from the left.")
    meter: NumberName | None = Field(None, description="A row of columns that light up from the left.")
    spinner: Literal[True] | None = Field(None, description="Something turns: work is going on.")
    line: Literal[True] | None = None
    box: Literal[True] | None = Field(None, description="A filled box; later texts with invert show on it.")
    at: Point = Field((0, 0), description="Left and top, in pixels.")
    size: Size | None = Field(None, description="Width and height; by default to the right and lower edge.")
    font: Literal["small", "large"] = "small"
    align: Literal["left", "center", "right"] = "left"
    scroll: Literal["none", "end", "auto"] = Field(
        "none", description="A text that is too long: cut off, show its end, or scroll at reading pace."
    )
    invert: bool = Field(False, description="Dark on light.")
    flash: bool = Field(False, description="Invert twice a second.")
    when: FieldName | None = Field(None, description="Draw only while this field is not empty.")
    unless: FieldName | None = Field(None, description="Draw only while this field is empty.")

    @model_validator(mode="after")
    def _is_one_thing_inside(self) -> Element:
        kinds = ("text", "icon", "bar", "meter", "spinner", "line", "box")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise wrong("CFG-05", f"an element has exactly one of {', '.join(kinds)}")
        if self.size and (self.at[0] + self.size[0] > WIDTH or self.at[1] + self.size[1] > HEIGHT):
            raise wrong("CFG-05", f"the element does not lie inside {WIDTH} x {HEIGHT}", "size")
        for name in PLACEHOLDER.findall(self.text or ""):
            if name not in get_args(FieldName) and not name.startswith("t."):
                raise wrong("CFG-10", f"there is no field {{{name}}}", "text", options=get_args(FieldName))
        return self

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.size or (WIDTH - self.at[0], HEIGHT - self.at[1])


Icon: TypeAlias = Annotated[list[Annotated[str, Field(pattern=r"^[#.]+$")]], Field(min_length=1, max_length=HEIGHT)]
"""Rows of # (lit) and . (dark)."""

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
    "timer",
]


class ScreensFile(Settings):
    """screens.yaml."""

    icons: dict[str, Icon] = Field(default_factory=dict)
    screens: dict[ScreenName, list[Element]]

    @model_validator(mode="after")
    def _is_complete(self) -> ScreensFile:
        missing = [name for name in get_args(ScreenName) if name not in self.screens]
        if missing:
            raise wrong("CFG-06", f"there is no screen {', '.join(missing)}", "screens")
        for name, elements in self.screens.items():
            for element in elements:
                if element.icon is not None and element.icon not in self.icons:
                    message = f'screen {name}: there is no icon "{element.icon}"'
                    raise wrong("CFG-10", message, "screens", options=tuple(self.icons))
        return self
