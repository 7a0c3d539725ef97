"""Slots are filled in as users write them, and nothing else can be reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import RogerError
from controller.template import fill, fill_value, pick
from controller.turn import Slot

SAID = {
    "room": Slot("room", "living_room", "the lounge"),
    "brightness": Slot("brightness", 40, "forty"),
    "duration": Slot("duration", 90.0, "a minute and a half"),
    "방": Slot("방", "unreachable"),
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{room}_light", "living_room_light"),
        ("Lights on in {room.text}.", "Lights on in the lounge."),
        ("{brightness}%", "40%"),
        ("{duration} s", "90 s"),
        ("{duration.text}", "a minute and a half"),
        ("{{room}} is {room}", "{room} is living_room"),
        ("거실 밝기 {brightness}", "거실 밝기 40"),
        ("awk { print $1 }", "awk { print $1 }"),
        ("{방}", "{방}"),
        ("", ""),
    ],
)
def test_a_template_is_filled(template: str, filled: str) -> None:
    assert fill(template, SAID) == filled


def test_a_fraction_keeps_its_digits() -> None:
    assert fill("{level}", {"level": Slot("level", 0.5)}) == "0.5"


def test_a_slot_that_was_not_said_is_named() -> None:
    with pytest.raises(RogerError) as caught:
        fill("{room}_{colour}", SAID)
    assert caught.value.problem.code == "ACT-05"
    assert '"colour"' in caught.value.problem.message
    assert "colour" in caught.value.problem.hint


@pytest.mark.parametrize(
    "template", ["{room.value}", "{room.__class__}", "{room[0]}", "{room!r}", "{room:>99999}", "{0}"]
)
def test_only_a_slot_and_its_words_can_be_reached(template: str) -> None:
    assert fill(template, SAID) == template


@given(st.text())
def test_what_was_said_is_never_filled_in_again(words: str) -> None:
    assert fill("{query}", {"query": Slot("query", words)}) == words


@given(st.text())
def test_a_text_without_braces_stays_as_it_is(text: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert fill(plain, {}) == plain


def test_only_what_is_filled_in_is_encoded() -> None:
    assert fill("a {room.text} b", SAID, encode=str.upper) == "a THE LOUNGE b"


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{brightness}", 40),
        ("{duration}", 90),
        ("{room}", "living_room"),
        ("{brightness}%", "40%"),
        ("{brightness.text}", "forty"),
        ("{{", "{"),
        ("on", "on"),
    ],
)
def test_a_slot_alone_keeps_its_type(template: str, value: str | int) -> None:
    filled = fill_value(template, SAID)
    assert filled == value
    assert type(filled) is type(value)


def test_a_text_is_picked_by_language() -> None:
    assert pick({"en": "Done.", "ko": "했어요."}, "ko") == "했어요."
    assert pick("OK", "ko") == "OK"


def test_a_language_without_a_text_falls_back() -> None:
    assert pick({"en": "Done."}, "ko") == "Done."
    assert pick({"ko": "했어요."}, "en") == "했어요."
    assert pick({}, "en") == ""
