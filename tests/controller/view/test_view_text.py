"""Letters, lines and reading: nothing is lost, nothing is too wide."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.reading import Scroll, reading_time_s
from controller.view.font import FaceName, font
from controller.view.wrapping import keeps_words_whole, printable, shorten, wrap

faces = st.sampled_from(get_args(FaceName))
EXCERPT = Path(__file__).parent / "galmuri9_excerpt.bdf"


@given(st.text(max_size=200).map(printable), faces, st.integers(32, 128))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, face: FaceName, width: int) -> None:
    lines = wrap(text, font(face), width)
    assert all(font(face).width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["불", "켜 줘", "거실", "a", "light"]), max_size=30), st.integers(60, 128))
def test_words_that_fit_are_kept_whole_and_lines_are_full(words: list[str], width: int) -> None:
    text, face = " ".join(words), font("small")
    lines = wrap(text, face, width)
    assert " ".join(lines) == text
    for line, after in pairwise(lines):
        assert face.width(f"{line} {after.split()[0]}") > width


def test_a_word_that_is_too_long_is_broken_where_the_line_ends() -> None:
    face = font("small")
    lines = wrap("가" * 30, face, 124)
    assert [len(line) for line in lines] == [12, 12, 6]
    assert not keeps_words_whole("가" * 30, face, 124)


@given(st.text(max_size=80), st.integers(20, 128))
def test_a_shortened_text_fits_and_says_that_it_is(text: str, width: int) -> None:
    short = shorten(text, font("small"), width)
    assert font("small").width(short) <= width
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("plain", "plain"),
        (unicodedata.normalize("NFD", "거실 불 켜 줘, café"), "거실 불 켜 줘, café"),
        ("a\u200bb\ufe0f\u202ec\x00\x1b", "abc"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\ud800!", "!"),
    ],
)
def test_what_has_no_picture_is_left_out(written: str, drawn: str) -> None:
    assert printable(written) == drawn


@pytest.mark.parametrize("face", get_args(FaceName))
def test_every_hangul_syllable_is_in_the_font(face: FaceName) -> None:
    assert all(font(face).knows(chr(code)) for code in range(0xAC00, 0xD7A4))
    assert all(font(face).knows(letter) for letter in "Azäöüßéñ09€…“”·→□°")


def test_an_unknown_letter_is_a_box() -> None:
    seen, box = (drawn("large", letter) for letter in ("🐇", "□"))
    assert np.array_equal(seen, box)


def test_letters_are_those_of_the_font_pixel_for_pixel() -> None:
    """The excerpt is a part of Galmuri9.bdf of the npm package galmuri 2.40.3, unchanged."""
    glyphs = EXCERPT.read_text(encoding="utf-8").split("STARTCHAR ")[1:]
    assert len(glyphs) == 8
    for glyph in glyphs:
        letter, pixels = read_glyph(glyph)
        assert np.array_equal(drawn("small", letter)[1:13, :12], pixels[2:14, :12]), letter


@pytest.mark.parametrize("face", get_args(FaceName))
def test_capitals_keep_their_accents_and_stand_on_the_same_line(face: FaceName) -> None:
    letters = "ÀÁÂÃÄÅÈÉÊËÌÍÎÏÑÒÓÔÖÙÚÛÜÝŚŠŽČŘĞŐЙ"
    pictures = {letter: drawn(face, letter) for letter in letters}
    assert len({picture.tobytes() for picture in pictures.values()}) == len(letters)
    for letter, picture in pictures.items():
        plain = drawn(face, unicodedata.normalize("NFD", letter)[0])
        assert not np.array_equal(picture, plain), letter
        assert np.flatnonzero(picture.any(axis=1))[-1] == np.flatnonzero(plain.any(axis=1))[-1], letter


def test_huge_letters_are_large_ones_doubled() -> None:
    large, huge = drawn("large", "가R"), drawn("huge", "가R")
    doubled = large.repeat(2, axis=0).repeat(2, axis=1)
    assert np.array_equal(huge[:22, :48], doubled[2:24, :48])
    assert font("huge").width("가R") == 2 * font("large").width("가R")


def test_what_lies_outside_is_cut_off() -> None:
    small = np.zeros((4, 4), np.bool_)
    for left, top in ((-8, -4), (-300, 0), (0, -300), (3, 3), (9, 0), (0, 9)):
        font("small").draw(small, left, top, "가나다")
    assert small.any()


def test_reading_takes_longer_for_more_and_for_hangul() -> None:
    assert reading_time_s("") == 0.0
    assert reading_time_s("a" * 130) == pytest.approx(11.0)
    assert reading_time_s("가" * 65) == pytest.approx(11.0)


@given(st.integers(5, 80), st.integers(1, 4), st.floats(1, 100))
def test_a_text_scrolls_to_its_end_within_its_time(lines: int, room: int, lasts_s: float) -> None:
    scroll = Scroll(lines, room, lasts_s)
    assert scroll.first(0.0) == 0
    assert scroll.first(lasts_s) == lines - room
    for first in range(lines - room):
        moves_at_s = scroll.moves_at_s(first)
        assert moves_at_s is not None
        assert (scroll.first(moves_at_s - 1e-3 * lasts_s / lines), scroll.first(moves_at_s)) == (first, first + 1)
    assert scroll.moves_at_s(lines - room) is None


def drawn(face: FaceName, text: str) -> np.ndarray:
    canvas = np.zeros((40, 128), np.bool_)
    font(face).draw(canvas, 0, 0, text)
    return canvas


def read_glyph(glyph: str) -> tuple[str, np.ndarray]:
    """A glyph of the BDF with its letter; the baseline is under row 11, as FONT_ASCENT says."""
    lines = glyph.splitlines()
    values = dict(line.split(" ", 1) for line in lines if " " in line)
    width, height, left, bottom = map(int, values["BBX"].split())
    pixels = np.zeros((16, 24), np.bool_)
    bitmap = lines[lines.index("BITMAP") + 1 : lines.index("ENDCHAR")]
    for number, row in enumerate(bitmap):
        bits = f"{int(row, 16):0{4 * len(row)}b}"[:width]
        pixels[11 - height - bottom + number, left : left + width] = [bit == "1" for bit in bits]
    return chr(int(values["ENCODING"])), pixels
