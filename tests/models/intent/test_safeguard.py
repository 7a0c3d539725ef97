"""What is asked about before it is carried out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import ActionsFile
from controller.turn import Decision, Transcript
from models.intent.answering import Answering
from models.intent.rules import RulesClassifier
from models.intent.safeguard import Safeguard, needed

PROBABILITY = st.floats(0, 1)
LOUDNESS = st.floats(-30, 60)


def classifier(**action: Any) -> Safeguard:
    slots = {"door": {"values": {"front": {"en": ["front door"], "ko": ["현관문"]}}}}
    unlock = {"phrases": {"en": ["unlock {door}", "unlock"], "ko": ["{door} 열어 줘"]}, "do": [{"say": "ok"}], **action}
    actions = ActionsFile.model_validate({"slots": slots, "actions": {"unlock_door": unlock}})
    return Safeguard(Answering(RulesClassifier(actions, "en"), actions), actions)


def asked(safeguard: Safeguard, text: str = "unlock the front door", **transcript: Any) -> Decision:
    decision = safeguard.classify(Transcript(text, **{"confidence": 1.0, **transcript}))
    assert decision.action == "unlock_door"
    return decision


def test_without_a_word_about_it_nothing_is_asked() -> None:
    assert asked(classifier(), confidence=0.01, snr_db=-10).question == ""


def test_what_must_be_confirmed_always_is() -> None:
    decision = asked(classifier(confirm=True))
    assert decision.question == "unlock door: front door?"
    assert decision.reason == "phrase en 1: unlock {door}; asks first: confirm: true"


@pytest.mark.parametrize(
    ("confirm", "text", "language", "question"),
    [
        ("Unlock the {door.text}?", "unlock the front door", "en", "Unlock the front door?"),
        ("Unlock {door}?", "unlock the front door", "en", "Unlock front?"),
        ({"en": "Sure?", "ko": "{door.text}을 열까요?"}, "현관문 열어 줘", "ko", "현관문을 열까요?"),
        ("Unlock the {door.text}?", "unlock", "en", "Front lock?"),
    ],
)
def test_the_question_can_have_words_of_its_own(confirm: Any, text: str, language: str, question: str) -> None:
    safeguard = classifier(confirm=confirm, title={"en": "Front lock", "ko": "현관문"})
    assert asked(safeguard, text, language=language).question == question


@pytest.mark.parametrize(("confidence", "question"), [(0.9, False), (0.6, False), (0.59, True)])
def test_what_was_not_heard_surely_is_asked_about(confidence: float, question: bool) -> None:
    decision = asked(classifier(confidence=0.6), confidence=confidence)
    assert bool(decision.question) == question
    assert decision.reason.endswith("asks first: 0.59 sure, 0.60 needed") == question


def test_a_command_is_as_sure_as_it_was_heard_itself() -> None:
    heard = Transcript("unlock the fun door", confidence=0.9, command="unlock the front door", command_confidence=0.4)
    assert classifier(confidence=0.6).classify(heard).question
    assert not classifier(confidence=0.3).classify(heard).question


@pytest.mark.parametrize(("snr_db", "question"), [(30, False), (20, False), (5, True), (None, False)])
def test_noise_raises_the_bar(snr_db: float | None, question: bool) -> None:
    decision = asked(classifier(confidence=0.6), confidence=0.7, snr_db=snr_db)
    assert bool(decision.question) == question
    assert decision.reason.endswith("asks first: 0.70 sure, 0.80 needed over noise (5 dB)") == question


def test_what_is_unknown_stays_so() -> None:
    decision = classifier(confirm=True, confidence=1).classify(Transcript("good morning", confidence=0.1))
    assert (decision.action, decision.question) == ("", "")


@given(PROBABILITY, LOUDNESS, LOUDNESS)
def test_the_bar_only_rises_and_never_above_certainty(confidence: float, one: float, other: float) -> None:
    quiet, loud = max(one, other), min(one, other)
    assert confidence <= needed(confidence, quiet) <= needed(confidence, loud) <= 1
    assert needed(0, loud) == 0
