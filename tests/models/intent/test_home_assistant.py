"""Actions that are bound to intents understand what Home Assistant's own sentences say, with the real package."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.turn import Transcript
from models.intent.rules import RulesClassifier
from models.intent.samples import Sampler

ACTIONS = """\
use: home-assistant
outputs:
  kitchen_light: {pin: GPIO17, pwm: true}
  bedroom_light: {pin: GPIO4, pwm: true}
  fan: GPIO5
slots:
  room: {values: {kitchen: {en: [kitchen], ko: [주방, 부엌]}, bedroom: {en: [bedroom], ko: [침실]}}}
  device: {values: {fan: {en: [fan], ko: [선풍기]}}}
  level: {type: percent}
  duration: {type: duration}
actions:
  light_on:
    home_assistant: {intent: HassTurnOn, domain: light}
    do: [gpio: {output: "{room}_light", set: "on"}]
  all_lights_on:
    home_assistant: {intent: HassTurnOn, domain: light}
    do: [gpio: {output: kitchen_light, set: "on"}, gpio: {output: bedroom_light, set: "on"}]
  light_off:
    phrases: {en: ["kill the lights in {room}"]}
    home_assistant: {intent: HassTurnOff, domain: light}
    do: [gpio: {output: "{room}_light", set: "off"}]
  brightness:
    home_assistant: HassLightSet
    do: [gpio: {output: "{room}_light", level: "{level}"}]
  device_on:
    home_assistant: {intent: HassTurnOn, domain: switch}
    do: [gpio: {output: "{device}", set: "on"}]
  curtains:
    home_assistant: {intent: HassTurnOn, domain: cover, only: {device_class: curtain}}
    do: [show: open]
  timer:
    home_assistant: HassStartTimer
    do: [timer: {duration: "{duration}"}]
  tell_time:
    home_assistant: HassGetCurrentTime
    do: [clock: {tell: time}]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    for name in ("roger.yaml", "screens.yaml"):
        shutil.copy(DEFAULT_FOLDER / name, folder)
    (folder / "actions.yaml").write_text(ACTIONS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rules(folder: Path) -> RulesClassifier:
    return RulesClassifier(load(folder).actions, "en")


@pytest.mark.parametrize(
    ("text", "action", "slots"),
    [
        ("turn on the lights in the kitchen", "light_on", {"room": "kitchen"}),
        ("Turn all the bedroom lights on, please.", "light_on", {"room": "bedroom"}),
        ("주방 불 켜 줘", "light_on", {"room": "kitchen"}),
        ("침실에 있는 모든 조명 켜주세요", "light_on", {"room": "bedroom"}),
        ("turn on the lights", "all_lights_on", {}),
        ("여기 불 켜줘", "all_lights_on", {}),
        ("turn off the kitchen lights", "light_off", {"room": "kitchen"}),
        ("kill the lights in the kitchen", "light_off", {"room": "kitchen"}),
        ("set the bedroom brightness to thirty percent", "brightness", {"room": "bedroom", "level": 30}),
        ("kitchen brightness to maximum", "brightness", {"room": "kitchen", "level": 100}),
        ("침실 밝기 50%로 설정해줘", "brightness", {"room": "bedroom", "level": 50}),
        ("turn on the fan", "device_on", {"device": "fan"}),
        ("선풍기 틀어 줘", "device_on", {"device": "fan"}),
        ("open the curtains", "curtains", {}),
        ("커튼 열어 줘", "curtains", {}),
        ("start a timer for 1 hour and 10 minutes", "timer", {"duration": 4200}),
        ("half an hour timer", "timer", {"duration": 1800}),
        ("5분 타이머 맞춰줘", "timer", {"duration": 300}),
        ("what time is it", "tell_time", {}),
        ("지금 몇 시야", "tell_time", {}),
        ("fan", "", {}),
        ("turn on the lights in the garden", "", {}),
        ("don't turn on the lights", "", {}),
        ("open the blinds", "", {}),
        ("불 켜지 마", "", {}),
    ],
)
def test_what_is_said_is_decided(rules: RulesClassifier, text: str, action: str, slots: dict[str, str | int]) -> None:
    decision = rules.classify(Transcript(text, "ko" if text > "가" else "en"))
    assert (decision.action, {slot.name: slot.value for slot in decision.slots}) == (action, slots)


def test_the_reason_names_the_sentence(rules: RulesClassifier) -> None:
    reason = rules.classify(Transcript("turn on the fan", "en")).reason
    assert reason.startswith("phrase en ")
    assert "{device}" in reason


def test_own_phrases_come_first(folder: Path) -> None:
    action = load(folder).actions.actions["light_off"]
    assert action.phrases["en"][0] == "kill the lights in {room}"
    assert len(action.phrases["en"]) > 5


def test_what_can_be_said_can_be_counted_and_sampled(folder: Path) -> None:
    sampler = Sampler(load(folder).actions)
    assert {(scope.action, scope.language) for scope in sampler.scopes()} >= {("timer", "en"), ("timer", "ko")}
    sample = sampler.draw("curtains", "ko", lambda number: 0, polite=False)
    assert sample
    assert sample.decision.action == "curtains"


def test_an_action_whose_slot_was_not_said_is_never_chosen(rules: RulesClassifier) -> None:
    for text in ("turn on the lights", "brightness to fifty percent"):
        assert rules.classify(Transcript(text, "en")).action in ("all_lights_on", "")
