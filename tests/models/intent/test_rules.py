"""The rules stage as the machine meets it: transcripts in, decisions with reasons out."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import config
from config.schema import ActionsFile
from controller.errors import RogerError
from controller.turn import Decision, Transcript
from models.intent.compiled import LANGUAGES
from models.intent.grammar import Grammar
from models.intent.rules import RulesClassifier

SHIPPED = Path(config.__file__).parent / "actions.yaml"


@pytest.fixture(scope="module")
def shipped() -> ActionsFile:
    return ActionsFile.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def classifier(shipped: ActionsFile) -> RulesClassifier:
    return RulesClassifier(shipped, "en")


def heard(classifier: RulesClassifier, text: str, language: str = "") -> Decision:
    korean = any("가" <= character <= "힣" for character in text)
    return classifier.classify(Transcript(text=text, language=language or ("ko" if korean else "en")))


def with_actions(**made: dict[str, Any]) -> RulesClassifier:
    slots = {"level": {"type": "percent"}, "song": {"type": "text"}, "for": {"type": "duration"}}
    file = {"slots": slots, "actions": {name: {"do": [{"say": "x"}], **action} for name, action in made.items()}}
    return RulesClassifier(ActionsFile.model_validate(file), "en")


SPOKEN: list[tuple[str, str, dict[str, str | int]]] = [
    ("turn on the living room lamp", "light_on", {"room": "living_room"}),
    ("would you please turn on the living room lamp", "light_on", {"room": "living_room"}),
    ("set the kitchen light to fifty percent", "brightness", {"room": "kitchen", "level": 50}),
    ("set a timer for an hour and a half", "timer", {"duration": 5400}),
    ("what time is it", "tell_time", {}),
    ("거실 불 켜줘", "light_on", {"room": "living_room"}),
    ("거실불켜줘", "light_on", {"room": "living_room"}),
    ("거실 불 좀 켜 줘", "light_on", {"room": "living_room"}),
    ("모든 불 꺼", "all_lights_off", {}),
    ("십 분 타이머 맞춰 줘", "timer", {"duration": 600}),
    ("지금 몇 시야", "tell_time", {}),
    ("good night", "good_night", {}),
    ("잘 자", "good_night", {}),
    ("Turn the lights in the kitchen off!", "light_off", {"room": "kitchen"}),
    ("거실에 있는 모든 조명 켜줘", "light_on", {"room": "living_room"}),
    ("모든 주방 조명 종료", "light_off", {"room": "kitchen"}),
    ("침실 밝기 최대로 설정", "brightness", {"room": "bedroom", "level": 100}),
    ("안방 불 절반으로 줄여 줘", "brightness", {"room": "bedroom", "level": 50}),
    ("start the coffee machine", "device_on", {"device": "coffee_machine"}),
    ("선풍기 좀 꺼줄래?", "device_off", {"device": "fan"}),
    ("volume up", "volume_up", {}),
    ("set the volume to 30%", "volume_set", {"level": 30}),
    ("음악 틀어줘", "music_play", {}),
    ("skip this song", "music_next", {}),
    ("오늘 무슨 요일이야?", "tell_date", {}),
    ("take a note that the milk is out", "note", {"words": "the milk is out"}),
    ("우유 사기 메모해 줘", "note", {"words": "우유 사기"}),
]


@pytest.mark.parametrize(("text", "action", "slots"), SPOKEN)
def test_the_shipped_actions(classifier: RulesClassifier, text: str, action: str, slots: dict[str, str | int]) -> None:
    decision = heard(classifier, text)
    assert (decision.action, {slot.name: slot.value for slot in decision.slots}) == (action, slots)
    assert (decision.stage, decision.score) == ("rules", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "don't turn on the living room lamp",
        "do not turn off the lights",
        "거실 불 켜지 마",
        "불 끄지 말아 줘",
        "set a timer for 3:30",
        "set a timer for -5 minutes",
        "what is the capital of France",
        "오늘 날씨 어때",
        "turn on the living room lamp and",
        "you should not take a note",
    ],
)
def test_the_shipped_actions_leave_the_rest_alone(classifier: RulesClassifier, text: str) -> None:
    decision = heard(classifier, text)
    assert (decision.action, decision.slots, decision.stage, decision.score) == ("", (), "", 0.0)
    assert decision.reason.startswith("no phrase matches")


def test_every_sampled_sentence_is_understood_as_its_action(shipped: ActionsFile, classifier: RulesClassifier) -> None:
    choose = random.Random(20).randrange
    for language in LANGUAGES:
        for name, action in shipped.actions.items():
            alone = Grammar.compile(shipped.model_copy(update={"actions": {name: action}}), language)
            for sentence in (alone.sample(choose) for _ in range(60 if alone.count() else 0)):
                assert heard(classifier, sentence, language).action == name, sentence


def test_no_sampled_sentence_is_understood_once_it_is_denied(classifier: RulesClassifier) -> None:
    choose = random.Random(21).randrange
    for sentence in (classifier.grammars["en"].sample(choose) for _ in range(300)):
        for denied in (f"don't {sentence}", f"please never {sentence}", f"{sentence} not", f"do not {sentence}"):
            assert heard(classifier, denied, "en").action == "", denied
    for sentence in (classifier.grammars["ko"].sample(choose) for _ in range(300)):
        for denied in (f"{sentence}지 마", f"{sentence} 하지 마세요", f"{sentence} 말고"):
            assert heard(classifier, denied, "ko").action == "", denied


def test_sampling_is_the_same_on_every_computer() -> None:
    code = (
        "import random; from config.schema import ActionsFile; from models.intent.grammar import Grammar;"
        "a = ActionsFile.model_validate({'actions': {'x': {'phrases': {'ko': ['<불> <켜>']}, 'do': [{'say': ''}]}}});"
        "g = Grammar.compile(a, 'ko'); r = random.Random(1).randrange; print([g.sample(r) for _ in range(20)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_the_shipped_actions_are_not_ambiguous(classifier: RulesClassifier) -> None:
    assert [grammar.ambiguities for grammar in classifier.grammars.values()] == [(), ()]


def test_the_shipped_pins_are_free(shipped: ActionsFile) -> None:
    pins = [output if isinstance(output, str) else output.pin for output in shipped.outputs.values()]
    assert len(pins) == len(set(pins))
    assert set(pins).isdisjoint({"GPIO2", "GPIO3", "GPIO21"})


def test_slots_come_in_spoken_order_with_their_words(classifier: RulesClassifier) -> None:
    decision = heard(classifier, "Set the Kitchen light to 50%.")
    assert [(slot.name, slot.value, slot.text) for slot in decision.slots] == [
        ("room", "kitchen", "Kitchen"),
        ("level", 50, "50%"),
    ]
    assert decision.reason == "phrase en 1: <set> {room} <light> [brightness] to {level} [brightness]"


def test_the_unknown_tells_how_far_it_was_understood(classifier: RulesClassifier) -> None:
    assert heard(classifier, "Turn on the living room lamb").reason == (
        'no phrase matches; understood "Turn on the living room"'
    )


def test_open_text_keeps_its_spelling() -> None:
    decision = heard(with_actions(play={"phrases": {"en": ["play {song}"]}}), "Play Bohemian Rhapsody, please!")
    assert [(slot.name, slot.value) for slot in decision.slots] == [("song", "Bohemian Rhapsody")]


def test_both_languages_are_understood_and_the_transcripts_breaks_ties() -> None:
    one = {"phrases": {"en": ["tv {level}"]}}
    two = {"phrases": {"ko": ["tv {level}"]}}
    classifier = with_actions(english=one, korean=two)
    assert heard(classifier, "TV 50%", "en").action == "english"
    assert heard(classifier, "TV 50%", "ko").action == "korean"
    assert heard(classifier, "TV 50%", "xx").action == "english"
    assert heard(classifier, "TV 오십", "en").action == "korean"


def test_a_pattern_fills_its_slots_through_their_kinds() -> None:
    classifier = with_actions(dim={"patterns": [r"(?:dim|어둡게) (?P<level>.+?)(?: for (?P<for>.+))?"]})
    decision = heard(classifier, "DIM thirty percent for an hour and a half.")
    assert [(slot.name, slot.value, slot.text) for slot in decision.slots] == [
        ("level", 30, "thirty percent"),
        ("for", 5400, "an hour and a half"),
    ]
    assert decision.reason == r"pattern: (?:dim|어둡게) (?P<level>.+?)(?: for (?P<for>.+))?"
    assert [(slot.name, slot.value) for slot in heard(classifier, "어둡게 삼십 퍼센트").slots] == [("level", 30)]
    assert heard(classifier, "dim everything").action == ""


def test_zero_is_a_value() -> None:
    classifier = with_actions(dim={"phrases": {"en": ["dim to {level}"]}, "patterns": ["level (?P<level>.+)"]})
    assert [slot.value for slot in heard(classifier, "dim to zero").slots] == [0]
    assert [slot.value for slot in heard(classifier, "level 0%").slots] == [0]


def test_patterns_match_whole_sentences_in_the_order_of_the_file() -> None:
    classifier = with_actions(first={"patterns": ["play .*"]}, second={"patterns": ["play jazz", "jazz"]})
    assert heard(classifier, "play jazz").action == "first"
    assert heard(classifier, "jazz!").action == "second"
    assert heard(classifier, "now play jazz").action == ""


def test_phrases_come_before_patterns() -> None:
    classifier = with_actions(first={"patterns": ["play .*"]}, second={"phrases": {"en": ["play jazz"]}})
    assert heard(classifier, "play jazz").action == "second"


@pytest.mark.parametrize(
    ("pattern", "text", "taken"),
    [
        (".*light.*", "the light", True),
        (".*light.*", "don't touch the light", False),
        (".*light.*", "no light", False),
        ("don't .*", "don't do it", True),
        ("play (?P<song>.+)", "play Never Gonna Give You Up", True),
        (".*불.*", "거실 불", True),
        (".*불.*", "불 켜지 마", False),
        (".*불.*", "불 안 켜", False),
        (".*불.*", "안방 불", True),
    ],
)
def test_a_pattern_never_takes_a_negation_that_it_does_not_say(pattern: str, text: str, taken: bool) -> None:
    classifier = with_actions(x={"patterns": [pattern], "slots": {"song": "song"}})
    assert heard(classifier, text).action == ("x" if taken else "")


@pytest.mark.parametrize(
    ("action", "message", "hint"),
    [
        ({"phrases": {"en": ["turn (on"]}}, "action x, phrase en 1: turn (on: '(' is not closed", "add ')'"),
        ({"phrases": {"ko": ["<켠> 불"]}}, "there is no rule <켠>", "<켜>"),
        ({"patterns": ["(a"]}, "action x, pattern (a: RE2: missing ): (a", ""),
        ({"patterns": ["(?P<nowhere>a)"]}, "there is no slot 'nowhere'", "slots:"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_the_configuration(action: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(RogerError) as caught:
        with_actions(x=action)
    assert caught.value.problem.code == "CFG-08"
    assert message in caught.value.problem.message
    assert hint in caught.value.problem.hint


def test_thousands_of_patterns_are_one_set() -> None:
    classifier = with_actions(
        **{f"a{n}": {"patterns": [rf"(?:start|run) program {n} at (?P<level>.+)"]} for n in range(3000)}
    )
    decision = heard(classifier, "run program 2718 at ten percent")
    assert (decision.action, [slot.value for slot in decision.slots]) == ("a2718", [10])
