"""Which screen a scene gets, and that its picture is right until it says that it will change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import DEFAULT_FOLDER, load
from config.screens import KINDS, Element, FieldName, NumberName, ScreensFile
from controller.errors import CODES, Problem
from controller.reading import reading_time_s
from controller.turn import LAST_RUN, Part, Picture, RunningTimer, Scene, Transcript, Turn
from controller.view import load_texts, next_change, render
from controller.view import words as words_on
from states.names import ALL
from states.table import TABLE
from tests.render.scenes import SCENES

SCREENS = load(DEFAULT_FOLDER).screens
TEXTS = {language: load_texts(language) for language in ("en", "ko")}
EN = TEXTS["en"]
ALL_SCENES = [(language, name) for language in SCENES for name in SCENES[language]]
TOLD_BY_KOREAN = (
    *("MIC", "ASR", "MDL", "CHAT", "IMG", "CAM", "SPK", "HIS", "ACT", "BTN", "DSP"),
    *("SET", "NET", "FSM", "SYS", "SRV", "UPD"),
)

words = st.text(max_size=300)
points = st.tuples(st.integers(0, 127), st.integers(0, 63))
parts = st.builds(
    Part,
    st.sampled_from(["microphone", "chat", "camera", "network", "settings"]),
    st.sampled_from(["loading", "joining", "ready", "off", "missing"]),
    st.none() | st.floats(0, 1),
    st.none() | st.builds(Problem, st.sampled_from(sorted(CODES)), words, words),
    words,
    st.floats(0, 100),
    st.floats(0, 200),
)
dots = st.binary(max_size=2000).map(bytes.hex)
timers = st.builds(RunningTimer, words, st.floats(0, 1e5), st.booleans())
scenes = st.builds(
    Scene,
    state=st.sampled_from(ALL),
    since=st.just(0.0),
    until=st.none() | st.floats(0, 100),
    turn=st.builds(
        Turn,
        latched=st.booleans(),
        caption=words,
        transcript=st.none() | st.builds(Transcript, words, why_empty=words),
        answer=words,
        outcome=st.sampled_from(sorted({row.outcome for row in TABLE})),
        problem=st.none() | st.builds(Problem, st.sampled_from(sorted(CODES)), words, words),
        picture=st.none() | st.builds(Picture, words, words, dots | words, st.integers(-8, 300)),
    ),
    level=st.floats(-1, 2),
    timers=st.lists(timers, max_size=3).map(tuple),
    parts=st.lists(parts, max_size=4).map(tuple),
)


def screens_with(*elements: Element) -> ScreensFile:
    return SCREENS.model_copy(update={"screens": {**SCREENS.screens, "idle": list(elements), "news": list(elements)}})


def lit(scene: Scene, at: float = 0.0, screens: ScreensFile = SCREENS) -> np.ndarray:
    return np.asarray(render(scene, at, screens, EN))


@st.composite
def elements(draw: st.DrawFn) -> Element:
    """Anything that screens.yaml may hold."""
    kind = draw(st.sampled_from(KINDS))
    names = st.sampled_from(get_args(FieldName)).map("{{{}}}".format)
    content = {
        "text": words.filter(lambda text: "{" not in text) | names,
        "icon": st.sampled_from([["#"], ["#.", ".#"]]),
        "bar": st.sampled_from(get_args(NumberName)),
        "meter": st.sampled_from(get_args(NumberName)),
    }.get(kind, st.just(True))
    left, top = draw(st.tuples(st.integers(0, 126), st.integers(0, 62)))
    values = {
        kind: draw(content),
        "at": (left, top),
        "size": draw(st.none() | st.tuples(st.integers(1, 128 - left), st.integers(1, 64 - top))),
    }
    for name in ("font", "align", "valign", "scroll", "invert", "flash", "when", "unless"):
        annotation = Element.model_fields[name].annotation
        choices = get_args(annotation) or (True, False)
        if name in ("when", "unless"):
            choices = (None, *get_args(FieldName))
        values[name] = draw(st.sampled_from(choices))
    return Element.model_validate(values)


@given(scenes, st.floats(0, 200), st.sampled_from(["en", "ko"]))
def test_every_scene_can_be_drawn(scene: Scene, at: float, language: str) -> None:
    picture = render(scene, at, SCREENS, TEXTS[language])
    assert (picture.mode, picture.size) == ("1", (128, 64))
    assert render(scene, at, SCREENS, TEXTS[language]).tobytes() == picture.tobytes()


@given(scenes, st.floats(0, 200), st.lists(elements(), min_size=1, max_size=3))
def test_everything_that_can_be_written_can_be_drawn_inside_its_box(
    scene: Scene, at: float, drawn: list[Element]
) -> None:
    picture = lit(replace(scene, state="idle", turn=replace(scene.turn, id=1), timers=()), at, screens_with(*drawn))
    outside = np.ones((64, 128), np.bool_)
    for element in drawn:
        left, top = element.at
        width, height = (2, 2) if element.icon else element.extent
        outside[top : top + height, left : left + width] = False
    assert not (picture & outside).any()


@given(scenes, st.floats(0, 200))
def test_it_does_not_change_sooner_than_it_can_be_sent(scene: Scene, at: float) -> None:
    change = next_change(scene, at, SCREENS, EN)
    assert change is None or change >= at + 0.1


@pytest.mark.parametrize(("language", "name"), ALL_SCENES)
def test_a_picture_stays_until_its_next_change_and_then_differs(language: str, name: str) -> None:
    scene, at = SCENES[language][name]
    texts = TEXTS[language]
    picture = render(scene, at, SCREENS, texts).tobytes()
    change = next_change(scene, at, SCREENS, texts)
    horizon = at + 60.0 if change is None else change - 1e-3
    for step in range(1, 20):
        moment = at + (horizon - at) * step / 20
        assert render(scene, moment, SCREENS, texts).tobytes() == picture, moment
    assert change is None or render(scene, change + 1e-3, SCREENS, texts).tobytes() != picture


@pytest.mark.parametrize("language", TEXTS)
def test_still_pictures_ask_for_no_other(language: str) -> None:
    still = ("idle", "idle_no_microphone", "done", "answer", "answer_long_end", "unknown", "too_short", "cancelled")
    for name in still:
        assert next_change(*SCENES[language][name], SCREENS, TEXTS[language]) is None, name


def test_every_outcome_of_the_machine_has_a_card_of_its_own() -> None:
    outcomes = {row.outcome for row in TABLE} - {""}
    pictures = {
        render(Scene("displaying", turn=Turn(1, outcome=name)), 0.6, SCREENS, EN).tobytes() for name in outcomes
    }
    assert len(pictures) >= len(outcomes) - 1  # an answer and a failure without words are both nearly empty


def test_parts_that_load_are_listed_only_until_the_first_turn() -> None:
    loading = Scene(parts=(Part("recognizer", "loading"),))
    later = replace(loading, turn=Turn(id=1))
    ready = replace(loading, parts=(Part("recognizer", "ready"),))
    first, second, third = (lit(scene) for scene in (loading, later, ready))
    assert not np.array_equal(first, second)
    assert not np.array_equal(second[:11], third[:11])  # a small icon stays in the corner
    assert np.array_equal(second[12:], third[12:])


def test_a_part_whose_progress_is_not_known_moves() -> None:
    scene = Scene(parts=(Part("recognizer", "loading"),))
    pictures = {lit(scene, 0.2 * step + 0.01).tobytes() for step in range(6)}
    assert len(pictures) == 4


def test_a_timer_that_rang_is_shown_until_it_is_stopped() -> None:
    ringing = Scene(turn=Turn(id=3), timers=(RunningTimer("Tea", 1.0, rung=True),))
    assert lit(ringing, 0.2).sum() > 64 * 128 / 2  # dark on light
    assert np.array_equal(lit(ringing, 0.2), ~lit(ringing, 0.7))
    assert next_change(ringing, 0.2, SCREENS, EN) == pytest.approx(0.5)


def test_the_end_of_a_long_answer_is_seen_before_its_card_goes() -> None:
    turn = Turn(answer="word " * 400, outcome="answer")
    scene = Scene("displaying", 0.0, 45.0, turn)
    last = lit(scene, 44.0)
    assert not np.array_equal(lit(scene, 0.0), last)
    assert np.array_equal(last, lit(scene, 500.0))


def test_an_answer_scrolls_as_fast_as_it_can_be_read() -> None:
    answer = "A sentence of seven words to read. " * 8
    scene = Scene("displaying", 0.0, 300.0, Turn(answer=answer, outcome="answer"))
    at, moves = 0.0, []
    while (change := next_change(scene, at, SCREENS, EN)) is not None:
        moves.append(change)
        at = change
    steps = np.diff(moves)
    assert len(moves) > 5
    assert np.allclose(steps, steps[0])
    assert moves[-1] < reading_time_s(answer) < 300


def test_no_scene_needs_a_message_or_icon_that_is_not_there() -> None:
    used = {
        name
        for shown in SCREENS.screens.values()
        for element in shown
        for name in re.findall(r"\{t\.([a-z_]+)\}", element.text or "")
    }
    inside = {
        *("missing", "part_ready", "part_missing", "tap_for_yes", "hold_and_say", "all_well", "doctor"),
        *("network_joining", "network_ready"),
    }
    assert used | inside == set(EN.messages)


def test_both_languages_have_the_same_texts() -> None:
    ko = TEXTS["ko"]
    for section in ("messages", "why", "parts"):
        assert getattr(EN, section).keys() == getattr(ko, section).keys()


def test_every_error_that_a_speaker_of_korean_can_meet_is_told_in_korean() -> None:
    ko = TEXTS["ko"]
    met = {code for code in CODES if code.split("-")[0] in TOLD_BY_KOREAN}
    assert ko.errors.keys() == ko.hints.keys() == met
    assert all(re.search("[가-힣]", text) for text in (*ko.errors.values(), *ko.hints.values()))


def test_the_first_idle_screen_says_how_the_last_run_ended_until_the_first_turn() -> None:
    killed = Part(LAST_RUN, "off", problem=Problem("SRV-02", "Roger was killed by KILL", "see the log"))
    scene = Scene(parts=(Part("recognizer", "loading"), killed))
    shown = " ".join(words_on(scene, 1.0, SCREENS, TEXTS["en"]))
    assert "SRV-02" in shown
    assert "killed by KILL" in shown
    for over in (replace(scene, turn=Turn(id=1)), replace(scene, parts=(Part(LAST_RUN, "off"),))):
        assert "SRV-02" not in " ".join(words_on(over, 1.0, SCREENS, TEXTS["en"]))
