"""The phrase language: hassil's template syntax, read into a small tree. Every mistake knows its column.

    turn on [the] (light|lamp)[s]    (a|b) one of them, [a] or nothing
    set {room} to {brightness}       {slot} a value that is said
    {room} 불 <켜>                    <rule> a part of a phrase that has a name
    (in {room};please)               all of them, in any order
    \\(                               a bracket that is meant as a character

hassil's own parser takes 110 us a template, asserts on "()" and knows no columns; tests hold that both accept the same
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeAlias
from unicodedata import normalize


class PhraseError(ValueError):
    """A phrase or pattern that cannot be read.

    Attributes:
        message: What is wrong, in plain words.
        column: Where, as a 0-based offset in the phrase.
        hint: What to write instead; may be empty.
    """

    def __init__(self, message: str, column: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text with its spaces: "turn on " and "s" are different from "turn on" and " s"."""

    text: str


@dataclass(frozen=True, slots=True)
class SlotRef:
    """{name}: a value that is said."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class RuleRef:
    """<name>: a part of a phrase that is written elsewhere."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them; an empty `Sequence` among them makes it optional."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Permutation:
    """All of them, in any order."""

    items: tuple[Node, ...]


Node: TypeAlias = Text | SlotRef | RuleRef | Sequence | Choice | Permutation

EMPTY = Sequence(())

_TEXT, _SLOT, _RULE, _MARK = 1, 2, 3, 4
_TOKEN = re.compile(r"((?:\\.|[^\\()\[\]{}<>|;])+)|(\{[^{}]*\})|(<[^<>]*>)|(.)", re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_PLAIN = re.compile(r"[^\\()\[\]{}<>|;]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SLOT_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RULE_NAME = re.compile(r"\w+(\.\w+)?")  # a dot is in the names of a vocabulary's rules, never in a user's


def parse_phrase(phrase: str) -> Node:
    """Read a phrase. Raises `PhraseError` on syntax; does not look rules up."""
    if not phrase.strip():
        raise PhraseError("an empty phrase", 0, "write what is said, or delete the line")
    return Text(phrase) if is_plain(phrase) else _Parser(phrase).parse()


def is_plain(phrase: str) -> bool:
    """Whether it is nothing but words: no slot in it, and nothing that could be wrong with it."""
    return _PLAIN.fullmatch(phrase) is not None and not phrase.isspace()


class _Parser:
    """Recursive descent over tokens (kind, text, column): one method a level, `at` is the next token."""

    def __init__(self, phrase: str) -> None:
        found = _TOKEN.finditer(phrase)
        self._tokens = [(match.lastindex, match[0], match.start()) for match in found]
        self._tokens.append((_MARK, "", len(phrase)))
        self._at = 0

    def parse(self) -> Node:
        node = self._alternatives(False)
        _, mark, column = self._tokens[self._at]
        if mark:
            raise PhraseError(f"{mark!r} closes nothing", column, "delete it, or write \\ before it if it is said")
        return node

    def _alternatives(self, optional: bool) -> Node:
        """Sequences between | or between ; up to a closing bracket or the end."""
        items = [self._sequence()]
        separator = self._tokens[self._at][1]
        while separator in ("|", ";") and self._tokens[self._at][1] == separator:
            self._at += 1
            items.append(self._sequence())
        if self._tokens[self._at][1] in ("|", ";"):
            column = self._tokens[self._at][2]
            raise PhraseError("| and ; in one group", column, "put brackets around one of them: (a|(b;c))")
        node = items[0] if len(items) == 1 else Permutation(tuple(items)) if separator == ";" else Choice(tuple(items))
        return Choice((*_options(node), EMPTY)) if optional else node

    def _sequence(self) -> Node:
        items: list[Node] = []
        while True:
            kind, text, column = self._tokens[self._at]
            if kind == _MARK and text in ("|", ";", ")", "]", "}", ">", ""):
                return items[0] if len(items) == 1 else Sequence(tuple(items))
            self._at += 1
            if kind == _TEXT:
                items.append(Text(_ESCAPED.sub(r"\1", text) if "\\" in text else text))
            elif kind == _SLOT:
                items.append(SlotRef(_name(text, column, _SLOT_NAME, "slot"), column))
            elif kind == _RULE:
                items.append(RuleRef(_name(text, column, _RULE_NAME, "rule"), column))
            else:
                items.append(self._group(text, column))

    def _group(self, opening: str, column: int) -> Node:
        if opening == "\\":
            raise PhraseError("a \\ at the end", column, "write \\\\ if it is said")
        first = self._at
        node = self._alternatives(opening == "[") if opening in ("(", "[") else EMPTY
        if self._tokens[self._at][1] != _CLOSING[opening]:
            raise PhraseError(f"{opening!r} is not closed", column, f"add {_CLOSING[opening]!r}")
        if not "".join(text for _, text, _ in self._tokens[first : self._at]).strip():
            raise PhraseError("nothing between the brackets", column, "write what is said, or delete them")
        self._at += 1
        return node


def _name(text: str, column: int, allowed: re.Pattern[str], what: str) -> str:
    name = text[1:-1].strip()
    if not allowed.fullmatch(name):
        hint = "use letters, digits and _, beginning with a letter"
        raise PhraseError(f"{name!r} is no name for a {what}", column + 1, hint)
    return name


def _options(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Choice) else (node,)


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Node:
    """As `parse_phrase`; rules are used by many phrases, so their trees are kept."""
    return parse_phrase(text)


def slots_in(phrase: str, rules: Mapping[str, str]) -> frozenset[str]:
    """Names of the slots that `phrase` can fill, also through its rules.

    Args:
        rules: Every rule that the phrase may use: `{**language_rules(language), **actions.rules.get(language, {})}`.

    Raises:
        PhraseError: Syntax, a <rule> that does not exist, or one that contains itself.
    """
    return _slots(parse_phrase(phrase), rules, ())


def _slots(node: Node, rules: Mapping[str, str], inside: tuple[str, ...]) -> frozenset[str]:
    if isinstance(node, SlotRef):
        return frozenset((node.name,))
    if isinstance(node, RuleRef):
        return _slots_in_rule(node, rules, inside)
    if isinstance(node, Text):
        return frozenset()
    return frozenset().union(*(_slots(item, rules, inside) for item in node.items))


def _slots_in_rule(reference: RuleRef, rules: Mapping[str, str], inside: tuple[str, ...]) -> frozenset[str]:
    name = reference.name
    body = rule_body(reference, rules)
    if name in inside:
        raise PhraseError(f"rule <{name}> contains itself", reference.column, "take it out of its own text")
    try:
        return _slots(body, rules, (*inside, name))
    except PhraseError as error:  # the column is one of the phrase, not of the rule
        raise PhraseError(f"in rule <{name}>: {error.message}", reference.column, error.hint) from None


def rule_body(reference: RuleRef, rules: Mapping[str, str]) -> Node:
    """The tree of a rule. Raises `PhraseError` where there is no such rule, or where it cannot be read."""
    text = rules.get(reference.name)
    if text is None:
        letters = {normalize("NFD", name): name for name in rules}  # 켠 is near to 켜 only by its letters
        near = get_close_matches(normalize("NFD", reference.name), letters, n=1)
        hint = f"did you mean <{letters[near[0]]}>?" if near else "write it under `rules:`"
        raise PhraseError(f"there is no rule <{reference.name}>", reference.column, hint)
    try:
        return parse_rule(text)
    except PhraseError as error:
        raise PhraseError(f"in rule <{reference.name}>: {error.message}", reference.column, error.hint) from None


def slots_in_pattern(pattern: str) -> frozenset[str]:
    """Names of the named groups of an RE2 regular expression.

    Raises:
        PhraseError: With RE2's own words, at the part that RE2 names where it is found.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return frozenset(re2.compile(pattern, options).groupindex)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        column = max(pattern.find(said.rpartition(": ")[2]), 0)
        hint = "RE2 has no look-ahead and no \\1" if "perl operator" in said or "escape" in said else ""
        raise PhraseError(f"RE2: {said}", column, hint) from None
