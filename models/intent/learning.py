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
ROUNDS: Final = 250
BALANCE: Final = 0.5
"""An action's own examples count as if there were more of them: by their share to this power."""
NONE: Final = -1
"""The label of an example that asks for no action."""
UNTHINKABLE: Final = -1e6
"""The score of an action that something speaks against."""

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


def learnt(features: Features, labels: Labels, actions: int, rounds: int = ROUNDS) -> Questions:
    """Fit to examples, shape (examples, features), with their actions' numbers or `NONE`, shape (examples,)."""
    wanted = (labels[:, None] == np.arange(actions)).astype(np.float32)
    counts = np.where(wanted, (len(labels) / np.maximum(wanted.sum(axis=0), 1)) ** BALANCE, 1).astype(np.float32)
    products = features @ features.T
    steepest = 0.25 * counts.max(initial=1) * _largest_eigenvalue(products) / len(labels) + PENALTY
    step, penalty = np.float32(1 / steepest), np.float32(PENALTY)
    shares, offsets = np.zeros_like(wanted), np.zeros(actions, np.float32)
    moved, moved_offsets = np.zeros_like(shares), np.zeros_like(offsets)
    for number in range(rounds):
        momentum = np.float32(number / (number + 3))
        ahead, ahead_offsets = shares + momentum * moved, offsets + momentum * moved_offsets
        missed = counts * (_probability(products @ ahead + ahead_offsets) - wanted) / np.float32(len(labels))
        moved = ahead - step * (missed + penalty * ahead) - shares
        moved_offsets = ahead_offsets - step * missed.sum(axis=0) - offsets
        shares, offsets = shares + moved, offsets + moved_offsets
    return Questions(features.T @ shares, offsets)


def _largest_eigenvalue(products: Features) -> float:
    """Of a symmetric matrix, by power iteration; never too small a step comes of a little too much."""
    direction = np.ones(len(products), np.float32)
    for _ in range(30):
        direction = products @ direction
        direction /= max(float(np.linalg.norm(direction)), 1e-9)
    return 1.05 * float(direction @ products @ direction)


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


LEAD: Final = 0.35
"""Two actions that are closer than that are as good as each other."""
LOWEST: Final = -4.0
"""Log odds. With an action or two nearly everything is far below, and the closest of it is still far."""
MOST_FALSE: Final = 0.05
"""Of the sentences that ask for nothing, many of which are near misses on purpose."""
MOST_WRONG: Final = 0.03
"""Of those that ask for an action, once it knows all of its phrases. Tried out on the others it errs more, the fewer
they are: by the third power of n / (n - 1), as seen on sets with 2 to 9 phrases an action.
"""


def fitted_bar(scores: Features, labels: Labels, phrases: float) -> Bar:
    """The lowest bar that keeps errors within bounds.

    Args:
        scores: Of examples that the questions were not learnt from, shape (examples, actions).
        labels: What they ask for, or `NONE`, shape (examples,).
        phrases: How many an action has, on average.
    """
    if not len(scores):
        return Bar(np.inf, LEAD)
    best, lead = best_and_lead(scores)
    asks, leads = labels != NONE, lead >= LEAD
    wrong = asks & leads & (scores.argmax(axis=1) != labels)
    most_wrong = MOST_WRONG * (phrases / max(phrases - 1, 0.5)) ** 3
    return Bar(
        max(
            LOWEST,
            _exceeded(best[~asks & leads], MOST_FALSE * (~asks).sum()),
            _exceeded(best[wrong], max(1.0, most_wrong * asks.sum())),  # one error among a handful says nothing
        ),
        LEAD,
    )


def _exceeded(scores: Features, by: float) -> float:
    """What at most so many of `scores` exceed."""
    ordered = np.sort(scores)[::-1]
    return float(np.nextafter(ordered[int(by)], np.float32(np.inf))) if len(ordered) > int(by) else -np.inf
