"""Learning from examples, and where to set the bar."""

from __future__ import annotations

import numpy as np
import pytest

from models.intent.learning import MOST_FALSE, MOST_WRONG, NONE, Bar, best_and_lead, fitted_bar, learnt, tried_out


def clouds(seed: int, each: int = 12, apart: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """Three actions, each around a corner of its own, and what is none of them around the origin."""
    chance = np.random.default_rng(seed)
    centres = apart * np.eye(4, 10)
    centres[3] = 0
    points = np.concatenate([centre + 0.5 * chance.normal(size=(each, 10)) for centre in centres])
    return points.astype(np.float32), np.repeat([0, 1, 2, NONE], each)


def test_what_is_apart_is_told_apart() -> None:
    points, labels = clouds(1)
    questions = learnt(points, labels, 3)
    others, wanted = clouds(2)
    scores = questions(others)
    asks = wanted != NONE
    assert (scores[asks].argmax(axis=1) == wanted[asks]).all()
    assert scores[asks].max(axis=1).min() > scores[~asks].max()


def test_the_same_examples_teach_the_same() -> None:
    points, labels = clouds(3)
    one, other = learnt(points, labels, 3), learnt(points, labels, 3)
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.offsets, other.offsets)


def test_an_action_without_examples_is_never_asked_for() -> None:
    points, labels = clouds(4)
    scores = learnt(points, labels, 4)(points)
    assert (scores[:, 3] < 0).all()


def test_nothing_is_tried_out_on_what_it_was_learnt_from() -> None:
    points, labels = clouds(5)
    flipped = labels.copy()
    flipped[0] = 1  # one example in a group of its own that contradicts all others
    scores = tried_out(points, flipped, 3, range(len(points)), folds=len(points))
    assert scores[0].argmax() == 0, "learnt from the others alone"


def test_examples_of_one_group_are_left_out_together() -> None:
    points, labels = clouds(6)
    groups = [0 if label == 0 else number + 1 for number, label in enumerate(labels)]
    scores = tried_out(points, labels, 3, groups, folds=5)
    assert (scores[labels == 0][:, 0] < 0).all(), "nothing of action 0 was left to learn from"


@pytest.mark.parametrize("phrases", [1, 2, 5, 100])
def test_no_more_errors_pass_the_bar_than_allowed(phrases: int) -> None:
    chance = np.random.default_rng(7)
    labels = chance.integers(NONE, 3, 200)
    scores = chance.normal(size=(200, 3)).astype(np.float32)
    scores[np.arange(200), np.maximum(labels, 0)] += 2 * (labels != NONE)
    bar = fitted_bar(scores, labels, phrases)
    passes, asks = bar.passes(scores), labels != NONE
    wrong = MOST_WRONG * (phrases / max(phrases - 1, 0.5)) ** 3
    assert (passes & asks & (scores.argmax(axis=1) != labels)).sum() <= wrong * asks.sum()
    assert (passes & ~asks).sum() <= MOST_FALSE * (~asks).sum()
    assert (passes & (scores.argmax(axis=1) == labels)).sum() > 10


def test_where_every_answer_would_be_wrong_none_is_given() -> None:
    scores = np.array([[1.0, 0.0], [2.0, 0.0]], np.float32)
    bar = fitted_bar(scores, np.array([1, NONE]), 100)
    assert not bar.passes(scores).any()


def test_the_lead_is_that_over_the_second() -> None:
    best, lead = best_and_lead(np.array([[1.0, 3.0, 2.5], [-1.0, -4.0, -2.0]], np.float32))
    assert best.tolist() == [3.0, -1.0]
    assert lead.tolist() == [0.5, 1.0]
    assert Bar(0.0, 0.4).passes(np.array([[1.0, 3.0, 2.5]], np.float32)).all()
    assert not Bar(0.0, 0.6).passes(np.array([[1.0, 3.0, 2.5]], np.float32)).any()
    assert Bar(0.0, 5.0).passes(np.array([[1.0]], np.float32)).all(), "an only action leads"
