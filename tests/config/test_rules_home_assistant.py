"""What is wrong with a binding is told at its place, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config import rules_home_assistant
from config.loader import Issue

Only = Callable[..., tuple[str, str]]

FILE = """\
use: {use}
outputs: {{kitchen_light: {{pin: GPIO17, pwm: true}}}}
slots:
  room: {{values: {{kitchen: {{en: [kitchen], ko: [주방]}}}}}}
  level: {{type: percent}}
actions:
  light:
    {bound}
    do: [{step}]
"""
ON = 'gpio: {output: "{room}_light", set: "on"}'
LIGHT = "home_assistant: {intent: HassTurnOn, domain: light}"


def file(bound: str = LIGHT, step: str = ON, use: str = "home-assistant") -> str:
    return FILE.format(bound=bound, step=step, use=use)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            file(use="§home-asistant"),
            'CFG-05 "use" must be home-assistant, not "home-asistant"',
            'did you mean "home-assistant"?',
        ),
        (
            file(use="[§rhasspy]"),
            'CFG-05 item 1 of "use" must be home-assistant, not "rhasspy"',
            "",
        ),
        (
            file("§home_assistant: {intent: HassTurnOn, domain: light}", use=""),
            'CFG-06 "light" is bound to Home Assistant, and its sentences are not in use',
            "write use: home-assistant at the top of the file",
        ),
        (
            file("home_assistant: §HassTurnOnn"),
            'CFG-10 there is no intent "HassTurnOnn"',
            'did you mean "HassTurnOn"?',
        ),
        (
            file("home_assistant: {intent: §Brew, domain: light}"),
            'CFG-10 there is no intent "Brew"',
            "such as: HassBroadcast, HassCancelAllTimers, HassCancelTimer, HassClimateGetTemperature, "
            "HassClimateSetFanMode, HassClimateSetTemperature, HassDecreaseTimer, HassFanSetSpeed, ...",
        ),
        (
            file("home_assistant: {intent: HassTurnOn, domain: §ligth}"),
            'CFG-10 HassTurnOn has no sentences for the domain "ligth"',
            'did you mean "light"?',
        ),
        (
            file("home_assistant: {intent: HassTurnOn, domain: light, slots: {§aera: room}}"),
            'CFG-10 HassTurnOn has no slot "aera"',
            'did you mean "area"?',
        ),
        (
            file("home_assistant: {intent: HassTurnOn, domain: light, slots: {area: §roon}}"),
            'CFG-09 the slot "roon" is not declared',
            'did you mean "room"?',
        ),
        (
            file("home_assistant: {intent: HassTurnOn, domain: cover, only: {device_class: §curtian}}", "show: a"),
            'CFG-10 the slot "device_class" has no value "curtian"',
            'did you mean "curtain"?',
        ),
        (
            file("home_assistant: {intent: HassTurnOn, domain: light, only: {area: §kitchen}}", "show: a"),
            'CFG-10 the slot "area" has no value "kitchen"',
            "it takes any value: use slots:",
        ),
        (
            file("§home_assistant: HassGetCurrentTime"),
            "CFG-09 no sentence of HassGetCurrentTime says {room}, as the steps need it",
            "its slots are none; write slots: {one of them: room}",
        ),
        (
            file("§home_assistant: HassStartTimer", "show: hi"),
            "CFG-09 no sentence of HassStartTimer says none of its slots, as the steps need it",
            "its slots are conversation_command, duration, name",
        ),
        (
            file("§home_assistant: HassStartTimer", 'timer: {duration: "{duration}"}'),
            'CFG-09 the slot "duration" is not declared',
            "write under slots: duration: {type: duration}, or another type",
        ),
        (
            file("§home_assistant: HassGetCurrentTime", "show: hi", "[]"),
            'CFG-06 "light" is bound to Home Assistant, and its sentences are not in use',
            "write use: home-assistant at the top of the file",
        ),
    ],
)
def test_a_broken_binding(only: Only, text: str, message: str, hint: str) -> None:
    assert only("", text) == (message, hint)


def test_an_intent_of_several_kinds_of_things_needs_a_domain(only: Only) -> None:
    message, hint = only("", file("§home_assistant: HassTurnOn"))
    assert message == "CFG-06 HassTurnOn is said of several kinds of things, and needs a domain"
    assert hint.startswith("write {intent: HassTurnOn, domain: light}, or one of button, climate, cover")


def test_slots_that_are_never_said_together_are_told(only: Only) -> None:
    step = 'http: {url: "http://lamp.local/{room}", json: {level: "{level}"}}'
    message, hint = only("", file("§home_assistant: {intent: HassTurnOn, domain: light}", step))
    assert message == "CFG-09 no sentence of HassTurnOn says {level} and {room}, as the steps need it"
    assert hint == "its slots are area, device_class, floor, name; write slots: {one of them: level}"


def test_a_vocabulary_that_is_not_installed_is_told_once(only: Only, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_home_assistant, "installed", lambda: False)
    message, hint = only("", file(use="§home-assistant"))
    assert message == "CFG-12 the package home-assistant-intents is not installed"
    assert hint == "install it: pip install home-assistant-intents"


@pytest.mark.parametrize("use", ["home-assistant", "[home-assistant]", '"home-assistant"'])
def test_a_name_or_a_list_of_names(issues: Callable[..., tuple[Issue, ...]], use: str) -> None:
    assert issues("", file(use=use)) == ()


def test_a_slot_that_no_step_uses_may_be_declared_for_a_binding(issues: Callable[..., tuple[Issue, ...]]) -> None:
    bound = "home_assistant: {intent: HassClimateGetTemperature, slots: {area: where}}\n    slots: {where: room}"
    assert issues("", file(bound, "show: 20")) == ()


def test_phrases_may_use_the_rules_of_the_vocabulary(issues: Callable[..., tuple[Issue, ...]]) -> None:
    assert issues("", file('phrases: {en: ["{room} <ha.light> please"]}')) == ()
    assert issues("", file('phrases: {en: ["{room} <ha.light> please"]}', use=""))[0].code == "CFG-08"
