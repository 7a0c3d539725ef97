"""The renderer draws whatever it is given, and knows when its picture will change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import DEFAULT_FOLDER, load
from config.screens import Element, FieldName, NumberName, ScreensFile
from controller.errors import CODES
from controller.turn import RunningTimer, Scene, StepResult, Transcript, Turn
from controller.view import load_texts, next_change, render
from controller.view.fields import Fields, clock_text
from controller.view.font import FaceName, font
from controller.view.wrapping import shorten, wrap
from tests.render.scenes import SCENES

SCREENS = load(DEFAULT_FOLDER).screens
EN = load_texts("en")


def screens_with(*elements: Element) -> ScreensFile:
    return SCREENS.model_copy(update={"screens": {**SCREENS.screens, "idle": list(elements)}})


def lit(scene: Scene, at: float = 0.0, screens: ScreensFile = SCREENS) -> np.ndarray:
    return np.asarray(render(scene, at, screens, EN))


@given(st.text(max_size=300), st.sampled_from(["querying", "transcribing", "recording"]))
def test_any_text_can_be_drawn(text: str, state: str) -> None:
    turn = Turn(caption=text, transcript=Transcript(text), answer=text)
    assert lit(Scene(state, turn=turn)).shape == (64, 128)


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.sampled_from(get_args(FaceName)), st.integers(20, 128))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, face: FaceName, width: int) -> None:
    lines = wrap(text, font(face), width)
    assert all(font(face).width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=80), st.integers(20, 128))
def test_a_shortened_text_fits_and_says_that_it_is(text: str, width: int) -> None:
    short = shorten(text, font("small"), width)
    assert font("small").width(short) <= width
    assert short == text or short.endswith("…")


@pytest.mark.parametrize("face", get_args(FaceName))
def test_every_hangul_syllable_is_in_the_font(face: FaceName) -> None:
    unknown = font(face)._glyph("?")
    assert all(font(face)._glyph(chr(code)) != unknown for code in range(0xAC00, 0xD7A4))
    assert all(font(face)._glyph(letter) != unknown for letter in "Azäöüßéñ09€…“”·")


@pytest.mark.parametrize(("language", "name"), [(language, name) for language in SCENES for name in SCENES[language]])
def test_a_picture_stays_until_its_next_change_and_then_differs(language: str, name: str) -> None:
    scene, at = SCENES[language][name]
    texts = load_texts(language)
    picture = render(scene, at, SCREENS, texts).tobytes()
    change = next_change(scene, at, SCREENS, texts)
    horizon = at + 20.0 if change is None else change - 1e-3
    assert change is None or change > at
    for step in range(1, 20):
        moment = at + (horizon - at) * step / 20
        assert render(scene, moment, SCREENS, texts).tobytes() == picture, moment
    if change is not None and "recording" not in name:  # its seconds are looked up before they are shown
        assert render(scene, change + 1e-3, SCREENS, texts).tobytes() != picture


def test_a_timer_counts_down_second_by_second() -> None:
    scene = Scene(timers=(RunningTimer("tea", 100.0), RunningTimer("eggs", 300.0)))
    fields = Fields(scene, 38.5, EN)
    assert fields.text("timer") == "tea 1:02"
    assert fields.change == pytest.approx(39.0)


def test_the_last_seconds_of_a_recording_are_counted() -> None:
    scene = Scene("recording", 0.0, 30.0)
    assert Fields(scene, 15.0, EN).text("seconds_left") == ""
    assert Fields(scene, 27.5, EN).text("seconds_left") == "3"


def test_what_is_for_the_record_is_not_shown() -> None:
    results = (
        StepResult("gpio", "kitchen_light on"),
        StepResult("say", "Good night"),
        StepResult("timer", "tea", 90.0),
    )
    fields = Fields(Scene(turn=Turn(results=results)), 0.0, EN)
    assert fields.text("results") == "Good night\ntea 1:30"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (5, "0:05"), (65.4, "1:05"), (600, "10:00"), (5400, "1:30:00")]
)
def test_times_read_as_on_a_kitchen_timer(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_a_long_answer_scrolls_to_its_end_and_stops() -> None:
    turn = Turn(answer="word " * 80, outcome="answer")
    scene = Scene("displaying", 0.0, 45.0, turn)
    first, last = lit(scene, 0.0), lit(scene, 500.0)
    assert not np.array_equal(first, last)
    assert next_change(scene, 500.0, SCREENS, EN) is None


def test_conditions_decide_what_is_drawn() -> None:
    box = Element(box=True, at=(0, 0), size=(10, 10), when="caption")
    screens = screens_with(box, Element(box=True, at=(20, 0), size=(10, 10), unless="caption"))
    assert lit(Scene(), screens=screens)[5].nonzero()[0].tolist() == list(range(20, 30))
    assert lit(Scene(turn=Turn(caption="x")), screens=screens)[5].nonzero()[0].tolist() == list(range(10))


def test_bar_and_meter_show_their_number() -> None:
    screens = screens_with(
        Element(meter="level", at=(0, 0), size=(80, 5)), Element(bar="level", at=(0, 10), size=(80, 8))
    )
    counts = [int(lit(Scene(level=level), screens=screens).sum()) for level in (0.0, 0.3, 0.6, 1.0)]
    assert counts == sorted(set(counts))


def test_invert_turns_a_place_around() -> None:
    plain, inverted = (screens_with(Element(text="hi", size=(40, 12), invert=invert)) for invert in (False, True))
    assert np.array_equal(lit(Scene(), screens=plain)[:12, :40], ~lit(Scene(), screens=inverted)[:12, :40])


def test_every_field_can_be_looked_up() -> None:
    fields = Fields(replace(SCENES["en"]["idle_timer"][0], until=10.0), 0.0, EN)
    assert all(isinstance(fields.text(name), str) for name in get_args(FieldName))
    assert all(0.0 <= fields.number(name) <= 1.0 for name in get_args(NumberName))
    assert fields.text("t.no_such_message") == "?"


def test_both_languages_have_the_same_messages() -> None:
    ko = load_texts("ko")
    for section in ("messages", "why", "parts"):
        assert getattr(EN, section).keys() == getattr(ko, section).keys()
    assert set(ko.errors) <= set(CODES)


def test_every_message_that_a_screen_uses_exists() -> None:
    used = {
        name
        for elements in SCREENS.screens.values()
        for element in elements
        for name in re.findall(r"\{t\.([a-z_]+)\}", element.text or "")
    }
    assert used <= set(EN.messages)
