"""One model of sentences, and the questions that were learnt from what it makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.courtesy import bare
from models.intent.examples import Example
from models.intent.learning import NONE, Questions, learnt, tried_out
from models.intent.wordings import Encode, Features, Wordings


@dataclass(frozen=True)
class Sense:
    """Scores sentences by one model.

    Attributes:
        knows: Of which actions it has examples, shape (actions,).
    """

    wordings: Wordings
    questions: Questions
    knows: NDArray[np.bool_]

    def __call__(self, sentences: Sequence[str]) -> Features:
        """Log odds that each asks for each action, shape (sentences, actions)."""
        return self.questions(self.wordings(sentences))

    def joined(self, scores: Features, sentences: Sequence[str]) -> Features:
        """What this and another model, which gave `scores`, say together: of two that err in different sentences the
        mean errs less (Kittler et al. 1998, https://doi.org/10.1109/34.667881).
        """
        return self.mixed(scores, self(sentences))

    def mixed(self, scores: Features, own: Features) -> Features:
        """The mean of both, shape (sentences, actions); without the own where an action is not known."""
        both: Features = np.where(self.knows, (scores + own) / 2, scores).astype(np.float32)
        return both

    def by(self, encode: Encode) -> Sense:
        """The same with another way to the same vectors."""
        return replace(self, wordings=replace(self.wordings, encode=encode))

    def content(self, name: str = "") -> dict[str, Any]:
        """Arrays by name, to be kept."""
        return {
            f"{name}mean": self.wordings.mean,
            f"{name}rarity": self.wordings.rarity,
            f"{name}weights": self.questions.weights,
            f"{name}offsets": self.questions.offsets,
            f"{name}knows": self.knows,
        }

    @classmethod
    def read(cls, content: Mapping[str, Any], encode: Encode, name: str = "") -> Sense:
        """From what `content` gave. Raises KeyError."""
        mean, rarity, weights, offsets, knows = (
            content[f"{name}{part}"] for part in ("mean", "rarity", "weights", "offsets", "knows")
        )
        return cls(Wordings(encode, mean, rarity), Questions(weights, offsets), knows)


def learnt_from(known: Sequence[Example], actions: int, encode: Encode) -> tuple[Sense, Features]:
    """What was learnt from examples, and the scores of each by questions that were learnt without its phrase."""
    texts, labels = [bare(one.text) for one in known], np.array([one.action for one in known])
    wordings = Wordings.of(texts, encode)
    features = wordings(texts)
    scores = tried_out(features, labels, actions, [one.group for one in known])
    knows = np.isin(np.arange(actions), labels[labels != NONE])
    return Sense(wordings, learnt(features, labels, actions), knows), scores
