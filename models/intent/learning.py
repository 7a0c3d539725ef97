"""Learns from example sentences which action a sentence asks for: one yes-or-no question for each action.

Logistic regression, so that a sentence may be far from all actions at once, with a squared penalty, by accelerated
gradient descent on the inner products of the examples (Nesterov 1983). Everything is deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.intent.wordings import Features

PENALTY: Final = 3e-4
ROUNDS: Final = 400
BALANCE: Final = 0.5
"""An action's own examples count as if there were more of them: by their share to this power."""
NONE: Final = -1
"""The label of an example that asks for no action."""

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Questions:
    """Scores of sentences: log odds that they ask for each action."""

    weights: Features
    offsets: Features

    def __call__(self, features: Features) -> Features:
        """Shape (sentences, features) -> (sentences, actions)."""
        scores: Features = features @ self.weights + self.offsets
        return scores


def learnt(features: Features, labels: Labels, actions: int) -> Questions:
    """Fit to examples, shape (examples, features), with their actions' numbers or `NONE`, shape (examples,)."""
    wanted = (labels[:, None] == np.arange(actions)).astype(np.float32)
    counts = np.where(wanted, (len(labels) / np.maximum(wanted.sum(axis=0), 1)) ** BALANCE, 1).astype(np.float32)
    products = features @ features.T
    steepest = 0.25 * counts.max(initial=1) * np.linalg.norm(products, 2) / len(labels) + PENALTY
    step, penalty = np.float32(1 / steepest), np.float32(PENALTY)
    shares, offsets = np.zeros_like(wanted), np.zeros(actions, np.float32)
    moved, moved_offsets = np.zeros_like(shares), np.zeros_like(offsets)
    for number in range(ROUNDS):
        momentum = np.float32(number / (number + 3))
        ahead, ahead_offsets = shares + momentum * moved, offsets + momentum * moved_offsets
        missed = counts * (_probability(products @ ahead + ahead_offsets) - wanted) / np.float32(len(labels))
        moved = ahead - step * (missed + penalty * ahead) - shares
        moved_offsets = ahead_offsets - step * missed.sum(axis=0) - offsets
        shares, offsets = shares + moved, offsets + moved_offsets
    return Questions(features.T @ shares, offsets)


def _probability(log_odds: Features) -> Features:
    return (1 / (1 + np.exp(-np.clip(log_odds, -60, 60)))).astype(np.float32)


def tried_out(features: Features, labels: Labels, actions: int, groups: Sequence[int], folds: int = 10) -> Features:
    """The scores of each example by questions that were learnt without its group, shape (examples, actions)."""
    fold = np.array(groups) % folds
    scores = np.zeros((len(labels), actions), np.float32)
    for number in range(folds):
        held_out = fold == number
        if held_out.any():
            scores[held_out] = learnt(features[~held_out], labels[~held_out], actions)(features[held_out])
    return scores


@dataclass(frozen=True)
class Bar:
    """What an answer has to reach.

    Attributes:
        score: Log odds of the best action ...
        lead: ... and by how much they are above those of the second.
    """

    score: float
    lead: float

    def passes(self, scores: Features) -> NDArray[np.bool_]:
        """Scores, shape (sentences, actions) -> (sentences,)."""
        best, lead = best_and_lead(scores)
        reached: NDArray[np.bool_] = (best >= self.score) & (lead >= self.lead)
        return reached


def best_and_lead(scores: Features) -> tuple[Features, Features]:
    """The highest score of each sentence, and by how much it is above the second highest."""
    if scores.shape[1] == 1:
        return scores[:, 0], np.full(len(scores), np.inf, np.float32)
    ordered = np.partition(scores, -2, axis=1)
    return ordered[:, -1], ordered[:, -1] - ordered[:, -2]


STEPS: Final = 60
"""Scores that are tried as a bar; half as many leads, up to ..."""
MOST_LEAD: Final = 3.0


def fitted_bar(scores: Features, labels: Labels, most_wrong: float, most_false: float) -> Bar:
    """The bar that lets most right answers through, without more errors than these.

    Args:
        scores: Of examples that the questions were not learnt from.
        most_wrong: Of those that ask for an action, what share may be taken for another one.
        most_false: Of those that ask for none, what share may be taken for one.
    """
    best, lead = best_and_lead(scores)
    asks, is_right = labels != NONE, scores.argmax(axis=1) == labels
    allowed = most_wrong * asks.sum(), most_false * (~asks).sum()
    found = (-1, Bar(np.inf, 0.0))
    for score in np.quantile(best, np.linspace(1, 0, STEPS)):
        for least in np.linspace(0.0, MOST_LEAD, STEPS // 2):
            let_through = (best >= score) & (lead >= least)
            wrong, false = (let_through & asks & ~is_right).sum(), (let_through & ~asks).sum()
            right = int((let_through & is_right).sum())
            if wrong <= allowed[0] and false <= allowed[1] and right > found[0]:
                found = (right, Bar(float(score), float(least)))
    return found[1]
