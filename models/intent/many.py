"""More actions than can be learnt at once: the few that come near a sentence are found, and learnt when it is said."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.schema import ActionsFile
from models.intent.courtesy import bare
from models.intent.examples import Example
from models.intent.knowledge import Once, digest, unknown_to
from models.intent.learning import NONE, UNTHINKABLE, Bar, fitted_bar, learnt
from models.intent.objections import Objections
from models.intent.wordings import MEANING, Encode, Features
from models.keeping import Content, kept

log = logging.getLogger(__name__)

NEAREST: Final = 150
"""Sentences that are looked at for ..."""
ACTIONS: Final = 12
"""... so many actions at most."""
UNKNOWN: Final = 150
"""And so many sentences that are unknown to all, the closest."""
ROUNDS: Final = 60
TRIED: Final = 200
"""Sentences of actions, and as many others, that the bar is fitted with."""


@dataclass(frozen=True)
class Many:
    """What `Knowledge` is for few actions.

    Attributes:
        vectors: Of all examples, shape (examples, width), float32.
        labels: Their actions, or `NONE`.
        mean: Of the vectors.
    """

    objections: Objections
    bars: Mapping[str, Bar]
    encode: Encode
    vectors: Features
    labels: NDArray[np.int64]
    mean: Features
    actions: int

    def scores(self, text: str, language: str) -> Features:
        """Log odds that `text`, in any language, asks for each action, shape (actions,); those that are far have
        `UNTHINKABLE`.
        """
        del language
        return self.scores_of(self.encode([bare(text)])[0])

    def scores_of(self, vector: Features, without: int = -1) -> Features:
        """As `scores`; one example may be left out, to try it."""
        near = self.vectors @ vector
        if without >= 0:
            near[without] = -1
        chosen = self._chosen(near)
        scores = np.full(self.actions, UNTHINKABLE, np.float32)
        found, numbers = np.unique(self.labels[chosen], return_inverse=True)
        first = int(found[0] == NONE)
        if len(found) == first:
            return scores
        features = MEANING * (self.vectors[chosen] - self.mean)
        questions = learnt(features, numbers - first, len(found) - first, ROUNDS)
        scores[found[first:]] = questions((MEANING * (vector - self.mean))[None])[0]
        return scores

    def _chosen(self, near: Features) -> NDArray[np.intp]:
        """The places of all examples of the actions that come nearest, and of the nearest others."""
        other = np.flatnonzero(self.labels == NONE)
        best = np.argpartition(-near, min(NEAREST, len(near) - 1))[:NEAREST]
        best = best[np.argsort(-near[best])]
        actions = list(dict.fromkeys(int(label) for label in self.labels[best] if label != NONE))[:ACTIONS]
        of_actions = np.flatnonzero(np.isin(self.labels, actions) & (near > -1))
        return np.concatenate([of_actions, other[np.argsort(-near[other])[:UNKNOWN]]])


def many(
    actions: ActionsFile,
    asked: Sequence[Example],
    encode: Encode,
    kept_in: Path | None = None,
    given_up: Callable[[], bool] = lambda: False,
) -> Many:
    """As `models.intent.knowledge.knowledge`. Takes minutes the first time: every sentence is encoded once."""
    objections = Objections(actions, asked)
    path = kept_in / f"{digest(asked, [encode])}.npz" if kept_in else None
    return kept(
        path,
        lambda content: _read(content, objections, encode, len(actions.actions)),
        lambda: _learnt(actions, asked, objections, Once(encode, given_up), encode),
        _content,
    )


def _learnt(actions: ActionsFile, asked: Sequence[Example], objections: Objections, once: Once, encode: Encode) -> Many:
    known = [*asked, *unknown_to(actions, asked, once)]
    vectors = once([bare(one.text) for one in known])
    labels = np.array([one.action for one in known])
    found = Many(objections, {}, encode, vectors, labels, vectors.mean(axis=0), len(actions.actions))
    return replace(found, bars=_bars(found, known))


def _bars(found: Many, known: Sequence[Example]) -> dict[str, Bar]:
    """By language, fitted with every so-many-th sentence."""
    by_language: dict[str, list[list[int]]] = defaultdict(lambda: [[], []])
    for number, one in enumerate(known):
        by_language[one.language][one.action == NONE].append(number)
    bars = {}
    for language, kinds in by_language.items():
        tried = [number for numbers in kinds for number in numbers[:: max(1, len(numbers) // TRIED)]]
        scores = np.stack([_tried(found, known[number], number) for number in tried])
        each = len(kinds[0]) / max(len({known[number].action for number in kinds[0]}), 1)
        bars[language] = fitted_bar(scores, found.labels[tried], each)
    return bars


def _tried(found: Many, one: Example, number: int) -> Features:
    return found.objections.weighed(found.scores_of(found.vectors[number], number), one.text)


def _content(found: Many) -> Content:
    return {
        "vectors": found.vectors.astype(np.float16),
        "labels": found.labels,
        "mean": found.mean,
        "of": np.array(list(found.bars)),
        "bars": np.array([[bar.score, bar.lead] for bar in found.bars.values()]),
    }


def _read(content: Content, objections: Objections, encode: Encode, actions: int) -> Many:
    bars = {str(language): Bar(*map(float, bar)) for language, bar in zip(content["of"], content["bars"], strict=True)}
    vectors = content["vectors"].astype(np.float32)
    return Many(objections, bars, encode, vectors, content["labels"], content["mean"], actions)
