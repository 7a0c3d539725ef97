"""What the intent stage learns from: sentences of the user's actions, and of other talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import yaml

from config.phrases import LOCALES
from config.schema import ActionsFile
from models.intent.learning import NONE
from models.intent.samples import speakers_of
from models.intent.sampling import in_turn

EACH_PHRASE: Final = 6
MOST: Final = 3_000
"""Examples that can be learnt from at once: memory grows with their square. Of more phrases each gets fewer."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, the action it asks for (its place in the file, or `NONE`), and the phrase it comes from."""

    text: str
    action: int
    group: int


def examples(actions: ActionsFile) -> list[Example]:
    """Always the same ones. Raises `RogerError` CFG-08, a phrase that cannot be read."""
    asked = list(_asked(actions))
    known = {example.text for example in asked}
    groups = 1 + max((example.group for example in asked), default=0)
    other = [text for text in unrelated() if text not in known]
    return [*asked, *(Example(text, NONE, groups + number) for number, text in enumerate(other))]


def phrases_of(actions: ActionsFile) -> int:
    """How many phrases there are, in all languages."""
    return sum(len(phrases) for action in actions.actions.values() for phrases in action.phrases.values())


def _asked(actions: ActionsFile) -> Iterator[Example]:
    speakers = speakers_of(actions)
    numbers = {name: number for number, name in enumerate(actions.actions)}
    phrases = sum(len(speaker.grammar.phrases) for speaker in speakers.values())
    each = max(1, min(EACH_PHRASE, MOST // max(phrases, 1)))
    group = 0
    for speaker in speakers.values():
        choose = in_turn()
        for action, of_action in speaker.phrases.items():
            for phrase in of_action:
                said = dict.fromkeys(speaker.say(phrase, choose, polite=False) for _ in range(each))
                yield from (Example(text, numbers[action], group) for text in said)
                group += 1


@cache
def unrelated() -> tuple[str, ...]:
    """Sentences in all languages that ask for nothing in a home."""
    files = sorted(LOCALES.glob("*/unrelated.yaml"))
    return tuple(text for file in files for text in yaml.safe_load(file.read_text(encoding="utf-8")))
