"""What can be asked, action by action: how many sentences, and some of them with what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

from config.schema import ActionsFile, Language
from controller.turn import Decision, Transcript
from models.intent.compiled import LANGUAGES, grammars_of
from models.intent.counting import NONE, Count
from models.intent.rules import RulesClassifier
from models.intent.sampling import Choose, Speaker
from models.intent.spacing import Spacing

TRIES: Final = 100
"""Where phrases of two actions overlap, another one may take a sentence; so many are drawn, then none is told."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence, and what the rules stage makes of it."""

    text: str
    language: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Scope:
    """What one action understands in one language."""

    action: str
    language: str
    phrases: int
    count: Count


def speakers_of(actions: ActionsFile) -> Mapping[str, Speaker]:
    """By language. Raises `RogerError` CFG-08, a phrase that cannot be read."""
    return {
        language: Speaker(grammar, Spacing(actions, language), language)
        for language, grammar in grammars_of(actions).items()
    }


class Sampler:
    """Goes through all that can be asked. Raises `RogerError` CFG-08, a phrase or pattern that cannot be read."""

    def __init__(self, actions: ActionsFile) -> None:
        self._actions = actions.actions
        self._rules = RulesClassifier(actions, "en")
        self._speakers = speakers_of(actions)

    def scopes(self, languages: tuple[Language, ...] = LANGUAGES) -> Iterator[Scope]:
        """Every action and language with phrases, in the order of the file."""
        for action in self._actions:
            for language in languages:
                written = len(self._actions[action].phrases.get(language, []))
                if written:
                    yield Scope(action, language, written, self._count(action, language))

    def draw(self, action: str, language: str, choose: Choose, polite: bool = True) -> Sample | None:
        """A sentence that means `action`; None where other actions take all that were tried."""
        speaker = self._speakers[language]
        numbers = speaker.phrases.get(action, [])
        for _ in range(TRIES if numbers else 0):
            text = speaker.say(numbers[choose(len(numbers))], choose, polite)
            decision = self._rules.classify(Transcript(text, language))
            if decision.action == action:
                return Sample(text, language, decision)
        return None

    def _count(self, action: str, language: str) -> Count:
        speaker = self._speakers[language]
        counts = (speaker.counts[number] for number in speaker.phrases.get(action, []))
        return reduce(Count.plus, counts, NONE)
