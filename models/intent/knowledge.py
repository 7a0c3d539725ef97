"""What was learnt from the user's actions, and how it is kept: seconds of work, done once for each actions.yaml."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from config.schema import ActionsFile
from controller.background import Cancelled
from models.intent.compiled import grammars_of
from models.intent.courtesy import bare
from models.intent.examples import VERSION, Example, of_topics
from models.intent.learning import NONE, Bar, fitted_bar
from models.intent.objections import Objections
from models.intent.senses import Sense, learnt_from
from models.intent.unrelated import foreign, topics
from models.intent.wordings import Encode, Features
from models.keeping import Content, kept

BATCH: Final = 32
NO_OTHERS: Final[Mapping[str, Encode]] = MappingProxyType({})


@dataclass(frozen=True)
class Knowledge:
    """All that the stage decides by.

    Attributes:
        sense: Of all languages.
        beside: By language, of another model; both count alike.
        bars: By language, what an answer has to reach.
    """

    objections: Objections
    sense: Sense
    beside: Mapping[str, Sense]
    bars: Mapping[str, Bar]

    def scores(self, text: str, language: str) -> Features:
        """Log odds that `text` asks for each action, shape (actions,)."""
        found = self.sense([bare(text)])
        if other := self.beside.get(language):
            found = other.joined(found, [bare(text)])
        scores: Features = found[0]
        return scores


class Once:
    """An `Encode` that never encodes a sentence twice.

    Args:
        given_up: Asked now and then; once it is true, `Cancelled` is raised.
    """

    def __init__(self, encode: Encode, given_up: Callable[[], bool]) -> None:
        self._encode = encode
        self._given_up = given_up
        self._known: dict[str, Features] = {}

    def __call__(self, sentences: Sequence[str]) -> Features:
        new = [text for text in dict.fromkeys(sentences) if text not in self._known]
        for start in range(0, len(new), BATCH):
            if self._given_up():
                raise Cancelled
            some = new[start : start + BATCH]
            self._known.update(zip(some, self._encode(some), strict=True))
        return np.stack([self._known[text] for text in sentences]) if sentences else self._encode([])


def knowledge(
    actions: ActionsFile,
    asked: Sequence[Example],
    encode: Encode,
    kept_in: Path | None = None,
    given_up: Callable[[], bool] = lambda: False,
    beside: Mapping[str, Encode] = NO_OTHERS,
) -> Knowledge:
    """What was learnt from these actions before, or now.

    Args:
        asked: What the actions are asked for with.
        encode: A model of all languages.
        beside: By language, another model.
        kept_in: Folder in which it is kept, by what it was learnt from; None keeps nothing.
        given_up: Whether nobody waits for it any more.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read.
        Cancelled: It was given up.
    """
    objections = Objections(actions, asked)
    path = kept_in / f"{digest(asked, [encode, *beside.values()])}.npz" if kept_in else None
    return kept(
        path,
        lambda content: _read(content, objections, encode, beside),
        lambda: _learnt(actions, asked, objections, encode, beside, given_up),
        _content,
    )


def digest(asked: Sequence[Example], models: Iterable[Encode]) -> str:
    """Of all that is learnt from, and with."""
    said = [[one.text, one.action, one.group] for one in asked]
    other = [[topic.name, topic.own_above, topic.texts] for topic in topics()]
    names = [getattr(encode, "name", "") for encode in models]
    return hashlib.sha256(json.dumps([VERSION, names, said, other], ensure_ascii=False).encode()).hexdigest()[:32]


def unknown_to(actions: ActionsFile, asked: Sequence[Example], encode: Encode) -> list[Example]:
    """What is unknown to all actions, and surely to all phrases."""
    grammars = grammars_of(actions).values()
    examples = of_topics(foreign([one.text for one in asked], encode), asked)
    return [one for one in examples if not any(grammar.parse(one.text) for grammar in grammars)]


def _learnt(
    actions: ActionsFile,
    asked: Sequence[Example],
    objections: Objections,
    encode: Encode,
    beside: Mapping[str, Encode],
    given_up: Callable[[], bool],
) -> Knowledge:
    once = Once(encode, given_up)
    known = [*asked, *unknown_to(actions, asked, once)]
    sense, scores = learnt_from(known, len(actions.actions), once)
    others = {}
    for language, other in beside.items():
        told = [number for number, one in enumerate(known) if one.language == language or one.action == NONE]
        found, tried = learnt_from([known[number] for number in told], len(actions.actions), Once(other, given_up))
        others[language] = found.by(other)
        spoken = np.array([known[number].language == language for number in told])
        scores[np.array(told)[spoken]] = found.mixed(scores[np.array(told)[spoken]], tried[spoken])
    for number, one in enumerate(known):
        scores[number] = objections.weighed(scores[number], one.text)
    return Knowledge(objections, sense.by(encode), others, _bars(known, scores))


def _bars(known: Sequence[Example], scores: Features) -> dict[str, Bar]:
    """By language, from scores by questions that were learnt without the sentence's phrase."""
    labels, bars = np.array([one.action for one in known]), {}
    for language in dict.fromkeys(one.language for one in known):
        fair = [number for number in _can_be_tried_out(known) if known[number].language == language]
        phrases = {(known[number].action, known[number].group) for number in fair if known[number].action != NONE}
        each = len(phrases) / max(len({action for action, _ in phrases}), 1)
        bars[language] = fitted_bar(scores[fair], labels[fair], each)
    return bars


def _can_be_tried_out(known: Sequence[Example]) -> list[int]:
    """The examples that something is left to learn from without their phrase."""
    phrases: dict[int, set[int]] = {}
    for one in known:
        phrases.setdefault(one.action, set()).add(one.group)
    return [number for number, one in enumerate(known) if one.action == NONE or len(phrases[one.action]) > 1]


def _read(content: Content, objections: Objections, encode: Encode, beside: Mapping[str, Encode]) -> Knowledge:
    bars = {str(language): Bar(*map(float, bar)) for language, bar in zip(content["of"], content["bars"], strict=True)}
    others = {language: Sense.read(content, other, language) for language, other in beside.items()}
    return Knowledge(objections, Sense.read(content, encode), others, bars)


def _content(found: Knowledge) -> Content:
    content = found.sense.content()
    for language, other in found.beside.items():
        content |= other.content(language)
    return content | {
        "of": np.array(list(found.bars)),
        "bars": np.array([[bar.score, bar.lead] for bar in found.bars.values()]),
    }
