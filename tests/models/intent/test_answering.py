"""What the user is asked for because it was not said, and the answer."""

from __future__ import annotations

from typing import Any

import pytest

from config.schema import ActionsFile
from controller.turn import Decision, Slot, Transcript
from models.intent.answering import Answering
from models.intent.rules import RulesClassifier
from models.intent.safeguard import Safeguard

ROOMS = {"kitchen": {"en": ["kitchen"], "ko": ["부엌"]}, "bedroom": {"en": ["bedroom"], "ko": ["침실"]}}
ACTIONS = ActionsFile.model_validate(
    {
        "slots": {
            "room": {"values": ROOMS, "ask": {"en": "Which room?", "ko": "어느 방이요?"}},
            "level": {"type": "percent"},
            "words": {"type": "text"},
        },
        "actions": {
            "light_on": {"phrases": {"en": ["turn on the {room} light"]}, "do": [{"show": "{room}"}]},
            "dim": {"phrases": {"en": ["dim {room} to {level}"]}, "do": [{"show": "{room} {level}"}]},
            "note": {"phrases": {"en": ["note {words}"]}, "do": [{"show": "{words}"}]},
            "hello": {"phrases": {"en": ["kitchen", "say hello"]}, "do": [{"show": "hello"}]},
        },
    }
)
CLASSIFIER = Safeguard(Answering(RulesClassifier(ACTIONS, "en"), ACTIONS), ACTIONS)


def lacking(action: str, missing: str, *slots: Slot) -> Decision:
    return Decision(action, slots, "meaning", "means it", 0.9, question="?", missing=missing)


def answered(text: str, question: Decision, language: str = "en") -> Decision:
    return CLASSIFIER.classify(Transcript(text, language, 1.0), question)


def values(decision: Decision) -> dict[str, Any]:
    return {slot.name: slot.value for slot in decision.slots}


@pytest.mark.parametrize(
    ("text", "language", "room"),
    [("in the bedroom, please", "en", "bedroom"), ("Bedroom.", "en", "bedroom"), ("부엌이요", "ko", "kitchen")],
)
def test_the_answer_fills_the_slot(text: str, language: str, room: str) -> None:
    decision = answered(text, lacking("light_on", "room"), language)
    assert (decision.action, decision.missing, decision.question) == ("light_on", "", "")
    assert values(decision) == {"room": room}


def test_what_is_still_missing_is_asked_for_next() -> None:
    decision = answered("the bedroom", lacking("dim", "level"))
    assert decision.action == "", "a room is no percentage"
    decision = answered("fifty percent", lacking("dim", "level"))
    assert (decision.action, decision.missing, decision.question) == ("dim", "room", "Which room?")
    decision = answered("bedroom", decision)
    assert values(decision) == {"level": 50, "room": "bedroom"}
    assert decision.missing == ""


def test_any_words_are_taken_where_any_words_were_asked_for() -> None:
    assert values(answered("milk and eggs.", lacking("note", "words"))) == {"words": "milk and eggs"}


@pytest.mark.parametrize("text", ["say hello", "kitchen"])
def test_a_phrase_is_no_answer(text: str) -> None:
    assert answered(text, lacking("light_on", "room")).action == "hello"


def test_a_long_sentence_is_no_answer() -> None:
    assert answered("my aunt once painted the whole bedroom green", lacking("light_on", "room")).action == ""


def test_an_action_that_is_gone_is_not_carried_out() -> None:
    assert answered("bedroom", lacking("gone", "room")).action == ""


@pytest.mark.parametrize(("language", "question"), [("en", "dim: level?"), ("ko", "dim: level?")])
def test_without_words_of_its_own_the_slot_is_named(language: str, question: str) -> None:
    class Half:
        def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
            return Decision("dim", missing="level")

    decision = Safeguard(Half(), ACTIONS).classify(Transcript("dim it", language))
    assert decision.question == question
