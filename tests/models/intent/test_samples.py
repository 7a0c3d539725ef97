"""Sentences drawn from the grammar are understood as what they were drawn for."""

from __future__ import annotations

import random
from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, load
from config.schema import ActionsFile
from controller.turn import Transcript
from models.intent.compiled import LANGUAGES
from models.intent.rules import RulesClassifier
from models.intent.samples import Sampler
from models.intent.spacing import Spacing
from models.intent.units import units

NOUNS = ("lamp", "fan", "heater", "pump", "valve", "door", "curtain", "screen", "speaker", "camera")
NOUNS_KO = ("램프", "선풍기", "난로", "펌프", "밸브", "문", "커튼", "화면", "스피커", "카메라")
SLOTS: dict[str, Any] = {
    "room": {
        "type": "list",
        "values": {
            "living_room": {"en": ["living room", "lounge"], "ko": ["거실"]},
            "kitchen": {"en": ["kitchen"], "ko": ["부엌", "주방"]},
            "machine": {"en": ["coffee machine"], "ko": ["커피 머신"]},
        },
    },
    "level": {"type": "percent"},
    "duration": {"type": "duration"},
    "count": {"type": "integer", "max": 9_999},
    "words": {"type": "text"},
}
EN = (
    "(turn|switch) on [the] {noun} {n} [in {{room}}]",
    "<set> [the] {noun} {n} (to {{level}}|for {{duration}})",
    "say {{words}} {{count}} times to {noun} {n}",
    "tell {noun} {n} {{words}}",
)
KO = (
    "{{room}} {noun} {n} [<모든>] <켜>",
    "{noun} {n} [밝기] {{level}} <맞춰>",
    "{noun} {n} {{duration}} 동안 <해>",
    "{{words}} {noun} {n} 번에 <알려>",
)


def many(count: int) -> ActionsFile:
    """Actions whose phrases begin and end alike, some with open-ended text anywhere."""
    actions: dict[str, Any] = {}
    for index in range(count):
        noun, noun_ko, number = NOUNS[index % 10], NOUNS_KO[index % 10], index // 10
        phrases = {
            "en": [EN[index % 4].format(noun=noun, n=number), f"{noun} number {number}"],
            "ko": [KO[index % 4].format(noun=noun_ko, n=number)],
        }
        actions[f"action_{index}"] = {"phrases": phrases, "do": [{"say": "done"}]}
    return ActionsFile.model_validate({"slots": SLOTS, "actions": actions})


def assert_understood(actions: ActionsFile, draws: int) -> None:
    sampler, rules, choose = Sampler(actions), RulesClassifier(actions, "en"), random.Random(4).randrange
    for scope in sampler.scopes():
        for _ in range(draws):
            sample = sampler.draw(scope.action, scope.language, choose)
            assert sample is not None, scope
            heard = rules.classify(Transcript(sample.text, sample.language))
            assert heard.action == scope.action, sample
            assert (heard.slots, heard.stage) == (sample.decision.slots, "rules")


def test_what_is_drawn_from_the_shipped_actions_is_understood() -> None:
    assert_understood(load(DEFAULT_FOLDER).actions, 20)


def test_what_is_drawn_from_a_big_grammar_is_understood() -> None:
    assert_understood(many(400), 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_throws_draw_the_same(language: str) -> None:
    drawn = [
        [Sampler(many(8)).draw("action_1", language, random.Random(seed).randrange) for _ in range(3)]
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_draws_differ() -> None:
    sampler, choose = Sampler(load(DEFAULT_FOLDER).actions), random.Random(9).randrange
    texts = {sample.text for _ in range(50) if (sample := sampler.draw("timer", "en", choose))}
    assert len(texts) > 40


def test_an_action_whose_sentences_others_take_has_none() -> None:
    phrases = {"first": "(good|bad) night", "second": "good night", "third": "[very] good night"}
    actions = ActionsFile.model_validate(
        {"actions": {name: {"phrases": {"en": [text]}, "do": [{"say": ""}]} for name, text in phrases.items()}}
    )
    sampler, choose = Sampler(actions), random.Random(0).randrange
    assert sampler.draw("second", "en", choose) is None
    assert sampler.draw("third", "ko", choose) is None
    third = sampler.draw("third", "en", choose, polite=False)
    assert third is not None
    assert third.text == "very good night"
    assert [(scope.action, scope.count.plain) for scope in sampler.scopes()] == [
        ("first", 2),
        ("second", 0),
        ("third", 1),
    ]


def test_korean_is_written_with_its_spaces() -> None:
    spacing = Spacing(many(1), "ko")
    assert spacing.value(units("커피머신")) == "커피 머신"
    assert spacing.value(units("한시간삼십분")) == "한 시간 삼십 분"
    assert spacing.value(units("오십퍼센트")) == "오십 퍼센트"
    assert spacing.filler(units("에있는좀")) == "에 있는 좀"
    assert spacing.clings(units("을좀"))
    assert not spacing.clings(units("좀"))
    particles = (("을 좀", "프"), ("가", "불"), ("으로", "실"), ("로", "방"), ("에", "방"))
    assert [spacing.fitting(*pair) for pair in particles] == ["를 좀", "이", "로", "으로", "에"]
    actions = ActionsFile.model_validate(
        {"slots": SLOTS, "actions": {"x": {"phrases": {"ko": ["{room} 불을 꺼줘"]}, "do": [{"say": ""}]}}}
    )
    sample = Sampler(actions).draw("x", "ko", lambda n: n - 1, polite=False)
    assert sample is not None
    assert sample.text in ("거실 불을 꺼줘", "부엌 불을 꺼줘", "주방 불을 꺼줘", "커피 머신 불을 꺼줘")
