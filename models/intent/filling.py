"""Slots that no phrase has filled: values that stand somewhere in the sentence, or nearly. Nothing is invented."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from config.schema import Action
from controller.template import slots_of
from controller.turn import Slot
from models.intent.alike import Alike, Taken
from models.intent.grammar import Grammar, text_of
from models.intent.units import units


def filled(action: Action, text: str, grammar: Grammar) -> tuple[Slot, ...]:
    """The action's list, number and duration slots as far as `text` says them: each time the longest value, the first
    of several. Open-ended text is never taken: nobody knows where it begins.
    """
    said = units(text)
    found = (_longest(name, action, said, grammar) for name in sorted(needed(action)))
    composed = unicodedata.normalize("NFC", text)
    return tuple(Slot(name, value, text_of(composed, start, end)) for name, start, end, value in filter(None, found))


def nearly_filled(action: Action, text: str, grammar: Grammar, alike: Alike) -> tuple[tuple[Slot, ...], list[Taken]]:
    """What is `filled`, and the list slots that the action needs and that `text` says nearly.

    One that is said exactly is among the latter only where more words speak for the same value: "coffee masheen".
    """
    exact = {slot.name: slot for slot in filled(action, text, grammar)}
    taken = [one for one in alike.all(action, sorted(needed(action)), text) if _adds(one.slot, exact)]
    names = {one.slot.name for one in taken}
    return tuple(slot for slot in exact.values() if slot.name not in names), taken


def _adds(near: Slot, exact: Mapping[str, Slot]) -> bool:
    slot = exact.get(near.name)
    return slot is None or (slot.value == near.value and slot.text in near.text)


def needed(action: Action) -> frozenset[str]:
    """The slots without which a step cannot be carried out."""
    return frozenset(name for step in action.do for text in _texts(step.model_dump()) for name in slots_of(text))


def _texts(written: object) -> Iterator[str]:
    if isinstance(written, str):
        yield written
    elif isinstance(written, dict):
        for value in written.values():
            yield from _texts(value)
    elif isinstance(written, list | tuple):
        for value in written:
            yield from _texts(value)


def _longest(
    name: str, action: Action, said: tuple[str, ...], grammar: Grammar
) -> tuple[str, int, int, str | int] | None:
    kind = grammar.slots.kind(action, name)
    if kind.automaton is None:
        return None
    matches = ((end - at, -at, value) for at in range(len(said)) for end, value in kind.matches(said, at))
    length, before, value = max(matches, key=lambda match: match[:2], default=(0, 0, ""))
    return (name, -before, length - before, value) if length else None
