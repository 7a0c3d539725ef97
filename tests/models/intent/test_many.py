"""More actions than can be learnt at once: what comes near is found, and learnt when it is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.schema import ActionsFile
from controller.turn import Decision, Transcript
from models.embedding.sentences import SentenceEncoder
from models.intent.examples import asked_for
from models.intent.learning import UNTHINKABLE
from models.intent.many import ACTIONS, Many
from models.intent.meaning import MeaningClassifier
from models.intent.wordings import Features
from tests.models.intent.test_meaning import E5, by_words

THINGS = ("lamp", "fan", "kettle", "radio", "gate", "pump", "oven", "drone", "mixer", "heater")
VERBS = {"start": "switch on", "stop": "switch off"}


def house() -> ActionsFile:
    made = {
        f"{verb}_{thing}": {
            "phrases": {"en": [f"{verb} the {thing}", f"{VERBS[verb]} {thing}", f"please {verb} my {thing} now"]},
            "do": [{"say": thing}],
        }
        for verb in VERBS
        for thing in THINGS
    }
    return ActionsFile.model_validate({"actions": made})


@pytest.fixture(scope="module")
def classifier() -> MeaningClassifier:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.intent.meaning.MOST", 10)
        return MeaningClassifier(house(), by_words)


def decided(classifier: MeaningClassifier, text: str) -> Decision:
    return classifier.classify(Transcript(text, "en", 1.0))


@pytest.mark.parametrize("thing", THINGS)
def test_the_right_one_of_many_is_found(classifier: MeaningClassifier, thing: str) -> None:
    assert isinstance(classifier._learnt, Many)
    scores = classifier._learnt.scores(f"the {thing} start it", "en")
    assert list(house().actions)[int(scores.argmax())] == f"start_{thing}"


@pytest.mark.weights
@pytest.mark.skipif(E5 is None, reason="run: roger models fetch e5-small")
def test_it_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    assert E5 is not None
    monkeypatch.setattr("models.intent.meaning.MOST", 10)
    classifier = MeaningClassifier(house(), SentenceEncoder(E5))
    assert decided(classifier, "could you get the kettle going").action == "start_kettle"
    assert decided(classifier, "who wrote the little prince").action == ""


@pytest.mark.parametrize(
    "text", ["who wrote the little prince", "start the engine of my car", "", "don't start the lamp"]
)
def test_other_talk_is_unknown(classifier: MeaningClassifier, text: str) -> None:
    assert decided(classifier, text).action == ""


def test_only_what_comes_near_is_learnt(classifier: MeaningClassifier) -> None:
    scores = classifier._learnt.scores("start the lamp", "en")
    assert scores.shape == (2 * len(THINGS),)
    assert 1 <= (scores > UNTHINKABLE).sum() <= ACTIONS


def test_what_was_learnt_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.intent.meaning.MOST", 10)
    asked: list[str] = []

    def encode(sentences: Sequence[str]) -> Features:
        asked.extend(sentences)
        return by_words(sentences)

    first = MeaningClassifier(house(), encode, tmp_path)
    asked.clear()
    again = MeaningClassifier(house(), encode, tmp_path)
    assert asked == []
    assert again.bars == first.bars
    for text in ("the lamp start it", "who are you"):
        one, other = decided(first, text), decided(again, text)
        assert one.action == other.action
        assert one.score == pytest.approx(other.score, abs=0.02), "vectors are kept in half precision"
    assert np.isfinite([bar.score for bar in again.bars.values()]).all()


def test_sentences_of_so_many_are_drawn_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.intent.examples.MOST", 10)
    first = asked_for(house(), tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("models.intent.examples.speakers_of", lambda actions: {})
        assert asked_for(house(), tmp_path) == first
    assert first == asked_for(house())


@pytest.mark.parametrize(
    "change",
    [
        lambda home: home["actions"]["start_lamp"]["phrases"]["en"].append("let <there> be light"),
        lambda home: home["rules"]["en"].update(there="here|there"),
        lambda home: home["slots"]["room"]["values"]["attic"].update(ko=["다락"]),
    ],
)
def test_they_are_drawn_anew_where_anything_they_say_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    monkeypatch.setattr("models.intent.examples.MOST", 10)
    home = house().model_dump(exclude_unset=True) | {
        "rules": {"en": {"there": "there"}},
        "slots": {"room": {"type": "list", "values": {"attic": {"en": ["attic"]}}}},
    }
    home["actions"]["start_lamp"]["phrases"] = {"en": ["light in the {room} <there>"], "ko": ["{room} 불"]}
    home["slots"]["room"]["values"]["attic"]["ko"] = ["옥탑방"]
    before = asked_for(ActionsFile.model_validate(home), tmp_path)
    change(home)
    after = asked_for(ActionsFile.model_validate(home), tmp_path)
    assert after == asked_for(ActionsFile.model_validate(home))
    assert after != before
