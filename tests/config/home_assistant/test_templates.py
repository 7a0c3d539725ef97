"""Home Assistant's templates in Roger's phrase language, construct by construct."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from config.home_assistant.package import vocabulary
from config.home_assistant.templates import phrases, prepared
from config.phrases import Node, SlotRef, Text, parse_phrase

RULES = {"ha.the": "the|my", "ha.turn": "turn|switch", "ha.in": "in {area__area}"}


def says(slot: str, values: str) -> Node | None:
    """Rooms, devices, levels and lengths can be said, and of the kinds of covers only curtains."""
    if values == "cover_classes":
        return Text("curtain")
    known = {"area": "room", "name": "device", "brightness": "level", "duration": "duration", "start_duration": "old"}
    return SlotRef(known[slot], 0) if slot in known else None


def translated(template: str) -> list[str]:
    return list(phrases(prepared(template), RULES, says).values())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("lights on", ["lights on"]),
        ("light[s] on", ["light[s] on"]),
        ("(lock|shut) it", ["(lock|shut) it"]),
        ("[please|now] go", ["[please|now] go"]),
        ("(up;[now]) go", ["(up;[now]) go"]),
        (r"half \(50\)", [r"half \(50\)"]),
        ("<turn> on", ["<ha.turn> on"]),
        ("clean [<the>] {area}", ["clean {room}"]),
        ("open [<the>] {cover_classes:device_class}", ["open [<ha.the>] curtain"]),
        ("dim to {brightness}[ ]%", ["dim to {level} %"]),
        ("dim to {brightness_level:brightness}", ["dim to {level}"]),
        ("open the {cover_classes:device_class}", ["open the curtain"]),
        ("{area}에 있는 조명[을] 켜[줘|줄래]", ["{room}에 있는 조명[을] 켜[줘|줄래]"]),
        ("[내 ][쇼핑 ]목록", ["[내 ][쇼핑 ]목록"]),
    ],
)
def test_what_is_the_same_stays_and_what_differs_is_written_anew(template: str, expected: list[str]) -> None:
    assert translated(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("timer for {timer_hours:hours}( |-)hour[s]", ["timer for {duration}"]),
        (
            "{timer_minutes:minutes}( |-)minute[s] [and] {timer_seconds:seconds}( |-)second[s] timer",
            ["{duration} timer"],
        ),
        ("add {timer_hours:hours} and [a] {timer_half:minutes} hour[s]", ["add {duration}"]),
        ("add {timer_half:minutes} an hour[s]", ["add {duration}"]),
        ("{timer_minutes:minutes}분[짜리] 타이머", ["{duration}[짜리] 타이머"]),
        (
            "add {timer_hours:hours}( |-)hour[s] to the {timer_minutes:start_minutes}( |-)minute[s] timer",
            ["add {duration} to the {old} timer"],
        ),
    ],
)
def test_hours_minutes_and_seconds_are_one_slot(template: str, expected: list[str]) -> None:
    assert translated(template) == expected


def test_an_optional_part_that_cannot_be_said_is_left_out() -> None:
    assert translated("turn on [the {floor}] lights") == ["turn on  lights"]
    assert translated("turn on ([the {floor}]|every) light") == ["turn on [every] light"]


def test_a_template_with_a_part_that_cannot_be_said_is_left_out() -> None:
    assert translated("turn on {floor} lights") == []
    assert translated("turn on ({floor}|all) lights") == ["turn on all lights"]


def test_the_phrases_are_told_apart_by_the_slots_that_they_say() -> None:
    found = phrases(prepared("turn {name} on [in {area}]"), RULES, says)
    assert found == {
        frozenset({"name", "area"}): "turn {device} on in {room}",
        frozenset({"name"}): "turn {device} on ",
    }


def test_a_rule_with_a_slot_is_written_out() -> None:
    assert translated("lights on <in>") == ["lights on in {room}"]


def test_a_slot_is_said_once() -> None:
    assert translated("(turn on {name};[in {name}])") == ["(turn on {device};)"]


def test_a_value_alone_is_no_sentence() -> None:
    assert translated("[activate] [<the>] {name} [scene]") == ["(activate {device} [scene]|[activate] {device} scene)"]
    assert [phrase for phrase in translated("[<the>] {name}") if phrase.strip()] == []
    assert translated("{name} [to] {brightness}") == ["{device} [to] {level}"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_of_the_package_can_be_read_and_written(language: str) -> None:
    content = json.loads(
        resources.files("home_assistant_intents").joinpath("data", f"{language}.json").read_text("utf-8")
    )
    rules = vocabulary(language).rules
    for intent in content["intents"].values():
        for block in intent["data"]:
            for template in map(prepared, block["sentences"]):
                assert "{hours" not in template
                assert "_seconds__" not in template
                for phrase in phrases(template, rules, lambda slot, values: SlotRef(slot, 0)).values():
                    parse_phrase(phrase)
