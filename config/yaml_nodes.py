"""YAML values that know their place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.issues import Issue, masked

_CHARACTERS: Final = {
    "'": re.compile(r"''|."),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|."),
}
"""How one character is written, between quotes of each kind."""


class Place(NamedTuple):
    """Line and column, both from 1, the column in characters."""

    line: int = 1
    column: int = 1


class PlaceElsewhere(Place):
    """A place in another file than that of the values around: see config/overlay.py."""

    document: Document


@dataclass(slots=True, eq=False)
class Node:
    """A value of the file. What is asked of the wrong kind of value is empty, so checks need not ask for kinds first.

    Attributes:
        value: What the models are given: dict, list, str, int, float, bool, None or SecretStr.
        written: For a scalar its text; else empty.
        style: How a scalar is quoted: "'", '"', "|", ">" or empty.
        one_line: The scalar begins and ends on the same line.
        size: Values in it, itself included; what an alias repeats counts again.
        fields: Of a mapping.
        keys: Of a mapping, where each key is.
        items: Of a list.
    """

    value: Any = None
    place: Place = Place()
    written: str = ""
    style: str = ""
    one_line: bool = True
    size: int = 1
    fields: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)

    def get(self, *path: str) -> Node:
        """The node under these keys; an empty one where there is none."""
        node = self
        for key in path:
            node = node.fields.get(key, EMPTY)
        return node

    @property
    def text(self) -> str:
        """The scalar as text; empty for everything else and for secrets."""
        return self.written if isinstance(self.value, str | int | float) else ""

    def scalars(self) -> Iterator[Node]:
        """The scalars in this node, at any depth."""
        if not self.fields and not self.items:
            yield self
        for child in (*self.fields.values(), *self.items):
            yield from child.scalars()


EMPTY: Final = Node()


@dataclass(frozen=True, slots=True)
class Document:
    """One of the three files.

    Attributes:
        readable: It is there and is YAML; otherwise `root` is empty.
    """

    path: Path
    lines: tuple[str, ...] = ("",)
    root: Node = EMPTY
    readable: bool = False

    def issue(self, code: str, place: Place, message: str, hint: str = "") -> Issue:
        """An issue at `place`; what lies behind the end of the file, such as a missing bracket, is put at its end."""
        if isinstance(place, PlaceElsewhere) and place.document is not self:
            return place.document.issue(code, place, message, hint)
        line = min(place.line, len(self.lines))
        source = self.lines[line - 1]
        column = min(place.column, len(source) + 1) if line == place.line else len(source) + 1
        return Issue(code, message, hint, self.path, line, column, masked(source))

    def inside(self, node: Node, offset: int) -> Place:
        """Where the character `offset` of a scalar is in the file; the scalar's start if it spans lines."""
        if not node.one_line or node.style in ("|", ">"):
            return node.place
        if not node.style:
            return Place(node.place.line, node.place.column + offset)
        raw = self.lines[node.place.line - 1][node.place.column :]
        before = _CHARACTERS[node.style].findall(raw)[:offset]
        return Place(node.place.line, node.place.column + 1 + sum(map(len, before)))
