"""Settings that the device was given elsewhere, such as on its memory card: they go before the user's roger.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.card import settings_folder
from config.issues import Issue
from config.secret_tags import secrets_of
from config.yaml_nodes import Document, Node, Place, PlaceElsewhere
from config.yaml_reader import read_document

NAME: Final = "settings.yaml"


@dataclass(frozen=True, slots=True)
class Overlay:
    """The file, unread.

    Attributes:
        content: Of the file; empty where there is none.
    """

    path: Path = Path(NAME)
    content: bytes = b""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in it, without remarks of their own line. There is no secret in it."""
        lines = self.content.decode("utf-8", "replace").splitlines()
        return tuple(line for line in lines if line.strip() and not line.startswith("#"))


def find_overlay() -> Overlay:
    """That of this device."""
    folder = settings_folder()
    if folder is None:
        return Overlay()
    path = folder / NAME
    try:
        return Overlay(path, path.read_bytes())
    except OSError:
        return Overlay()


def lay_over(document: Document, overlay: Overlay) -> list[Issue]:
    """Put what `overlay` says into `document`, which is roger.yaml; its faults are reported in its own lines."""
    if not overlay.content or not document.readable or not isinstance(document.root.value, dict):
        return []
    over, issues = read_document(overlay.path, overlay.content, secrets_of(overlay.path.parent))
    if over.readable and isinstance(over.root.value, dict):
        _put(document.root, over.root, over)
    return issues


def _put(under: Node, over: Node, document: Document) -> None:
    """Mappings are merged, everything else is replaced."""
    for name, child in over.fields.items():
        here = under.fields.get(name)
        if here and isinstance(here.value, dict) and isinstance(child.value, dict):
            _put(here, child, document)
            continue
        _stamp(child, document)
        under.fields[name], under.value[name] = child, child.value
        under.keys[name] = _elsewhere(over.keys[name], document)


def _stamp(node: Node, document: Document) -> None:
    """Each place knows its file from now on."""
    node.place = _elsewhere(node.place, document)
    node.keys = {name: _elsewhere(place, document) for name, place in node.keys.items()}
    for child in (*node.fields.values(), *node.items):
        _stamp(child, document)


def _elsewhere(place: Place, document: Document) -> PlaceElsewhere:
    there = PlaceElsewhere(place.line, place.column)
    there.document = document
    return there
