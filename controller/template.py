"""Slots in texts: "{room}_light", "{room.text}". Nothing but slots can be reached, so no text can do harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from config.schema import LocalText
from controller.errors import RogerError
from controller.turn import Slot

_MARK = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(\.text)?\}")


def fill(template: str, slots: Mapping[str, Slot], encode: Callable[[str], str] = str) -> str:
    """Replace each {slot} by its value and each {slot.text} by the words it was said in; "{{" and "}}" are braces.

    Args:
        encode: Applied to what is filled in, and to nothing else.

    Raises:
        RogerError: ACT-05 for a slot that was not said.
    """

    def replacement(mark: re.Match[str]) -> str:
        name, words = mark.groups()
        if name is None:
            return mark[0][0]
        slot = _said(name, slots)
        return encode(slot.text if words else shown(slot.value))

    return _MARK.sub(replacement, template)


def fill_value(template: str, slots: Mapping[str, Slot]) -> str | int | float:
    """As `fill`, but a template that is one {slot} and nothing else keeps the value's own type."""
    mark = _MARK.fullmatch(template)
    if mark is None or mark[1] is None or mark[2]:
        return fill(template, slots)
    return _whole(_said(mark[1], slots).value)


def pick(text: LocalText, language: str) -> str:
    """The text in `language`; else in English, else in whatever there is."""
    if isinstance(text, str):
        return text
    by_language = {str(key): value for key, value in text.items()}
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")


def shown(value: str | int | float) -> str:
    """A slot's value as people write it: 90.0 is 90."""
    return str(_whole(value))


def _whole(value: str | int | float) -> str | int | float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(name: str, slots: Mapping[str, Slot]) -> Slot:
    if name not in slots:
        raise RogerError("ACT-05", f'the action needs "{name}", and it was not said', f"say it again with the {name}")
    return slots[name]


def slots_of(template: str) -> list[str]:
    """The names of the slots in a text, in their order."""
    return [mark[1] for mark in _MARK.finditer(template) if mark[1]]
