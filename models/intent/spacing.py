"""Korean as people write it: the grammar knows syllables, these are its words with their spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from config.language_grammar import language_grammar
from config.phrases import Choice, Node, Sequence, Text, parse_rule
from config.schema import ActionsFile, ListSlot
from models.intent.units import is_hangul, spell, units

_AROUND_NOUNS = re.compile("(?<=[가-힣])(?=시간|분|초|퍼센트|프로)|(?:(?<=시간)|(?<=분))(?=[0-9가-힣])")
"""Where a Korean duration or percentage has its spaces: 한 시간 삼십 분."""

_FORMS: Final = (("를", "을"), ("가", "이"), ("는", "은"), ("로", "으로"))
"""Particles after a vowel and after a consonant."""
_RIEUL: Final = 8
"""The place of ㄹ among the finals: 로 follows it as it follows a vowel."""


class Spacing:
    """Writes values of slots, fillers and particles in words.

    Args:
        actions: Its list slots say how their words are written.
    """

    def __init__(self, actions: ActionsFile, language: str) -> None:
        grammar = language_grammar(language)
        around = [part for phrase in (grammar.start, grammar.between, grammar.end) if phrase for part in _parts(phrase)]
        self._fillers = _by_units(spelling for part in around for spelling in part)
        self._particles = _by_units(_parts(grammar.between)[0]) if grammar.between else {}
        self._values = _by_units(listed(actions))

    def value(self, said: tuple[str, ...]) -> str:
        """What is said for a slot."""
        return self._values.get(said) or _AROUND_NOUNS.sub(" ", spell(said))

    def filler(self, said: tuple[str, ...]) -> str:
        """The longest words that are known, with spaces between them."""
        words, at = [], 0
        while at < len(said):
            end = next((end for end in range(len(said), at, -1) if said[at:end] in self._fillers), len(said))
            words.append(self._fillers.get(said[at:end]) or spell(said[at:end]))
            at = end
        return " ".join(words)

    def clings(self, said: tuple[str, ...]) -> bool:
        """Whether a filler begins with a particle, which is written without a space before it."""
        return any(said[:end] in self._particles for end in range(1, len(said) + 1))

    def fitting(self, particle: str, before: str) -> str:
        """The form of a particle that follows the syllable `before`, as far as there are two: 불을, but 램프를."""
        final = (ord(before) - ord("가")) % 28 if is_hangul(before) else 0
        word, space, rest = particle.partition(" ")
        for after_vowel, after_consonant in _FORMS:
            if word in (after_vowel, after_consonant):
                is_open = not final or (after_vowel == "로" and final == _RIEUL)
                return (after_vowel if is_open else after_consonant) + space + rest
        return particle


def _by_units(words: Iterable[str]) -> Mapping[tuple[str, ...], str]:
    return {units(word): " ".join(word.split()) for word in words if units(word)}


def particles(language: str) -> frozenset[str]:
    """What may cling to the end of a noun."""
    between = language_grammar(language).between
    return frozenset(_parts(between)[0]) - {""} if between else frozenset()


def listed(actions: ActionsFile) -> Iterator[str]:
    """The words of all list slots."""
    own = (slot for action in actions.actions.values() for slot in action.slots.values())
    for slot in (*actions.slots.values(), *own):
        if isinstance(slot, ListSlot):
            yield from (word for languages in slot.values.values() for words in languages.values() for word in words)


def _parts(phrase: str) -> list[list[str]]:
    """The spellings of each part of a phrase that spaces separate."""
    node = parse_rule(phrase)
    parts = map(_spellings, node.items if isinstance(node, Sequence) else (node,))
    return [spellings for spellings in parts if any(map(units, spellings))]


def _spellings(node: Node) -> list[str]:
    if isinstance(node, Text):
        return [node.text]
    if isinstance(node, Choice):
        return [text for item in node.items for text in _spellings(item)]
    return ["".join(texts) for texts in product(*map(_spellings, node.items))] if isinstance(node, Sequence) else []
