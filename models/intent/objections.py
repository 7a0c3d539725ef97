"""What speaks against an action, however close in meaning a sentence is to its phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from config.language_grammar import language_grammar
from config.schema import ActionsFile
from controller.turn import Slot
from models.intent.compiled import LANGUAGES
from models.intent.examples import Example
from models.intent.learning import UNTHINKABLE
from models.intent.numbers import has_number
from models.intent.opposites import Side, contradict, sides
from models.intent.patterns import Negation
from models.intent.spacing import listed
from models.intent.units import is_hangul, pieces, spell, units
from models.intent.wordings import Features


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What stands in all that an action is asked for with: units, sides of opposites, and whether there is a number."""

    words: frozenset[str]
    sides: frozenset[Side]
    numbers: bool


class Objections:
    """Compares sentences with the words that an action is asked for with; grammar.yaml of each language has the lists.

    Args:
        examples: What the actions are asked for with, by their places in `actions`.
    """

    def __init__(self, actions: ActionsFile, examples: Sequence[Example]) -> None:
        grammars = [language_grammar(language) for language in LANGUAGES]
        self._reports = frozenset(word for grammar in grammars for word in grammar.reports)
        self._subjects = [group for grammar in grammars for group in grammar.subjects]
        self._elsewhere = sorted(word for grammar in grammars for word in grammar.elsewhere)
        self._negation = Negation(LANGUAGES)
        self._values = frozenset(unit for word in listed(actions) for unit in units(word))
        self._texts: list[list[str]] = [[] for _ in actions.actions]
        for example in examples:
            self._texts[example.action].append(example.text)
        self._vocabularies: dict[int, Vocabulary] = {}
        self._known = frozenset(unit for piece in pieces(example.text for example in examples) for unit in units(piece))

    def to(self, action: int, text: str, slots: Iterable[Slot] = ()) -> str:
        """Why `text`, of which `slots` were understood, does not ask for this action; empty where nothing says so."""
        words = self._vocabulary(action).words
        if any(not words.issuperset(units(word)) for word in self._negation.words(text)):
            return "it says not to"
        if "_" in text:
            return "it names what only programs name"
        if self._reports.intersection(units(text)[:1]) - words:
            return "it is a question or a report"
        if self.is_opposed(action, text):
            return "it asks for the opposite"
        other = self._subject(text, words) or self._other(text, words.union(*(units(slot.text) for slot in slots)))
        return f'"{other}" is no part of it' if other else ""

    def is_opposed(self, action: int, text: str) -> bool:
        """Whether `text` says the opposite of all that the action is asked for with."""
        return contradict(sides(text), self._vocabulary(action).sides)

    def knows_numbers(self, action: int) -> bool:
        """Whether a number stands in anything that the action is asked for with."""
        return self._vocabulary(action).numbers

    def weighed(self, scores: Features, text: str) -> Features:
        """Scores of `text`, shape (actions,), without those of opposites, and with none at all where something else
        speaks against the best.
        """
        said, left = sides(text), scores.copy()
        likely = map(int, np.flatnonzero(scores > UNTHINKABLE))
        left[[number for number in likely if contradict(said, self._vocabulary(number).sides)]] = UNTHINKABLE
        return np.full_like(scores, UNTHINKABLE) if self.to(int(left.argmax()), text) else left

    def _vocabulary(self, action: int) -> Vocabulary:
        """Made when it is asked for: of ten thousand actions few ever are."""
        if action not in self._vocabularies:
            self._vocabularies[action] = _vocabulary(self._texts[action])
        return self._vocabularies[action]

    def _subject(self, text: str, words: frozenset[str]) -> str:
        """What `text` asks about, if the action knows nothing of that; else empty."""
        plain = spell(units(text))
        for group in self._subjects:
            said = next((word for word in group if _is_said(word, plain)), "")
            if said and not any(words.issuperset(units(word)) for word in group):
                return said
        return ""

    def _other(self, text: str, named: frozenset[str]) -> str:
        """A room or thing in `text` that the user does not have, or that is another action's; empty for none.

        The value of a slot is another action's unless this one has that slot; other words may be in several.
        """
        plain = spell(units(text))
        for word in self._elsewhere:
            parts = set(units(word))
            if _is_said(word, plain) and not parts <= named and (parts <= self._values or not parts <= self._known):
                return word
        return ""


def _vocabulary(texts: Iterable[str]) -> Vocabulary:
    known = frozenset(texts)
    return Vocabulary(
        words=frozenset(unit for text in known for unit in units(text)),
        sides=frozenset(side for text in known for side in sides(text)),
        numbers=any(map(has_number, known)),
    )


def _is_said(word: str, plain: str) -> bool:
    """Whether `word` stands in a text as `spell` writes it; Korean words cling to one another."""
    return spell(units(word)) in plain if is_hangul(word[0]) else word in plain.split()
