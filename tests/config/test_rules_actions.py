from __future__ import annotations

from collections.abc import Callable

import pytest

from config.loader import Issue

Issues = Callable[..., tuple[Issue, ...]]
Only = Callable[..., tuple[str, str]]

FILE = """\
outputs:
  kitchen_light: {{pin: GPIO17, pwm: true}}
  bed_light: GPIO4
  relay_1: GPIO5
  relay_2: GPIO6
slots:
  room: {{values: {{kitchen: {{en: [kitchen]}}, bed: {{en: [bedroom]}}}}}}
  brightness: {{type: percent}}
  relay: {{type: integer, min: 1, max: 2}}
rules:
  en:
    turn: {rule}
actions:
  lights:
    slots: {slots}
    phrases: {{{language}: [{phrase}]}}
    patterns: [{pattern}]
    do:
      - {step}
"""


def file(
    step: str = "say: done",
    phrase: str = "go",
    pattern: str = "",
    slots: str = "{}",
    rule: str = "turn",
    language: str = "en",
) -> str:
    return FILE.format(step=step, phrase=phrase, pattern=pattern, slots=slots, rule=rule, language=language)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (file(phrase='"turn on §(the light"'), "CFG-08 '(' is not closed"),
        (file(phrase="'it''s §(the light'"), "CFG-08 '(' is not closed"),
        (file(phrase=r'"it\u0027s \"the\" §(light"'), "CFG-08 '(' is not closed"),
        (file(phrase="turn on §(the light"), "CFG-08 '(' is not closed"),
        (file(phrase='"거실 §[불 켜"', language="ko"), "CFG-08 '[' is not closed"),
        (file(phrase='"go §<turm>"'), "CFG-08 there is no rule <turm>"),
        (file(rule='"now §(turn|switch"'), "CFG-08 '(' is not closed"),
        (file(rule='"§<turn> again"'), "CFG-08 in rule <turn>: rule <turn> contains itself"),
        (file(pattern="'§dim (now'"), "CFG-08 RE2: missing ): dim (now"),
        (file(phrase=f"§'{'(' * 3000}'"), "CFG-08 too many brackets inside one another"),
    ],
)
def test_what_cannot_be_read_is_shown_at_the_very_column(text: str, message: str, only: Only) -> None:
    assert only("", text)[0] == message


def test_a_phrase_over_several_lines_is_shown_at_its_start(only: Only) -> None:
    phrase = "\n        - §>-\n          turn on\n          (the light"
    text = file(phrase="PHRASE").replace("{en: [PHRASE]}", f"\n      en:{phrase}")
    assert only("", text)[0] == "CFG-08 '(' is not closed"


UNFILLED = 'CFG-09 no phrase of "lights" fills the slot "room"'
BRACES = "say {room} in a phrase; {{room}} is text in braces"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (file(phrase='"dim the §{rom}"'), 'CFG-09 the slot "rom" is not declared', 'did you mean "room"?'),
        (
            file(pattern="'dim §(?P<lvl>[0-9]+)'"),
            'CFG-09 the slot "lvl" is not declared',
            "write under slots: lvl: {type: duration}, or another type",
        ),
        (
            file(rule='"in {place}"', phrase='"§go <turn>"'),
            'CFG-09 the slot "place" is not declared',
            "write under slots: place: {type: duration}, or another type",
        ),
        (
            file(slots="{§when: {type: duration}}"),
            'CFG-09 no phrase of "lights" fills the slot "when"',
            "say {when} in a phrase, or delete it",
        ),
        (file(step="say: 'in §{room}'"), UNFILLED, BRACES),
        (
            file(step="say: {en: 'in §{rom}'}", phrase='"{room}"'),
            'CFG-09 no phrase of "lights" fills the slot "rom"',
            'did you mean "room"?',
        ),
        (file(step="http: {url: 'http://x', json: {a: [1, 'b §{room}']}}"), UNFILLED, BRACES),
        (
            file(step="say: '§{room.txt}'", phrase='"{room}"'),
            'CFG-09 a slot has no ".txt"',
            "write {room} for its value, {room.text} for the words it was said in",
        ),
        (
            file(phrase='"§{room} 불"', language="ko"),
            'CFG-09 no value of the slot "room" has words in the language "ko"',
            "add ko: [...] to its values",
        ),
        (
            file(slots="{where: §rom}", phrase='"{where}"'),
            'CFG-10 there is no shared slot "rom"',
            'did you mean "room"?',
        ),
        (
            file(slots="{when: §duration}", phrase='"{when}"'),
            'CFG-10 there is no shared slot "duration"',
            "write {type: duration}",
        ),
    ],
)
def test_slots_are_declared_filled_and_used(text: str, message: str, hint: str, only: Only) -> None:
    assert only("", text) == (message, hint)


@pytest.mark.parametrize(
    "text",
    [
        file(step="say: 'in the {room.text}, {room}, {{braces}}'", phrase='"go to [the] {room}"'),
        file(slots="{where: room}", phrase='"{where}"', step="gpio: {output: '{where}_light', set: on}"),
        file(pattern="'relay (?P<relay>[12])'", step="gpio: {output: 'relay_{relay}', set: toggle}"),
        file(phrase='"kitchen {brightness}"', step="gpio: {output: kitchen_light, level: '+{brightness}'}"),
        file(slots="{d: {type: duration}}", phrase='"{d}"', step="timer: {duration: '{d}'}"),
        file(rule="'(turn|switch) on'", phrase="<turn> it"),
        file(step="command: {argv: [jq, '{\"a\": 1}', '{print $1}']}"),
    ],
)
def test_what_is_right_is_left_alone(text: str, issues: Issues) -> None:
    assert issues("", text) == ()


@pytest.mark.parametrize(
    ("step", "message", "hint"),
    [
        (
            "{output: §kitchn_light, set: on}",
            'CFG-10 there is no output "kitchn_light"',
            'did you mean "kitchen_light"?',
        ),
        ("{output: §fan, set: on}", 'CFG-10 there is no output "fan"', "write fan under outputs: with its pin"),
        (
            "{output: §'{room}_fan', set: on}",
            'CFG-10 there is no output "kitchen_fan" for the room "kitchen" (and 1 more)',
            "write kitchen_fan under outputs: with its pin",
        ),
        (
            "{output: §'{room}_lihgt', set: on}",
            'CFG-10 there is no output "kitchen_lihgt" for the room "kitchen" (and 1 more)',
            'did you mean "kitchen_light"?',
        ),
        (
            "{output: §'{brightness}_light', set: on}",
            'CFG-10 the slot "brightness" cannot be part of an output\'s name: its type is percent',
            "use a list slot: each of its values names an output",
        ),
        (
            "{output: bed_light, level: §50}",
            'CFG-05 the output "bed_light" cannot be dimmed',
            "write bed_light: {pin: GPIO4, pwm: true}",
        ),
        (
            "{output: '{room}_light', level: §50}",
            'CFG-05 the output "bed_light" cannot be dimmed',
            "write bed_light: {pin: GPIO4, pwm: true}",
        ),
        (
            "{output: kitchen_light, level: §'{room}'}",
            'CFG-05 the slot "room" has the type list: a level needs percent',
            "declare room: {type: percent}",
        ),
    ],
)
def test_every_output_that_a_step_can_mean_exists(step: str, message: str, hint: str, only: Only) -> None:
    assert only("", file(f"gpio: {step}", phrase='"{room} {brightness}"')) == (message, hint)


def test_one_value_of_a_slot_without_an_output_is_named(only: Only) -> None:
    text = file("gpio: {output: §'{room}_light', set: on}", phrase='"{room}"').replace("bed:", "attic:")
    assert only("", text) == (
        'CFG-10 there is no output "attic_light" for the room "attic"',
        "write attic_light under outputs: with its pin",
    )


def test_a_timer_needs_a_duration(only: Only) -> None:
    text = file("timer: {duration: §'{brightness}'}", phrase='"{brightness}"')
    message = 'CFG-05 the slot "brightness" has the type percent: a timer needs duration'
    assert only("", text) == (message, "declare brightness: {type: duration}")


def test_a_phrase_that_cannot_be_read_does_not_make_its_slots_missing(issues: Issues) -> None:
    text = file(step="say: '{room}'", phrase='"({room}"', slots="{room: room}")
    assert [issue.code for issue in issues("", text)] == ["CFG-08"]


def test_a_broken_rule_is_told_once_and_not_in_every_phrase(only: Only) -> None:
    text = file(rule='"§(turn|switch"', phrase='"<turn> on {room}", "<turn> off {room}"', step="say: '{room}'")
    assert only("", text)[0] == "CFG-08 '(' is not closed"
