"""The rules of an action that is bound to an intent of Home Assistant's: it exists and has sentences for the action."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from config.home_assistant.actions import binding_of, blocks_of, slots_of, vocabularies
from config.home_assistant.binding import Binding, domains
from config.home_assistant.package import HINT, installed
from config.issues import Issue, did_you_mean
from config.rules_steps import MARK
from config.schema_actions import HomeAssistant
from config.yaml_nodes import Document, Node

NAME: Final = "home-assistant"
_SHOWN: Final = 8


def in_use(document: Document) -> bool:
    """Whether the file brings the sentences of Home Assistant."""
    return any(node.text == NAME for node in document.root.get("use").scalars())


def check_installed(document: Document) -> Iterator[Issue]:
    """Check that what the file uses is there."""
    if in_use(document) and not installed():
        place = document.root.get("use").place
        yield document.issue("CFG-12", place, "the package home-assistant-intents is not installed", HINT)


def rules_of(document: Document) -> Mapping[str, Mapping[str, str]]:
    """By language, the rules that the file's phrases may use besides Roger's and the user's."""
    if not in_use(document) or not installed():
        return {}
    return {language: known.rules for language, known in vocabularies().items()}


class BindingCheck:
    """The binding of one action.

    Args:
        declared: The slots that the action may use.

    Attributes:
        sound: What is written could be followed, so `filled` is known; once `issues` has run.
        filled: The slots that its sentences fill.
    """

    def __init__(self, document: Document, name: str, action: Node, declared: Collection[str]) -> None:
        self._document = document
        self._name = name
        self._node = action.get("home_assistant")
        self._key = action.keys.get("home_assistant", self._node.place)
        self._declared = declared
        self._used = {
            mark[1]
            for part in ("do", "confirm")
            for scalar in action.get(part).scalars()
            for mark in MARK.finditer(scalar.text)
            if mark[1]
        }
        self.sound = False
        self.filled: frozenset[str] = frozenset()

    def issues(self) -> Iterator[Issue]:
        settings = self._settings()
        if not self._document.root.get("use").value:
            message = f'"{self._name}" is bound to Home Assistant, and its sentences are not in use'
            yield self._document.issue("CFG-06", self._key, message, f"write use: {NAME} at the top of the file")
        elif settings and in_use(self._document) and installed():
            yield from self._bound(settings)

    def _bound(self, settings: HomeAssistant) -> Iterator[Issue]:
        found = list(self._intent(settings)) or [
            *self._domain(settings),
            *self._slots(settings),
            *self._only(settings),
            *self._undeclared(),
        ]
        yield from found
        if not found:
            binding = binding_of(settings, self._used)
            self.sound = True
            self.filled = binding.needed | frozenset(settings.slots.values())
            yield from self._silent(binding)

    def _settings(self) -> HomeAssistant | None:
        """What is written, as far as it is of the right kind; its faults are told elsewhere."""
        written = self._node.value
        try:
            return HomeAssistant.model_validate({"intent": written} if isinstance(written, str) else written)
        except ValidationError:
            return None

    def _intent(self, settings: HomeAssistant) -> Iterator[Issue]:
        if not blocks_of(settings.intent):
            known = sorted({name for language in vocabularies().values() for name in language.intents})
            hint = did_you_mean(settings.intent, known) or _some("such as", known)
            node = self._node if self._node.text else self._node.get("intent")
            yield self._document.issue("CFG-10", node.place, f'there is no intent "{settings.intent}"', hint)

    def _domain(self, settings: HomeAssistant) -> Iterator[Issue]:
        asked = domains(blocks_of(settings.intent))
        known = sorted({domain for allowed in asked for domain in allowed})
        if settings.domain and settings.domain not in known:
            message = f'{settings.intent} has no sentences for the domain "{settings.domain}"'
            hint = did_you_mean(settings.domain, known) or _some("domains", known) or "leave the domain out"
            yield self._document.issue("CFG-10", self._node.get("domain").place, message, hint)
        if not settings.domain and asked and not set.intersection(*asked):
            message = f"{settings.intent} is said of several kinds of things, and needs a domain"
            known.sort(key=lambda domain: domain != "light")
            hint = f"write {{intent: {settings.intent}, domain: {known[0]}}}, or one of {', '.join(known[1:])}"
            yield self._document.issue("CFG-06", self._key, message, hint)

    def _slots(self, settings: HomeAssistant) -> Iterator[Issue]:
        slots = self._node.get("slots")
        for theirs, own in settings.slots.items():
            yield from self._known_slot(settings.intent, theirs, slots)
            if own not in self._declared:
                hint = did_you_mean(own, self._declared) or f"write {own} under slots:"
                place = slots.fields[theirs].place
                yield self._document.issue("CFG-09", place, f'the slot "{own}" is not declared', hint)

    def _only(self, settings: HomeAssistant) -> Iterator[Issue]:
        only = self._node.get("only")
        has = slots_of(settings.intent)
        for theirs, value in settings.only.items():
            yield from self._known_slot(settings.intent, theirs, only)
            values = self._values(settings.intent, theirs)
            if theirs in has and value not in values:
                hint = did_you_mean(value, values) or _some("values", values) or "it takes any value: use slots:"
                place = only.fields[theirs].place
                yield self._document.issue("CFG-10", place, f'the slot "{theirs}" has no value "{value}"', hint)

    def _undeclared(self) -> Iterator[Issue]:
        """Slots of the steps, which no phrase needs to name here."""
        for slot in sorted(self._used - set(self._declared)):
            hint = (
                did_you_mean(slot, self._declared) or f"write under slots: {slot}: {{type: duration}}, or another type"
            )
            yield self._document.issue("CFG-09", self._key, f'the slot "{slot}" is not declared', hint)

    def _values(self, intent: str, slot: str) -> list[str]:
        """The values that are said for a slot, or that blocks of sentences have."""
        fixed = {str(block["slots"][slot]) for block in blocks_of(intent) if slot in block.get("slots", {})}
        lists = slots_of(intent).get(slot, ())
        said = {value for known in vocabularies().values() for name in lists for value in known.values(name)}
        return sorted(fixed | said)

    def _known_slot(self, intent: str, slot: str, node: Node) -> Iterator[Issue]:
        known = slots_of(intent)
        if slot not in known:
            hint = did_you_mean(slot, known) or _some("its slots", known)
            yield self._document.issue("CFG-10", node.keys[slot], f'{intent} has no slot "{slot}"', hint)

    def _silent(self, binding: Binding) -> Iterator[Issue]:
        """An action that no sentence asks for."""
        if any(True for known in vocabularies().values() for _ in binding.phrases(known)):
            return
        unbound = sorted(binding.needed - set(binding.slots.values()))
        needed = " and ".join(f"{{{slot}}}" for slot in sorted(binding.needed)) or "none of its slots"
        hint = f"its slots are {', '.join(slots_of(binding.intent)) or 'none'}"
        if unbound:
            hint += f"; write slots: {{one of them: {unbound[0]}}}"
        message = f"no sentence of {binding.intent} says {needed}, as the steps need it"
        yield self._document.issue("CFG-09", self._key, message, hint)


def _some(title: str, names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:_SHOWN])
    return f"{title}: {shown}{', ...' if len(names) > _SHOWN else ''}" if names else ""
