"""Several orders in one sentence, and several values of one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.loader import DEFAULT_FOLDER, load
from controller.engines import make_classifier
from controller.turn import Decision, Transcript
from models.intent.joints import each_value, joints, list_values, parts, resolved

CONFIG = load(DEFAULT_FOLDER)
CLASSIFIER = make_classifier(CONFIG)
VALUES = list_values(CONFIG.actions)


def decided(text: str, language: str = "en") -> Decision:
    return CLASSIFIER.classify(Transcript(text, language, 1.0))


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("turn off the lights and set a timer for ten minutes", "all_lights_off, then timer duration=600"),
        ("Turn on the fan. Then tell me the time.", "device_on device=fan, then tell_time"),
        ("turn on the fan, turn off the bedroom light and then tell me the time",
         "device_on device=fan, then light_off room=bedroom, then tell_time"),
        ("turn on the kitchen and the bedroom light", "light_on room=kitchen, then light_on room=bedroom"),
        ("turn on the fan and turn on the fan", "device_on device=fan"),
        ("불 끄고 십 분 타이머 맞춰 줘", "all_lights_off, then timer duration=600"),
        ("선풍기켜고거실불꺼줘", "device_on device=fan, then light_off room=living_room"),
        ("turn on the fan and turn it off", "device_on device=fan, then device_off device=fan"),
        ("set a timer for five minutes and ten seconds and turn on the fan",
         "timer duration=310, then device_on device=fan"),
        ("turn on the bedroom light and set it to 50 percent",
         "light_on room=bedroom, then brightness room=bedroom level=50"),
        ("거실이랑 주방 불 켜 줘", "light_on room=living_room, then light_on room=kitchen"),
    ],
)  # fmt: skip
def test_all_orders_are_understood_in_their_order(text: str, summary: str) -> None:
    assert decided(text).summary == summary


@pytest.mark.parametrize(
    "text",
    [
        "turn off the lights and paint the kitchen green",
        "turn off the lights and do not set a timer for ten minutes",
        "turn on the kitchen and the garden light",
        "불 끄고 노래를 작곡해 줘",
        "and",
        "and and and and and and and and",
        "turn on the fan " + "and turn on the fan " * 6,
    ],
)
def test_what_is_understood_only_in_part_is_not_done(text: str) -> None:
    assert decided(text).action == ""


def test_the_reason_names_the_part() -> None:
    assert (
        decided("turn off the lights and paint the kitchen").reason == 'only "turn off the lights" of it is understood'
    )


def test_a_phrase_of_its_own_is_not_taken_apart() -> None:
    assert decided("add milk and turn off the lights to the list").then == ()


def test_what_one_order_asks_is_asked_for_all() -> None:
    decision = decided("open the garage door and turn on the fan")
    assert [order.action for order in decision.orders] == ["garage_door", "device_on"]
    assert decision.question.startswith("Move the garage door? ")


def test_the_parts_are_the_text_without_its_joints() -> None:
    text = "one and two, and then three"
    assert [text[joint.start : joint.end] for joint in joints(text)] == [" and ", ", and then "]
    assert list(parts(text, joints(text))) == ["one", "two", "three"]
    assert list(parts("불 끄고 자자", joints("불 끄고 자자"))) == ["불꺼 줘", "자자"]


@pytest.mark.parametrize(
    "quantity", ["five minutes and ten seconds", "an hour and a half", "nine hundred and fifty one", "1 hour and 5 min"]
)
def test_an_and_inside_of_a_quantity_joins_no_orders(quantity: str) -> None:
    assert joints(quantity) == []
    assert len(joints(f"{quantity} and turn on the lights")) == 1


@pytest.mark.parametrize(
    ("part", "before", "meant"),
    [
        ("play it", "find the news", "play the news"),
        ("turn them off", "turn on the lights", "turn the lights off"),
        ("play it", "stop", "play it"),
        (r"say it", r"find \1", r"say \1"),
    ],
)
def test_a_pronoun_is_what_was_named_before(part: str, before: str, meant: str) -> None:
    assert resolved(part, before) == meant


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("the kitchen, bedroom and living room", ["the kitchen", "the living room", "the bedroom"]),
        ("the kitchen and the fan", ["the kitchen and the fan"]),
        ("kitchen and", ["kitchen and"]),
    ],
)
def test_values_of_one_list_are_told_one_by_one(text: str, each: list[str]) -> None:
    assert each_value(text, VALUES) == each


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["and", "불", "끄고", "kitchen", "bedroom", ",", "이랑", "거실", "then", ".", "ж"]), max_size=30
    )
)
def test_no_text_is_too_strange(words: list[str]) -> None:
    text = " ".join(words)
    assert list(parts(text, joints(text)))
    assert each_value(text, VALUES)
    assert decided(text) == decided(text)
