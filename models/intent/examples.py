"""What the intent stage learns from: sentences of the user's actions, and of other talk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from config.language_grammar import LOCALES
from config.schema import ActionsFile
from models.intent.compiled import LANGUAGES
from models.intent.learning import NONE
from models.intent.samples import speakers_of
from models.intent.sampling import in_turn
from models.intent.unrelated import Topic
from models.keeping import Content, kept

VERSION: Final = 16
"""Of examples, and of what is learnt from them; both are kept, and made anew where it is another one."""
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


def asked_for(actions: ActionsFile, kept_in: Path | None = None) -> list[Example]:
    """What the user's phrases understand. Always the same ones.

    Args:
        kept_in: Folder in which they are kept where there are so many that to draw them takes seconds.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read.
    """
    if kept_in is None or phrases_of(actions) <= MOST:
        return list(_asked(actions))
    return kept(kept_in / f"asked-{_digest(actions)}.npz", _read, lambda: list(_asked(actions)), _content)


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


def _digest(actions: ActionsFile) -> str:
    """Of all that the sentences depend on but the code."""
    own = actions.model_dump_json(include={"rules": True, "slots": True, "actions": {"__all__": {"phrases", "slots"}}})
    around = [(LOCALES / language / "grammar.yaml").read_text(encoding="utf-8") for language in LANGUAGES]
    return hashlib.sha256(json.dumps([VERSION, own, around]).encode()).hexdigest()[:32]


def _content(asked: Sequence[Example]) -> Content:
    return {key: np.array([getattr(one, key) for one in asked]) for key in ("text", "language", "action", "group")}


def _read(content: Content) -> list[Example]:
    return list(map(Example, *(content[key].tolist() for key in ("text", "language", "action", "group"))))
