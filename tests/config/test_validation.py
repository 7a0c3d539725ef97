from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from pydantic import Field, model_validator

from config.loader import DEFAULT_FOLDER, Issue, load
from config.schema_types import Settings, wrong
from config.secret_tags import secrets_of
from config.validation import validate
from config.yaml_reader import read_document

Issues = Callable[..., tuple[Issue, ...]]
Only = Callable[..., tuple[str, str]]
Write = Callable[..., Path]


def action(do: str, rest: str = "phrases: {en: [good night]}") -> str:
    return f"actions:\n  night:\n    {rest}\n    do:\n      - {do}\n"


ROGER = [
    ("button:\n  pin: §21", 'CFG-05 "pin" must be a pin from GPIO0 to GPIO27, not "21"', 'did you mean "GPIO21"?'),
    ("button:\n  pin: §gpio7", 'CFG-05 "pin" must be a pin from GPIO0 to GPIO27, not "gpio7"', 'did you mean "GPIO7"?'),
    ("button:\n  tap: §maybe", 'CFG-05 "tap" must be on or off, not "maybe"', ""),
    ("button: §GPIO5", 'CFG-05 "button" must be a block of keys, not "GPIO5"', ""),
    ("microphone:\n  preroll_ms: §1.5", 'CFG-05 "preroll_ms" must be a whole number from 0 to 1000, not 1.5', ""),
    ("§recogniser: {}", 'CFG-04 unknown key "recogniser"', 'did you mean "recognizer"?'),
    (
        "§xyz: 1",
        'CFG-04 unknown key "xyz"',
        "keys here: language, private, button, microphone, recognizer, understanding, display, chat, speech, "
        "camera, history, web, ...",
    ),
    (
        "display:\n  driver: §ssd1366",
        'CFG-05 "driver" must be one of ssd1306, sh1106, ssd1309, emulator, terminal, none, not "ssd1366"',
        'did you mean "ssd1306"?',
    ),
    ("display:\n  rotate: §90", 'CFG-05 "rotate" must be one of 0, 180, not 90', ""),
    ("limits:\n  acting_s: §0", 'CFG-05 "acting_s" must be a number above 0 and up to 86400, not 0', ""),
    (
        "chat:\n  base_url: §localhost",
        'CFG-05 "base_url" must be an address that begins with http:// or https://, not "localhost"',
        "",
    ),
    (
        "recognizer:\n  §language: ko",
        'CFG-05 the model "whisper-tiny.en" only understands English',
        "a model whose name does not end with .en hears other languages too, for example whisper-base",
    ),
    (
        "recognizer:\n  §engine: vosk",
        'CFG-05 the engine "vosk" cannot run the model "whisper-tiny.en"',
        'set engine: whisper, or a model of "roger models list" that this engine runs',
    ),
    ("§- a", "CFG-05 roger.yaml must be a block of keys, not a list", ""),
]

ACTIONS = [
    (
        "outputs:\n  §Big Lamp: GPIO5",
        'CFG-05 "Big Lamp" must be a name of small letters, digits and _ that begins with a letter',
        'did you mean "big_lamp"?',
    ),
    ("outputs:\n  lamp:§", 'CFG-05 "lamp" must be a pin from GPIO0 to GPIO27, not empty', ""),
    ("outputs:\n  lamp: {pin: GPIO5, §active: on}", 'CFG-04 unknown key "active"', 'did you mean "active_high"?'),
    (
        "slots:\n  room: {type: §lst}",
        'CFG-05 "type" must be one of list, integer, percent, duration, text, not "lst"',
        'did you mean "list"?',
    ),
    (
        "slots:\n  §room: {type: list}",
        'CFG-06 "values" is missing in "room"',
        "add values: a block of keys with at least one entry",
    ),
    ("slots:\n  n: {type: integer, §min: 9, max: 1}", "CFG-05 min is 9 and max is 1: no number lies between", ""),
    ("rules:\n  §fr: {a: b}", 'CFG-04 unknown key "fr"', "keys here: en, ko"),
    (
        "actions:\n  night:\n    §phrasess: {en: [x]}\n    do:\n      - say: hi\n",
        'CFG-04 unknown key "phrasess"',
        'did you mean "phrases"?',
    ),
    (
        "actions:\n  §night:\n    title: x\n    do:\n      - say: hi\n",
        "CFG-06 an action needs phrases, patterns or home_assistant",
        "phrases: {en: [good night]}",
    ),
    (
        "actions:\n  §night:\n    phrases: {en: []}\n    do:\n      - say: hi\n",
        "CFG-06 an action needs phrases, patterns or home_assistant",
        "phrases: {en: [good night]}",
    ),
    (
        "actions:\n  night:\n    phrases: {en: §good night}\n    do:\n      - say: hi\n",
        'CFG-05 "en" must be a list, not "good night"',
        'put "- " before it, in a line of its own',
    ),
    (
        "actions:\n  night:\n    phrases: {en: [a, §{b}]}\n    do:\n      - say: hi\n",
        'CFG-05 item 2 of "en" must be text, not a block of keys',
        'a text that begins with "{" needs quotes',
    ),
    (
        "actions:\n  §a:\n    phrases: {en: [x]}",
        'CFG-06 "do" is missing in "a"',
        "add do: a list with at least one entry",
    ),
    ("actions:\n  a:\n    phrases: {en: [x]}\n    §doo: [say: x]", 'CFG-04 unknown key "doo"', 'did you mean "do"?'),
    (
        "actions:\n  a:\n    phrases: {en: [x]}\n    §do:",
        'CFG-06 "do" is missing in "a"',
        "add do: a list with at least one entry",
    ),
    (
        "actions:\n  a:\n    phrases: {en: [x]}\n    do: §[]",
        'CFG-05 "do" must be a list with at least one entry, not an empty list',
        "",
    ),
    (
        action("§gpoi: {}"),
        'CFG-04 unknown key "gpoi"',
        'did you mean "gpio"?',
    ),
    (
        action("§{}"),
        "CFG-06 a step is one of gpio, command, http, timer, say, show, clock, forget, ask",
        "",
    ),
    (
        action("say: hi\n        §show: hi"),
        "CFG-05 one step has one key, this one has say and show",
        'put "- " before the second: it is a step of its own',
    ),
    (
        action("command: {argv: §[]}"),
        'CFG-05 "argv" must be a list with at least one entry, not an empty list',
        "",
    ),
    (
        action("timer: {duration: §soon}"),
        'CFG-05 "duration" must be seconds such as 90, or a slot such as {duration}, not "soon"',
        "",
    ),
    (
        action("say: {§de: x}"),
        'CFG-04 unknown key "de"',
        "keys here: en, ko",
    ),
    (
        action("http: {url: 'http://x', method: §GETT}"),
        'CFG-05 "method" must be one of GET, POST, PUT, DELETE, not "GETT"',
        'did you mean "GET"?',
    ),
]

GPIO = [
    ("§gpio: {output: lamp}", 'CFG-06 a gpio step needs "set" or "level"', "for example set: on"),
    (
        "gpio: {output: lamp, set: on, §level: 5}",
        'CFG-05 a gpio step has "set" or "level", not both',
        "make it two steps",
    ),
    (
        "gpio: {output: lamp, set: §true}",
        'CFG-05 "set" must be one of on, off, toggle, pulse, not true',
        'did you mean "on"?',
    ),
    (
        "gpio: {output: lamp, level: §101}",
        'CFG-05 "level" must be a percentage such as 50, +20, -20 or {brightness}, not "101"',
        "",
    ),
]


@pytest.mark.parametrize(("text", "message", "hint"), ROGER)
def test_roger_yaml_is_told_what_may_stand_there(text: str, message: str, hint: str, only: Only) -> None:
    assert only(text) == (message, hint)


@pytest.mark.parametrize(("text", "message", "hint"), ACTIONS)
def test_actions_yaml_is_told_what_may_stand_there(text: str, message: str, hint: str, only: Only) -> None:
    assert only("", text) == (message, hint)


@pytest.mark.parametrize(("step", "message", "hint"), GPIO)
def test_a_gpio_step_does_one_thing(step: str, message: str, hint: str, only: Only) -> None:
    text = action(step) + "outputs: {lamp: {pin: GPIO5, pwm: true}}\n"
    assert only("", text) == (message, hint)


def test_on_and_off_need_no_quotes_as_values_and_as_switches(write: Write) -> None:
    actions = action("gpio: {output: lamp, set: on}") + "outputs: {lamp: {pin: GPIO5, active_high: off}}\n"
    config = load(write("button: {tap: off, pull_up: no}", actions))
    gpio = config.actions.actions["night"].do[0].gpio
    assert gpio is not None
    assert gpio.set == "on"
    assert config.actions.outputs["lamp"].active_high is False  # type: ignore[union-attr]
    assert (config.roger.button.tap, config.roger.button.pull_up) == (False, False)


def test_numbers_need_no_quotes_where_text_is_wanted_and_are_taken_as_written(write: Write) -> None:
    actions = action("command: {argv: [sleep, 1.50, true, 0x10]}") + "      - timer: {duration: 90}\n"
    steps = load(write("", actions)).actions.actions["night"].do
    assert steps[0].command is not None
    assert steps[0].command.argv == ["sleep", "1.50", "true", "0x10"]
    assert steps[1].timer is not None
    assert steps[1].timer.duration == "90"


def test_hexadecimal_addresses_are_numbers(write: Write) -> None:
    assert load(write("display: {address: 0x3D}")).roger.display.address == 0x3D


def test_values_of_a_slot_may_be_called_on_and_off(write: Write) -> None:
    actions = "slots:\n  state: {values: {on: {en: [on]}, off: {en: [off]}}}\n"
    slot = load(write("", actions)).actions.slots["state"]
    assert list(slot.values) == ["on", "off"]  # type: ignore[union-attr]


def test_settings_never_change_after_loading(write: Write) -> None:
    config = load(write())
    with pytest.raises(ValueError, match="frozen"):
        config.roger.language = "ko"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "wrong", "message"),
    [
        ("at: [18, 1]", "at: [18, 99]", 'item 2 of "at" must be a whole number from 0 to 63, not 99'),
        ("at: [18, 1]", "at: [18]", '"at" must be a list with 2 entries, not a list of 1'),
        ("spinner: true", "spinner: false", '"spinner" must be true, not false'),
        ('"...###..."', '"..x###..."', 'item 1 of "mic" must be text like ^[#.]+$, not "..x###..."'),
    ],
)
def test_screens_yaml_is_told_what_may_stand_there(written: str, wrong: str, message: str, issues: Issues) -> None:
    shipped = (DEFAULT_FOLDER / "screens.yaml").read_text("utf-8")
    assert written in shipped
    first = issues("", "", shipped.replace(written, wrong, 1))[0]
    assert (first.code, first.message) == ("CFG-05", message)
    assert wrong.strip("[]") in first.source or wrong in first.source


class Deep(Settings):
    names: list[dict[str, str]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _known(self) -> Self:
        raise wrong("CFG-10", "there is no icon of that name", "names.1.icon", options=("bell", "mic"))


def test_a_model_can_blame_a_key_deep_inside_of_it() -> None:
    document, _ = read_document(Path("x.yaml"), b"names:\n  - {icon: mic}\n  - {icon: bel}\n", secrets_of(Path()))
    _, found = validate(Deep, document)
    assert [(issue.code, issue.line, issue.column, issue.hint) for issue in found] == [
        ("CFG-10", 3, 6, 'did you mean "bell"?')
    ]
