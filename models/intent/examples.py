"""What the intent stage learns from: sentences of the user's actions, and of other talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from config.schema import ActionsFile
from models.intent.learning import NONE
from models.intent.samples import speakers_of
from models.intent.sampling import in_turn
from models.intent.unrelated import Topic

EACH_PHRASE: Final = 6
MOST: Final = 3_000
"""Examples that can be learnt from at once: memory grows with their square. Of more phrases each gets fewer."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, its language, the action it asks for (its place in the file, or `NONE`), and the phrase it is of."""

    text: str
    language: str
    action: int
    group: int


def asked_for(actions: ActionsFile) -> list[Example]:
    """What the user's phrases understand. Always the same ones. Raises `RogerError` CFG-08."""
    return list(_asked(actions))


def of_topics(topics: Iterable[Topic], asked: Sequence[Example]) -> list[Example]:
    """Examples of "unknown", but for those that are asked for word by word."""
    known = {example.text for example in asked}
    first = 1 + max((example.group for example in asked), default=-1)
    other = [(text, topic.language) for topic in topics for text in topic.texts if text not in known]
    return [Example(text, language, NONE, first + number) for number, (text, language) in enumerate(other)]


def phrases_of(actions: ActionsFile) -> int:
    """How many phrases there are, in all languages."""
    return sum(len(phrases) for action in actions.actions.values() for phrases in action.phrases.values())


def _asked(actions: ActionsFile) -> Iterator[Example]:
    speakers = speakers_of(actions)
    numbers = {name: number for number, name in enumerate(actions.actions)}
    phrases = sum(len(speaker.grammar.phrases) for speaker in speakers.values())
    each = max(1, min(EACH_PHRASE, MOST // max(phrases, 1)))
    group = 0
    for language, speaker in speakers.items():
        choose = in_turn()
        for action, of_action in speaker.phrases.items():
            for phrase in of_action:
                said = dict.fromkeys(speaker.say(phrase, choose, polite=False) for _ in range(each))
                yield from (Example(text, language, numbers[action], group) for text in said)
                group += 1
