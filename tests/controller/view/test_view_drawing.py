"""Each kind of element draws what docs/screens.md says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from config.loader import DEFAULT_FOLDER, load
from config.screens import Element
from controller.turn import Part, Picture, Scene, Turn
from controller.view import load_texts, render
from controller.view.font import font

SCREENS = load(DEFAULT_FOLDER).screens
EN = load_texts("en")


def draw(*elements: dict[str, Any], at: float = 0.0, **scene: Any) -> np.ndarray:
    """The idle screen with these elements only."""
    idle = [Element.model_validate(element) for element in elements]
    screens = SCREENS.model_copy(update={"screens": {**SCREENS.screens, "idle": idle}})
    return np.asarray(render(Scene(**{"turn": Turn(id=1), **scene}), at, screens, EN))


def columns(picture: np.ndarray) -> list[int]:
    return [int(column) for column in np.flatnonzero(picture.any(axis=0))]


def rows(picture: np.ndarray) -> list[int]:
    return [int(row) for row in np.flatnonzero(picture.any(axis=1))]


def test_conditions_decide_what_is_drawn() -> None:
    line = {"line": True, "at": (0, 0), "size": (10, 10), "when": "caption"}
    other = {**line, "at": (20, 0), "when": None, "unless": "caption"}
    assert columns(draw(line, other)) == list(range(20, 30))
    assert columns(draw(line, other, turn=Turn(caption="x"))) == list(range(10))


DOTS = Picture("", thumbnail="80" + "01" * 3, width=8)
"""8x4: the first dot of the first row, and the last of the others."""


def test_a_picture_is_drawn_in_the_middle() -> None:
    seen = draw({"picture": True, "at": (10, 20), "size": (12, 10)}, turn=Turn(picture=DOTS))
    lit = np.argwhere(seen).tolist()
    assert lit == [[23, 12], [24, 19], [25, 19], [26, 19]]


def test_of_a_picture_that_is_too_large_the_middle_is_drawn() -> None:
    wide = Picture("", thumbnail="00ff00" * 2, width=24)
    assert columns(draw({"picture": True, "size": (12, 10)}, turn=Turn(picture=wide))) == list(range(2, 10))


@pytest.mark.parametrize(
    "picture", [None, Picture(""), Picture("", thumbnail="no dots"), Picture("", thumbnail="ffffff", width=16)]
)
def test_where_there_is_no_picture_nothing_is_drawn(picture: Picture | None) -> None:
    assert not draw({"picture": True}, turn=Turn(picture=picture)).any()


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_bar_is_filled_as_far_as_its_number(level: float) -> None:
    bar = draw({"bar": "level", "size": (84, 8)}, level=level)
    assert columns(bar[3:5, 2:82]) == list(range(round(80 * level)))
    assert bar[0, :84].all() and bar[7, :84].all() and bar[:8, [0, 83]].all()


@pytest.mark.parametrize(("level", "full"), [(0.0, 0), (0.52, 10), (1.0, 20)])
def test_a_meter_lights_columns(level: float, full: int) -> None:
    meter = draw({"meter": "level", "size": (80, 5)}, level=level)
    assert columns(meter[:1]) == [4 * column + side for column in range(full) for side in (0, 1)]
    assert len(columns(meter)) == 40


def test_a_spinner_goes_round_in_eight_steps() -> None:
    steps = [draw({"spinner": True, "size": (12, 12)}, at=0.2 * step + 0.01).tobytes() for step in range(16)]
    assert len(set(steps)) == 8
    assert steps[:8] == steps[8:]


def test_the_shipped_spinner_is_round() -> None:
    rounds = [draw({"spinner": True, "size": (12, 12)}, at=0.2 * step) for step in range(8)]
    ring = np.logical_or.reduce(rounds)[:12, :12]
    assert np.array_equal(ring, ring[::-1]) and np.array_equal(ring, ring.T)


@pytest.mark.parametrize(("align", "side"), [("left", 0), ("center", 0.5), ("right", 1), ("auto", 0.5)])
def test_a_line_is_aligned(align: str, side: float) -> None:
    spare = 128 - font("small").width("□")
    assert columns(draw({"text": "□", "align": align}))[0] == round(side * spare)


def test_automatic_alignment_puts_more_than_one_line_to_the_left() -> None:
    assert columns(draw({"text": "□\n□", "align": "auto"}))[-1] < 12


@pytest.mark.parametrize(
    ("valign", "among"), [("top", range(12)), ("middle", range(25, 38)), ("bottom", range(52, 64))]
)
def test_a_line_is_placed_from_top_to_bottom(valign: str, among: range) -> None:
    assert set(rows(draw({"text": "□", "valign": valign}))) <= set(among)


@pytest.mark.parametrize(
    ("text", "face"),
    [("H", "huge"), ("Saint-Exupéry", "large"), ("H" * 12, "large"), ("H " * 15, "large"), ("H " * 23, "small")],
)
def test_the_biggest_letters_that_fit_are_taken(text: str, face: str) -> None:
    box = {"text": text, "size": (128, 28)}
    assert np.array_equal(draw({**box, "font": "biggest"}), draw({**box, "font": face}))


def test_a_text_that_is_too_long_ends_in_dots_or_shows_its_end() -> None:
    box = {"size": (60, 22)}
    words = "one two three four five six seven"
    assert np.array_equal(draw({"text": words, **box}), draw({"text": "one two\nthree fou…", **box}))
    assert np.array_equal(draw({"text": words, **box, "scroll": "end"}), draw({"text": "five six\nseven", **box}))


def test_a_text_that_scrolls_shows_where_it_is() -> None:
    text = {"text": "word " * 60, "scroll": "auto"}
    first, last = draw(text, until=10.0), draw(text, at=10.0, until=10.0)
    assert rows(first[:, 126:])[0] == 0
    assert rows(last[:, 126:])[-1] >= 62
    assert not first[:, 124:126].any()


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    template = {"text": "{caption}\n→ {answer}\nend"}
    assert np.array_equal(draw(template, turn=Turn(caption="a")), draw({"text": "a\nend"}))
    assert np.array_equal(draw(template, turn=Turn(answer="b")), draw({"text": "→ b\nend"}))


def test_invert_turns_a_place_around() -> None:
    plain, inverted = (draw({"text": "hi", "size": (40, 12), "invert": invert}) for invert in (False, True))
    assert np.array_equal(plain[:12, :40], ~inverted[:12, :40])
    assert not inverted[12:].any()


def test_a_box_turns_what_is_under_it_around() -> None:
    text = {"text": "hi", "size": (40, 12)}
    box = {"box": True, "size": (40, 12)}
    assert np.array_equal(draw(text, box), draw({**text, "invert": True}))


def test_flashing_goes_on_and_off() -> None:
    text = {"text": "hi", "size": (40, 12)}
    on, off = (draw({**text, "flash": True}, at=at) for at in (0.2, 0.7))
    assert np.array_equal(off, draw(text))
    assert np.array_equal(on, draw({**text, "invert": True}))
    assert [int(draw({"box": True, "flash": True}, at=at).sum()) for at in (0.2, 0.7)] == [64 * 128, 0]


def test_an_icon_can_be_drawn_where_it_is_used() -> None:
    picture = draw({"icon": ["#.#", ".#."], "at": (10, 20)})
    assert [(int(row), int(column)) for row, column in zip(*picture.nonzero(), strict=True)] == [
        (20, 10),
        (20, 12),
        (21, 11),
    ]


def test_status_shows_what_is_missing_or_loading_only() -> None:
    status = {"status": True, "size": (128, 11), "align": "right"}
    states = ("ready", "off", "missing", "loading")
    seen = {state: draw(status, parts=(Part("microphone", state),)) for state in states}
    assert not seen["ready"].any() and not seen["off"].any()
    assert seen["missing"].sum() > seen["loading"].sum() > 0
    assert not draw(status, at=0.7, parts=(Part("microphone", "loading"),)).any()
    assert not draw(status, parts=(Part("part without an icon", "missing"),)).any()


def test_parts_have_a_row_each() -> None:
    parts = (Part("recognizer", "loading", 0.5), Part("classifier", "ready"), Part("chat", "off"), Part("x", "missing"))
    listed = draw({"parts": True, "size": (100, 33)}, parts=parts)
    assert listed[2:9, 68:100].sum() > listed[13:20, 68:100].sum() > listed[24:31, 68:100].sum() > 0
    assert not draw({"parts": True}, parts=parts)[33:].any()
