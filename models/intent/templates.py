"""Phrases to positions: what a template means in units, with the fillers and particles that its language allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import permutations
from typing import Final, TypeAlias

from config.phrases import Choice, Node, Permutation, PhraseError, RuleRef, Sequence, SlotRef, Text, rule_body
from models.intent.positions import Call, Follow, Positions, union
from models.intent.units import clean, is_hangul, spans, units

MOST_SPELLINGS: Final = 1_000
MOST_PERMUTED: Final = 5

Alternatives: TypeAlias = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""A row of units to the rows that stand for it."""

SlotCalls: TypeAlias = Callable[[str], tuple[Call, bool]]
"""A slot's name to its call, and whether an article may stand in front of it."""

_Row: TypeAlias = list[tuple[str, bool, list[tuple[int, tuple[str, ...]]]]]
"""Of each unit of a text: itself, whether a space follows, and (how many units, another spelling of them)."""


def alternatives(same: Iterable[tuple[str, ...]]) -> Alternatives:
    groups = [[units(spelling) for spelling in group] for group in same]
    return {one: tuple(other for other in group if other != one) for group in groups for one in group}


class Templates:
    """Compiles the phrases of one language.

    Args:
        rules: Phrases by name.
        same: Spellings that stand for each other.
        between: Call that may stand wherever a phrase has a space, and after slots.
        before_slot: Call that may stand in front of a slot.
    """

    def __init__(
        self,
        positions: Positions,
        rules: Mapping[str, str],
        same: Alternatives,
        between: Call | None = None,
        before_slot: Call | None = None,
    ) -> None:
        self._positions = positions
        self._rules = rules
        self._same = same
        self._longest_same = max(map(len, same), default=0)
        self._first_same = {spelling[0] for spelling in same}
        self._between_call = between
        self._before_slot = before_slot
        self._inside: list[str] = []
        self._ruled: dict[tuple[str, Follow], Follow] = {}
        self._rows: dict[str, _Row] = {}

    def compile(self, node: Node, follow: Follow, slot: SlotCalls) -> Follow:
        """Where a sentence of `node` can begin.

        Args:
            follow: What comes after it.

        Raises:
            PhraseError: An unknown or recursive rule, or more spellings of one word than anyone means.
        """
        if isinstance(node, Text):
            return self.text(node.text, follow)
        if isinstance(node, Sequence):
            for item in reversed(self._joined(node.items)):
                follow = self.compile(item, follow, slot)
            return follow
        if isinstance(node, Choice):
            return union(*(self.compile(item, follow, slot) for item in node.items))
        if isinstance(node, SlotRef):
            return self._slot(node, follow, slot)
        return self._rule(node, follow, slot) if isinstance(node, RuleRef) else self._permuted(node, follow, slot)

    def text(self, text: str, follow: Follow) -> Follow:
        """Literal text before `follow`, in all its spellings."""
        row = self._row(text)
        if len(row) == 1 and not row[0][2] and not self._between_call:
            return self._positions.add(row[0][0], follow)
        entries = [follow] * (len(row) + 1)
        exits = [follow] * len(row)
        for at in range(len(row) - 1, -1, -1):
            unit, space, others = row[at]
            exits[at] = self._between(entries[at + 1]) if space else entries[at + 1]
            entries[at] = self._positions.add(unit, exits[at])
            if others:
                said = (self._positions.say(other, exits[at + length - 1]) for length, other in others)
                entries[at] = union(entries[at], *said)
        return self._between(entries[0]) if text[:1].isspace() else entries[0]

    def _row(self, text: str) -> _Row:
        row = self._rows.get(text)
        if row is None:
            spaced = _spaced(text)
            said = tuple(unit for unit, _ in spaced)
            row = self._rows[text] = [
                (unit, space, self._others(said, at) if unit in self._first_same else [])
                for at, (unit, space) in enumerate(spaced)
            ]
        return row

    def _others(self, said: tuple[str, ...], at: int) -> list[tuple[int, tuple[str, ...]]]:
        lengths = range(1, min(self._longest_same, len(said) - at) + 1)
        return [(length, other) for length in lengths for other in self._same.get(said[at : at + length], ())]

    def _between(self, follow: Follow) -> Follow:
        return self._positions.maybe(self._between_call, follow) if self._between_call else follow

    def _slot(self, node: SlotRef, follow: Follow, slot: SlotCalls) -> Follow:
        call, has_article = slot(node.name)
        start = self._positions.add(call, self._between(follow))
        return self._positions.maybe(self._before_slot, start) if has_article and self._before_slot else start

    def _rule(self, node: RuleRef, follow: Follow, slot: SlotCalls) -> Follow:
        """A rule without slots means the same in every phrase, so it is compiled once for what follows it."""
        key = (node.name, follow)
        known = self._ruled.get(key)
        if known is not None:
            return known
        body = rule_body(node, self._rules)
        if node.name in self._inside:
            raise PhraseError(f"rule <{node.name}> contains itself", node.column, "take it out of its own text")
        self._inside.append(node.name)
        try:
            start = self.compile(body, follow, slot)
        finally:
            self._inside.pop()
        if not self._has_slot(body):
            self._ruled[key] = start
        return start

    def _has_slot(self, node: Node) -> bool:
        if isinstance(node, RuleRef):
            return self._has_slot(rule_body(node, self._rules))
        return isinstance(node, SlotRef) or (not isinstance(node, Text) and any(map(self._has_slot, node.items)))

    def _permuted(self, node: Permutation, follow: Follow, slot: SlotCalls) -> Follow:
        if len(node.items) > MOST_PERMUTED:
            raise PhraseError(f"more than {MOST_PERMUTED} parts in any order", 0, "split the phrase")
        space = Text(" ")
        orders = (Sequence(tuple(part for item in order for part in (space, item, space)))
                  for order in permutations(node.items))  # fmt: skip
        return union(*(self.compile(order, follow, slot) for order in orders))

    def _joined(self, items: tuple[Node, ...]) -> list[Node]:
        """Parts that make one word, such as light[s], become a choice of whole words."""
        joined: list[Node] = []
        for item in items:
            if joined and self._touch(joined[-1], item):
                joined[-1] = self._product(joined[-1], item)
            else:
                joined.append(item)
        return joined

    def _touch(self, left: Node, right: Node) -> bool:
        if isinstance(left, Text) and not _in_word(left.text[-1:]):
            return False
        if isinstance(right, Text) and not _in_word(right.text[:1]):
            return False
        if self._has_slot(left) or self._has_slot(right):
            return False
        ends = any(_in_word(text[-1:]) for text in self._spellings(left))
        return ends and any(_in_word(text[:1]) for text in self._spellings(right))

    def _product(self, left: Node, right: Node) -> Node:
        rights = self._spellings(right)
        return Choice(tuple(map(Text, _few([a + b for a in self._spellings(left) for b in rights]))))

    def _spellings(self, node: Node) -> list[str]:
        """Every text of a node without slots."""
        if isinstance(node, Text):
            return [node.text]
        if isinstance(node, RuleRef):
            return self._spellings(rule_body(node, self._rules))
        if isinstance(node, Choice):
            texts = [text for item in node.items for text in self._spellings(item)]
        else:
            assert not isinstance(node, SlotRef)
            orders = permutations(node.items) if isinstance(node, Permutation) else (node.items,)
            texts = [text for order in orders for text in self._chain(order)]
        return _few(texts)

    def _chain(self, items: tuple[Node, ...]) -> list[str]:
        texts = [""]
        for item in items:
            texts = _few([text + more for text in texts for more in self._spellings(item)])
        return texts


def _spaced(text: str) -> list[tuple[str, bool]]:
    """The units of a text, and of each whether a space follows. Word by word: phrases have most words in common."""
    *words, last = text.split() or [""]
    spaced = [pair for word in words for pair in _word(word)]
    is_followed = text[-1:].isspace()
    return spaced + [(unit, ends and is_followed) for unit, ends in _word(last)]


@lru_cache(maxsize=10_000)
def _word(word: str) -> tuple[tuple[str, bool], ...]:
    """The units of a word, and of each whether the word ends with it."""
    end = len(clean(word))
    return tuple((unit, place[1] == end) for unit, place in zip(units(word), spans(word), strict=True))


def _few(texts: list[str]) -> list[str]:
    if len(texts) > MOST_SPELLINGS:
        raise PhraseError("too many spellings of one word", 0, "put a space between its parts")
    return texts


@lru_cache(maxsize=1_000)
def _in_word(character: str) -> bool:
    """Whether a character is joined to its neighbour: letters and digits, but not syllables of Hangul."""
    return character == "'" or (character.isalnum() and not is_hangul(character))
