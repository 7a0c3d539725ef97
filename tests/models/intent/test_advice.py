"""Whoever follows the advice is understood."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from config.loader import DEFAULT_FOLDER, load
from config.schema import ActionsFile
from controller.turn import Transcript
from models.intent.advice import advise
from models.intent.rules import RulesClassifier

SHIPPED = load(DEFAULT_FOLDER).actions
WRITTEN = yaml.safe_load((DEFAULT_FOLDER / "actions.yaml").read_text(encoding="utf-8"))


def added(written: Any, addition: Any) -> Any:
    """As somebody adds it by hand: keys into mappings, items to the ends of lists."""
    if isinstance(written, dict):
        both = {key: added(value, addition[key]) if key in addition else value for key, value in written.items()}
        return both | {key: value for key, value in addition.items() if key not in written}
    return written + addition if isinstance(written, list) else addition


@pytest.mark.parametrize(
    ("language", "text", "action"),
    [
        ("en", "Turn on the lamp in the garden!", "light_on"),
        ("en", "could you please make the bedroom cosy", "brighter"),
        ("en", "what is the capital of France?", "my_action"),
        ("en", "don't turn on the light", "my_action"),
        ("en", "set the lamp (in the garden) quickly to half", "brightness"),
        ("en", "meet me at 3:30", "my_action"),
        ("en", "no", "my_action"),
        ("ko", "정원 불 켜 줘", "light_on"),
        ("ko", "거실에 블 좀 켜 줘", "light_on"),
        ("ko", "오늘 날씨 어때?", "my_action"),
        ("ko", "불 켜지 마", "my_action"),
    ],
)
def test_what_is_to_be_added_is_understood(language: str, text: str, action: str) -> None:
    rules = RulesClassifier(SHIPPED, "en")
    assert rules.classify(Transcript(text, language)).action == ""
    advice = advise(SHIPPED, rules.grammars, text, language)
    assert advice.why
    followed = ActionsFile.model_validate(added(WRITTEN, yaml.safe_load(advice.yaml)))
    assert RulesClassifier(followed, "en").classify(Transcript(text, language)).action == action


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("set a timer for", "{duration} (duration) was not said"),
        ("set the brightness of the bedroom to 150", '"150" is no {level} (percent)'),
        ("?", "there are no words in it"),
    ],
)
def test_what_can_only_be_said_otherwise_is_not_to_be_written(text: str, why: str) -> None:
    advice = advise(SHIPPED, RulesClassifier(SHIPPED, "en").grammars, text, "en")
    assert why in advice.why
    assert advice.yaml == ""


def test_a_denial_is_never_added_to_what_it_denies() -> None:
    advice = advise(SHIPPED, RulesClassifier(SHIPPED, "en").grammars, "never turn on the light", "en")
    assert advice.nearest is not None
    assert advice.nearest.phrase.action == "all_lights_on"
    assert "all_lights_on" not in advice.yaml
    assert '"not"' in advice.why[0]


def test_the_value_of_an_actions_own_slot_is_added_there() -> None:
    written = {
        "actions": {
            "paint": {
                "slots": {"colour": {"values": {"red": {"en": ["red"]}}}, "words": {"type": "text"}},
                "phrases": {"en": ["paint it in {colour} and write {words}"]},
                "do": [{"say": "{colour}"}],
            }
        }
    }
    actions, text = ActionsFile.model_validate(written), "paint it in dark blue and write welcome"
    advice = advise(actions, RulesClassifier(actions, "en").grammars, text, "en")
    assert advice.why == ('"dark blue" is no {colour}',)
    followed = ActionsFile.model_validate(added(written, yaml.safe_load(advice.yaml)))
    decision = RulesClassifier(followed, "en").classify(Transcript(text))
    assert [(slot.name, slot.value) for slot in decision.slots] == [("colour", "dark_blue"), ("words", "welcome")]
