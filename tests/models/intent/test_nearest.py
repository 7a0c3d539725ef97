"""The phrase that comes nearest, and what it is that differs."""

from __future__ import annotations

import pytest

from config.loader import DEFAULT_FOLDER, load
from config.schema import ActionsFile
from models.intent.compiled import grammars_of
from models.intent.grammar import Grammar
from models.intent.nearest import as_said, nearest

SHIPPED = load(DEFAULT_FOLDER).actions


@pytest.mark.parametrize(
    ("language", "text", "action", "differences"),
    [
        ("en", "turn on the lamp in the garden", "light_on", [("garden", "{room}")]),
        ("en", "could you please make the bedroom cosy", "brighter", [("cosy", "brighter")]),
        ("en", "set a timer for", "timer", [("", "{duration}")]),
        ("en", "good good night", "good_night", [("good", "")]),
        ("ko", "정원 불 켜 줘", "light_on", [("정원", "{room}")]),
        ("ko", "거실 블 켜 줘", "light_on", [("블", "불")]),
    ],
)
def test_the_nearest_phrase_and_what_differs(
    language: str, text: str, action: str, differences: list[tuple[str, str]]
) -> None:
    near = nearest(grammars_of(SHIPPED)[language], text)
    assert near is not None
    assert near.phrase.action == action
    found = [(near.heard(piece), piece.said) for piece in near.pieces if piece.cost]
    assert found == differences
    assert near.cost == sum(piece.cost for piece in near.pieces) > 0
    assert "".join(near.heard(piece).replace(" ", "") for piece in near.pieces) == text.replace(" ", "")


@pytest.mark.parametrize("text", ["turn on the kitchen lamp", "거실 불 좀 켜 줘", "set a timer for an hour and a half"])
def test_what_a_phrase_says_differs_in_nothing(text: str) -> None:
    grammar = grammars_of(SHIPPED)["ko" if "불" in text else "en"]
    parse, near = grammar.parse(text), nearest(grammar, text)
    assert parse is not None
    assert near is not None
    assert (near.cost, near.share) == (0, 1.0)
    assert near.phrase.action == parse.phrase.action


def test_open_ended_text_is_a_last_resort() -> None:
    actions = ActionsFile.model_validate(
        {
            "slots": {"what": {"type": "text"}},
            "actions": {
                "say": {"phrases": {"en": ["say {what}"]}, "do": [{"say": ""}]},
                "night": {"phrases": {"en": ["good night everybody"]}, "do": [{"say": ""}]},
            },
        }
    )
    near = nearest(Grammar.compile(actions, "en"), "good night my friends")
    assert near is not None
    assert near.phrase.action == "night"


def test_without_words_or_phrases_nothing_is_near() -> None:
    nothing = Grammar.compile(ActionsFile(), "en")
    assert nearest(nothing, "hello") is None
    assert nearest(grammars_of(SHIPPED)["en"], "?!") is None


def test_words_stand_as_they_were_written_without_signs() -> None:
    assert as_said("Well, [turn] on: 3:30", 0, 6) == "Well turn on 3:30"
    assert as_said("거실불 켜 줘", 2, 5) == "불 켜 줘"
