"""What would be done, in words."""

from __future__ import annotations

from typing import Any

import pytest

from config.schema import ActionsFile
from controller.simulator.planned import planned
from controller.turn import Decision, Slot

SLOTS = (Slot("room", "kitchen", "cook room"), Slot("level", 50, "half"), Slot("words", "a b/c", "a b/c"))


def steps(*do: dict[str, Any], language: str = "en") -> list[tuple[str, str, str]]:
    actions = ActionsFile.model_validate(
        {
            "outputs": {"kitchen_light": "GPIO17"},
            "actions": {"x": {"phrases": {"en": ["x"]}, "do": list(do)}},
        }
    )
    found = planned(actions, Decision("x", SLOTS), language)
    return [(step.kind, step.text, step.problem.code if step.problem else "") for step in found]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ({"gpio": {"output": "{room}_light", "set": "on"}}, "kitchen_light on"),
        ({"gpio": {"output": "{room}_light", "level": "{level}"}}, "kitchen_light 50 %"),
        ({"gpio": {"output": "{room}_light", "level": "+20"}}, "kitchen_light +20 %"),
        ({"gpio": {"output": "kitchen_light", "set": "pulse", "seconds": 2}}, "kitchen_light pulse of 2 s"),
        ({"command": {"argv": ["logger", "{words}"]}}, "logger 'a b/c'"),
        ({"http": {"url": "http://lamp.local/{words}", "method": "POST"}}, "POST http://lamp.local/a%20b%2Fc"),
        ({"timer": {"duration": "{level}", "label": {"en": "Tea", "ko": "차"}}}, "50 s, Tea"),
        ({"timer": {"duration": "90"}}, "90 s"),
        ({"clock": {"tell": "date"}}, "tell the date"),
        ({"say": {"en": "{room.text}: {level}", "ko": "{room}"}}, "cook room: 50"),
        ({"show": ""}, ""),
    ],
)
def test_a_step_with_its_slots_filled_in(step: dict[str, Any], text: str) -> None:
    assert steps(step) == [(next(iter(step)), text, "")]


def test_texts_are_those_of_the_language() -> None:
    assert steps({"show": {"en": "on", "ko": "켰어요"}}, language="ko") == [("show", "켰어요", "")]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"gpio": {"output": "{level}_light", "set": "on"}}, "ACT-01"),
        ({"say": "{duration}"}, "ACT-05"),
        ({"http": {"url": "http://{room}/"}}, "ACT-06"),
    ],
)
def test_a_step_that_cannot_be_carried_out_is_the_last(step: dict[str, Any], code: str) -> None:
    found = steps({"say": "first"}, step, {"say": "never"})
    assert [(kind, problem) for kind, _, problem in found] == [("say", ""), (next(iter(step)), code)]


def test_nothing_is_planned_where_nothing_is_understood() -> None:
    assert list(planned(ActionsFile(), Decision(), "en")) == []
