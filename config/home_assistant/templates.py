"""Home Assistant's sentence templates to phrases of Roger's, which are nearly the same language.

    {timer_minutes:minutes}( |-)minute[s]    -> {duration}      one slot understands every length of time
    {cover_classes:device_class}             -> {kind}, or the words of one value
    [<the>] {area}                           -> {room}          an article may stand before a list anyway
    <turn>                                   -> <ha.turn>
    [ ]                                      -> a space         units need none
    turn on {name} [in {area}]               -> turn on {device}, where nothing is bound to {area}

A template is read into the tree of config/phrases.py, and written as a phrase from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Final, TypeAlias

from config.phrases import EMPTY, Choice, Node, Permutation, RuleRef, Sequence, SlotRef, Text, parse_phrase, parse_rule

PREFIX: Final = "ha."
"""Of the names of the rules. A user's own rule has no dot in its name, so the two never meet."""

DURATION: Final = "duration"
"""What hours, minutes and seconds become; `start_duration` is the length that a running timer was started with."""

Says: TypeAlias = Callable[[str, str], Node | None]
"""What is said for a slot of Home Assistant's (its name, the name of its list); None where it cannot be said."""

Variants: TypeAlias = dict[frozenset[str], Node]
"""By the slots of Home Assistant's that are said in it: a part of a sentence."""

_BETWEEN: Final = "__"
_LIST: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_RULE: Final = re.compile(r"<(\w+)>")
_ARTICLE: Final = re.compile(r"\[<the>\] (?=\{(?:area|floor|name)\})")
_SPECIAL: Final = re.compile(r"([\\()\[\]{}<>|;])")
_NUMBER: Final = r"\{{timer_\w+:{start}(?:hours|minutes|seconds)\}}"
_UNIT: Final = r"(?:\( \|-\)| an? | )?(?:hour\[s\]|minute\[s\]|second\[s\]|시간|분|초)"


def _lengths(start: str) -> re.Pattern[str]:
    """Matches "{timer_hours:hours} hour[s] [and] {timer_minutes:minutes} minute[s]"."""
    number = _NUMBER.format(start=start)
    one = rf"{number}(?: and \[a\] {number})?{_UNIT}"
    return re.compile(rf"{one}(?:(?: \[?(?:and|,)\]?)* {one})*")


_LENGTHS: Final = {start: _lengths(start) for start in ("", "start_")}


def prepared(template: str) -> str:
    """The template in Roger's phrase language, each {list:slot} as {slot__list}."""
    for start, lengths in _LENGTHS.items():
        template = lengths.sub(f"{{{start}{DURATION}}}", template)
    template = _ARTICLE.sub("", template).replace("[ ]", " ")
    template = _LIST.sub(lambda match: f"{{{match[2] or match[1]}{_BETWEEN}{match[1]}}}", template)
    return _RULE.sub(rf"<{PREFIX}\1>", template)


def slots_of(template: str) -> frozenset[tuple[str, str]]:
    """Every (slot, list) in a prepared template."""
    return frozenset(_split(name) for name in re.findall(r"\{(\w+)\}", template))


def _split(name: str) -> tuple[str, str]:
    slot, _, values = name.partition(_BETWEEN)
    return slot, values


def phrases(template: str, rules: Mapping[str, str], says: Says) -> Mapping[frozenset[str], str]:
    """The phrases of a prepared template, by the slots that are said in them.

    A part that may be left out is left out where it cannot be said; no phrases where any other part cannot be said. A
    value alone is no sentence: "fan" is heard in noise too easily to switch one on.

    Args:
        rules: Prepared, with `PREFIX` before their names.

    Raises:
        PhraseError: A template that cannot be read, or a rule that is not there.
    """
    found = _Translation(rules, says).variants(parse_phrase(template))
    said = {slots: written(_with_a_word(node) if len(slots) == 1 else node) for slots, node in found.items()}
    return {slots: phrase for slots, phrase in said.items() if phrase.strip()}


class _Translation:
    def __init__(self, rules: Mapping[str, str], says: Says) -> None:
        self._rules = rules
        self._says = says

    def variants(self, node: Node) -> Variants:
        if isinstance(node, Text):
            return {frozenset(): node}
        if isinstance(node, SlotRef):
            return self._slot(node)
        if isinstance(node, RuleRef):
            return self._rule(node)
        parts = [self.variants(item) for item in node.items]
        if isinstance(node, Choice):
            return _merged((slots, option) for part in parts for slots, option in part.items())
        return _merged(_rows(parts, type(node)))

    def _slot(self, node: SlotRef) -> Variants:
        slot, values = _split(node.name)
        said = self._says(slot, values)
        return {} if said is None else {frozenset((slot,)): said}

    def _rule(self, node: RuleRef) -> Variants:
        """A rule with slots is written out, for its slots are others in every action."""
        body = self._rules.get(node.name, "")
        return self.variants(parse_rule(body)) if "{" in body else {frozenset(): node}


def _rows(parts: list[Variants], kind: type[Sequence] | type[Permutation]) -> Iterable[tuple[frozenset[str], Node]]:
    """One after the other; none with a slot that is said twice."""
    for row in product(*(part.items() for part in parts)):
        slots = frozenset().union(*(said for said, _ in row))
        if len(slots) == sum(len(said) for said, _ in row):
            yield slots, kind(tuple(node for _, node in row))


def _merged(found: Iterable[tuple[frozenset[str], Node]]) -> Variants:
    options: dict[frozenset[str], list[Node]] = {}
    for slots, node in found:
        options.setdefault(slots, []).append(node)
    return {slots: _one_of(tuple(nodes)) for slots, nodes in options.items()}


def _one_of(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else Choice(nodes) if nodes else EMPTY


def _with_a_word(node: Node) -> Node:
    """The sentences of a part with something besides a value: [activate] {name} [scene] without {name} alone."""
    items = node.items if isinstance(node, Sequence) else (node,)
    if any(map(_says_a_word, items)):
        return node
    rows = []
    for at, item in enumerate(items):
        if isinstance(item, Choice):
            options = tuple(option for option in item.items if _says_a_word(option))
            rows += [Sequence((*items[:at], _one_of(options), *items[at + 1 :]))] if options else []
    return _one_of(tuple(rows))


def _says_a_word(node: Node) -> bool:
    if isinstance(node, Text):
        return not node.text.isspace()
    if isinstance(node, SlotRef | RuleRef):
        return isinstance(node, RuleRef)
    said = map(_says_a_word, node.items)
    return all(said) if isinstance(node, Choice) else any(said)


def written(node: Node) -> str:
    """A tree as a phrase: what `parse_phrase` reads as the same."""
    if isinstance(node, Text):
        return _SPECIAL.sub(r"\\\1", node.text)
    if isinstance(node, SlotRef):
        return f"{{{node.name}}}"
    if isinstance(node, RuleRef):
        return f"<{node.name}>"
    if isinstance(node, Sequence):
        return "".join(written(item) for item in node.items)
    if isinstance(node, Permutation):
        return f"({';'.join(written(item) for item in node.items)})"
    options = "|".join(written(item) for item in node.items if item != EMPTY)
    if not options.strip():
        return " "
    return f"[{options}]" if EMPTY in node.items else f"({options})"
