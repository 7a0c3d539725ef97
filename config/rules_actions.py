"""The rules of an action: phrases that can be read, and slots that are declared, filled and used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, get_args

from pydantic import SecretStr

from config.issues import Issue, did_you_mean
from config.language_grammar import language_rules
from config.phrases import PhraseError, is_plain, slots_in, slots_in_pattern
from config.rules_home_assistant import BindingCheck, check_installed, rules_of
from config.rules_steps import MARK, check_gpio, check_timer
from config.schema_actions import SLOT_KINDS
from config.schema_types import Language
from config.yaml_nodes import EMPTY, Document, Node

Rules = Mapping[str, Mapping[str, str]]
"""By language, what <name> stands for."""

LANGUAGES: Final = get_args(Language)


def check_actions(document: Document) -> Iterator[Issue]:
    """Check every rule, every slot and every action of actions.yaml."""
    root = document.root
    yield from check_installed(document)
    brought = rules_of(document)
    rules: Rules = {
        language: {
            **language_rules(language),
            **brought.get(language, {}),
            **{name: node.text for name, node in _own(root, language).items()},
        }
        for language in LANGUAGES
    }
    told: set[str] = set()
    for language in LANGUAGES:
        for name, body in _own(root, language).items():
            problems = list(_Reading(document, body).problems(partial(slots_in, rules=rules[language])))
            told |= {f"in rule <{name}>" for _ in problems}
            yield from problems
    for name, action in root.get("actions").fields.items():
        yield from _ActionCheck(document, name, action, rules, tuple(told)).issues()


def _own(root: Node, language: str) -> Mapping[str, Node]:
    return root.get("rules", language).fields


class _Reading:
    """One phrase or pattern: the slots in it, or why it cannot be read.

    Args:
        told: How messages begin that need no repeating: a broken rule is told once, not in every phrase that uses it.
    """

    def __init__(self, document: Document, node: Node, told: tuple[str, ...] = ()) -> None:
        self._document = document
        self._node = node
        self._told = told
        self.slots: frozenset[str] = frozenset()
        self.failed = False

    def problems(self, read: Callable[[str], frozenset[str]]) -> Iterator[Issue]:
        """Read it, if it is text; what is wrong is CFG-08 at the very column."""
        if not isinstance(self._node.value, str):
            return
        self.failed = True
        try:
            self.slots = read(self._node.text)
            self.failed = False
        except PhraseError as error:
            if not error.message.startswith(self._told):
                place = self._document.inside(self._node, error.column)
                yield self._document.issue("CFG-08", place, error.message, error.hint)
        except RecursionError:
            yield self._document.issue("CFG-08", self._node.place, "too many brackets inside one another")


class _ActionCheck:
    """The rules of one action."""

    def __init__(self, document: Document, name: str, action: Node, rules: Rules, told: tuple[str, ...]) -> None:
        self._document = document
        self._name = name
        self._action = action
        self._rules = rules
        self._told = told
        self._shared = document.root.get("slots").fields
        self._own = action.get("slots").fields
        self._filled: set[str] = set()
        self._all_read = True

    def issues(self) -> Iterator[Issue]:
        yield from self._spoken()
        if self._action.get("home_assistant").value is not None:
            yield from self._bound()
        yield from self._references()
        if self._all_read:
            yield from self._never_filled()
        for scalar in self._action.get("confirm").scalars():
            yield from self._used(scalar)
        for step in self._action.get("do").items:
            yield from self._step(step)

    def _kind(self, slot: str) -> Node:
        """What the slot can be; an empty node if that is not known."""
        own = self._own.get(slot)
        if own is None:
            return self._shared.get(slot, EMPTY)
        return self._shared.get(own.text, EMPTY) if own.text else own

    def _spoken(self) -> Iterator[Issue]:
        """Phrases and patterns."""
        for language, phrases in self._action.get("phrases").fields.items():
            if language in LANGUAGES:
                rules = self._rules[language]
                for phrase in phrases.items:
                    if not is_plain(phrase.text):
                        yield from self._read(phrase, language, partial(slots_in, rules=rules))
        for pattern in self._action.get("patterns").items:
            yield from self._read(pattern, "", slots_in_pattern)

    def _bound(self) -> Iterator[Issue]:
        """Sentences of Home Assistant's."""
        check = BindingCheck(self._document, self._name, self._action, {**self._own, **self._shared})
        yield from check.issues()
        self._all_read &= check.sound
        self._filled |= check.filled

    def _read(self, node: Node, language: str, read: Callable[[str], frozenset[str]]) -> Iterator[Issue]:
        reading = _Reading(self._document, node, self._told)
        yield from reading.problems(read)
        self._all_read &= not reading.failed
        self._filled |= reading.slots
        for slot in sorted(reading.slots):
            yield from self._filled_slot(node, slot, language)

    def _filled_slot(self, node: Node, slot: str, language: str) -> Iterator[Issue]:
        if slot not in self._own and slot not in self._shared:
            known = [*self._own, *self._shared]
            hint = did_you_mean(slot, known) or f"write under slots: {slot}: {{type: duration}}, or another type"
            yield self._unfit(node, _offset(node.text, slot), f'the slot "{slot}" is not declared', hint)
        values = self._kind(slot).get("values").fields.values()
        if language and values and not any(language in value.fields for value in values):
            message = f'no value of the slot "{slot}" has words in the language "{language}"'
            yield self._unfit(node, _offset(node.text, slot), message, f"add {language}: [...] to its values")

    def _unfit(self, node: Node, offset: int, message: str, hint: str) -> Issue:
        return self._document.issue("CFG-09", self._document.inside(node, offset), message, hint)

    def _references(self) -> Iterator[Issue]:
        """Slots of the action that name a shared one."""
        for node in self._own.values():
            if node.text and node.text not in self._shared:
                kind = f"write {{type: {node.text}}}" if node.text in SLOT_KINDS else ""
                hint = did_you_mean(node.text, self._shared) or kind or f"write {node.text} under slots: of the file"
                yield self._document.issue("CFG-10", node.place, f'there is no shared slot "{node.text}"', hint)

    def _never_filled(self) -> Iterator[Issue]:
        keys = self._action.get("slots").keys
        for slot in self._own:
            if slot not in self._filled:
                message = f'no phrase of "{self._name}" fills the slot "{slot}"'
                hint = did_you_mean(slot, self._filled - set(self._own)) or f"say {{{slot}}} in a phrase, or delete it"
                yield self._document.issue("CFG-09", keys[slot], message, hint)

    def _step(self, step: Node) -> Iterator[Issue]:
        for scalar in step.scalars():
            yield from self._used(scalar)
        for scalar in step.get("http", "json").scalars():
            if isinstance(scalar.value, SecretStr):
                hint = "put it into headers:, which is never shown or recorded"
                yield self._document.issue("CFG-11", scalar.place, "a secret cannot be part of json", hint)
        yield from check_gpio(self._document, step.get("gpio"), self._kind)
        yield from check_timer(self._document, step.get("timer"), self._kind)

    def _used(self, node: Node) -> Iterator[Issue]:
        """Slots in a text of a step."""
        for mark in MARK.finditer(node.text):
            slot, part = mark[1], mark[2]
            if slot and part not in (None, ".text"):
                hint = f"write {{{slot}}} for its value, {{{slot}.text}} for the words it was said in"
                yield self._unfit(node, mark.start(), f'a slot has no "{part}"', hint)
            elif slot and slot not in self._filled and self._all_read:
                hint = (
                    did_you_mean(slot, self._filled) or f"say {{{slot}}} in a phrase; {{{{{slot}}}}} is text in braces"
                )
                yield self._unfit(node, mark.start(), f'no phrase of "{self._name}" fills the slot "{slot}"', hint)


def _offset(text: str, slot: str) -> int:
    """Where the slot stands in a phrase or pattern; 0 where a <rule> brings it in."""
    found = re.search(rf"\{{\s*{re.escape(slot)}\s*\}}|\(\?P?<{re.escape(slot)}>", text)
    return found.start() if found else 0
