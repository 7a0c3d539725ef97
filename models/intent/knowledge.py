"""What was learnt from the user's actions, and how it is kept: seconds of work, done once for each actions.yaml."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from config.schema import ActionsFile
from controller.background import Cancelled
from models.intent.compiled import grammars_of
from models.intent.examples import Example, asked_for, of_topics
from models.intent.learning import NONE, Bar, Questions, fitted_bar, learnt, tried_out
from models.intent.objections import Objections
from models.intent.unrelated import foreign, topics
from models.intent.wordings import Encode, Features, Wordings

log = logging.getLogger(__name__)

VERSION: Final = 8
"""Of what is kept; another one is learnt anew."""


BATCH: Final = 32
UNTHINKABLE: Final = -1e6
"""The score where something speaks against the best action."""


@dataclass(frozen=True)
class Knowledge:
    """All that the stage decides by.

    Attributes:
        bars: By language, what an answer has to reach.
    """

    objections: Objections
    wordings: Wordings
    questions: Questions
    bars: Mapping[str, Bar]


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
    encode: Encode,
    kept_in: Path | None = None,
    given_up: Callable[[], bool] = lambda: False,
) -> Knowledge:
    """What was learnt from these actions before, or now.

    Args:
        kept_in: Folder in which it is kept, by what it was learnt from; None keeps nothing.
        given_up: Whether nobody waits for it any more.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read.
        Cancelled: It was given up.
    """
    asked = asked_for(actions)
    objections = Objections(actions, asked)
    path = kept_in / f"{_digest(asked)}.npz" if kept_in else None
    if path and path.is_file():
        try:
            return _read(path, objections, encode)
        except (OSError, ValueError, KeyError) as error:
            log.warning("%s cannot be read: %s; learning anew", path, error)
    once = Once(encode, given_up)
    found = _learnt(asked, _other(actions, asked, once), objections, len(actions.actions), once)
    found = replace(found, wordings=replace(found.wordings, encode=encode))
    if path:
        _write(path, found)
    return found


def _digest(asked: Sequence[Example]) -> str:
    said = [[one.text, one.action, one.group] for one in asked]
    other = [[topic.name, topic.own_above, topic.texts] for topic in topics()]
    return hashlib.sha256(json.dumps([VERSION, said, other], ensure_ascii=False).encode()).hexdigest()[:32]


def _other(actions: ActionsFile, asked: Sequence[Example], encode: Encode) -> list[Example]:
    """What is unknown to all actions, and surely to all phrases."""
    grammars = grammars_of(actions).values()
    examples = of_topics(foreign([one.text for one in asked], encode), asked)
    return [one for one in examples if not any(grammar.parse(one.text) for grammar in grammars)]


def _learnt(
    asked: Sequence[Example], other: Sequence[Example], objections: Objections, actions: int, encode: Encode
) -> Knowledge:
    known = [*asked, *other]
    texts, labels = [one.text for one in known], np.array([one.action for one in known])
    wordings = Wordings.of(texts, encode)
    features = wordings(texts)
    scores = tried_out(features, labels, actions, [one.group for one in known])
    for number, best in enumerate(scores.argmax(axis=1)):
        if objections.to(int(best), texts[number]):
            scores[number] = UNTHINKABLE
    bars = {}
    for language in dict.fromkeys(one.language for one in known):
        fair = [number for number in _can_be_tried_out(known) if known[number].language == language]
        phrases = {(known[number].action, known[number].group) for number in fair if known[number].action != NONE}
        each = len(phrases) / max(len({action for action, _ in phrases}), 1)
        bars[language] = fitted_bar(scores[fair], labels[fair], each)
    return Knowledge(objections, wordings, learnt(features, labels, actions), bars)


def _can_be_tried_out(known: Sequence[Example]) -> list[int]:
    """The examples that something is left to learn from without their phrase."""
    phrases: dict[int, set[int]] = {}
    for one in known:
        phrases.setdefault(one.action, set()).add(one.group)
    return [number for number, one in enumerate(known) if one.action == NONE or len(phrases[one.action]) > 1]


def _read(path: Path, objections: Objections, encode: Encode) -> Knowledge:
    with np.load(path) as kept:
        wordings = Wordings(encode, kept["mean"], kept["rarity"])
        bars = {str(language): Bar(*map(float, bar)) for language, bar in zip(kept["of"], kept["bars"], strict=True)}
        return Knowledge(objections, wordings, Questions(kept["weights"], kept["offsets"]), bars)


def _write(path: Path, found: Knowledge) -> None:
    """Whole or not at all; a disk that cannot be written to only costs time."""
    half = path.with_suffix(".part")
    content: dict[str, Any] = {
        "mean": found.wordings.mean,
        "rarity": found.wordings.rarity,
        "weights": found.questions.weights,
        "offsets": found.questions.offsets,
        "of": np.array(list(found.bars)),
        "bars": np.array([[bar.score, bar.lead] for bar in found.bars.values()]),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            np.savez(file, **content)
        half.replace(path)
    except OSError as error:
        log.warning("%s cannot be kept: %s", path, error)
