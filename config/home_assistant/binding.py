"""Which sentences of an intent ask for an action: those that say exactly what its steps need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from config.home_assistant.package import SKIPPED, Block, Vocabulary
from config.home_assistant.templates import phrases, prepared, slots_of
from config.phrases import Node, SlotRef, parse_rule

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "area": ("room",),
    "name": ("device",),
    "brightness": ("level",),
    "percentage": ("speed", "level"),
    "position": ("level",),
    "volume_level": ("volume", "level"),
    "search_query": ("words",),
    "item": ("words",),
}
"""What people call a slot of Home Assistant's, besides its own name."""


@dataclass(frozen=True)
class Binding:
    """An action's part of an intent.

    Attributes:
        intent: Its name; sentences of `domain` only, where that is not empty.
        slots: Home Assistant's slots to the user's.
        only: Slots of Home Assistant's that are said with one value.
        needed: The user's slots that have to be said.
    """

    intent: str
    domain: str
    slots: Mapping[str, str]
    only: Mapping[str, str]
    needed: frozenset[str]

    def phrases(self, vocabulary: Vocabulary) -> Iterator[str]:
        """What can be said for the action in this language; a phrase may come twice."""
        for block in vocabulary.intents.get(self.intent, ()):
            if self._fits(block):
                yield from self._of(block, vocabulary)

    def _of(self, block: Block, vocabulary: Vocabulary) -> Iterator[str]:
        says = partial(self._says, vocabulary)
        end = f" [<{SKIPPED}>]" if SKIPPED in vocabulary.rules else ""
        for template in block["sentences"]:
            for said, phrase in phrases(prepared(template), vocabulary.rules, says).items():
                if self._says_all(said, block):
                    yield f"{phrase.strip()}{end}"

    def _fits(self, block: Block) -> bool:
        wanted = {**self.only, "domain": self.domain} if self.domain else self.only
        fixed = block.get("slots", {})
        return (
            all(key == "domain" or key in self.only for key in fixed)
            and all(value in _options(fixed.get(key, value)) for key, value in wanted.items())
            and all(value in _options(context(block, key) or value) for key, value in wanted.items())
            and not any(value in _options(block.get("excludes_context", {}).get(key)) for key, value in wanted.items())
        )

    def _says(self, vocabulary: Vocabulary, slot: str, values: str) -> Node | None:
        if slot in self.only:
            words = vocabulary.words(values, self.only[slot])
            return parse_rule(words) if words else None
        return SlotRef(self.slots[slot], 0) if slot in self.slots else None

    def _says_all(self, said: frozenset[str], block: Block) -> bool:
        filled = [self.slots[slot] for slot in said if slot in self.slots]
        required = (key for key in block.get("requires_context", {}) if context(block, key))
        known = {*said, *block.get("slots", {}), *required}
        return self.needed <= set(filled) and len(set(filled)) == len(filled) and self.only.keys() <= known


def bind(
    intent: str, domain: str, slots: Mapping[str, str], only: Mapping[str, str], used: Iterable[str], has: Iterable[str]
) -> Binding:
    """The binding of an action.

    Args:
        slots: As the user wrote them; of the others each takes the slot of its own name, or of a usual one.
        used: The user's slots that the steps use.
        has: The intent's slots.
    """
    needed = frozenset(used)
    free = needed - set(slots.values())
    bound = dict(slots)
    for slot in has:
        near = next((name for name in (slot, *USUAL.get(slot, ())) if name in free), "")
        if near and slot not in bound and slot not in only:
            bound[slot] = near
    return Binding(intent, domain, bound, only, needed)


def slots_of_intent(blocks: Iterable[Block]) -> Mapping[str, frozenset[str]]:
    """The slots that can be said in an intent, each with the lists of what is said for it."""
    found: dict[str, set[str]] = {}
    for block in blocks:
        for template in block["sentences"]:
            for slot, values in slots_of(prepared(template)):
                found.setdefault(slot, set()).add(values)
        for slot in block.get("slots", {}).keys() - {"domain"}:
            found.setdefault(slot, set())
    return {slot: frozenset(lists) for slot, lists in sorted(found.items())}


def domains(blocks: Iterable[Block]) -> list[set[str]]:
    """Of each block that asks for a domain: the ones it allows."""
    found = (_options(block.get("slots", {}).get("domain") or context(block, "domain")) for block in blocks)
    return [set(allowed) for allowed in found if allowed]


def context(block: Block, key: str) -> Any:
    """What a block requires besides its words; None where that is nothing, or anything in the slot of that name."""
    required = block.get("requires_context", {}).get(key)
    return required.get("value") if isinstance(required, dict) else required


def _options(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
