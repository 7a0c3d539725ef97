"""The OLED as braille characters in a terminal."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from controller.adapters.display_terminal import TerminalDisplay, braille

BLANK = Image.new("1", (128, 64))
FULL = Image.new("1", (128, 64), 1)
DOT_NUMBERS = {(0, 0): 1, (1, 0): 2, (2, 0): 3, (0, 1): 4, (1, 1): 5, (2, 1): 6, (3, 0): 7, (3, 1): 8}
"""By row and column: how braille numbers its dots; dot n is bit n - 1 (Unicode standard, chapter 21.1)."""
UP_ONE_LINE, ERASE_LINE = "\x1b[1A", "\x1b[2K"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


def pixels_of(text: str) -> np.ndarray:
    """What a reader of `text` sees, shape (height, width)."""
    codes = np.array([[ord(character) - 0x2800 for character in line] for line in text.splitlines()])
    pixels = np.zeros((codes.shape[0] * 4, codes.shape[1] * 2), np.bool_)
    for (row, column), number in DOT_NUMBERS.items():
        pixels[row::4, column::2] = codes >> (number - 1) & 1
    return pixels


def seen(*pictures: Image.Image, width: int = 80) -> list[str]:
    """The lines that are left in a terminal after `pictures` were drawn."""
    output = io.StringIO()
    display = TerminalDisplay(Console(file=output, force_terminal=True, color_system=None, width=width))
    for picture in pictures:
        display.draw(picture)
    display.close()
    return after_control_codes(output.getvalue())


def after_control_codes(written: str) -> list[str]:
    """What a terminal shows of `written`: it knows line feeds, "one line up" and "erase this line"."""
    lines, row = [""], 0
    for part in re.split(r"(\n|\r|\x1b\[[?\d]*[A-Za-z])", written):
        if part == UP_ONE_LINE:
            row -= 1
        elif part == ERASE_LINE:
            lines[row] = ""
        elif part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif not part.startswith(("\r", "\x1b")):
            lines[row] += part
    return lines


@pytest.mark.parametrize(("picture", "character"), [(FULL, "⣿"), (BLANK, "⠀")])
def test_a_picture_is_64_columns_in_16_rows(picture: Image.Image, character: str) -> None:
    assert braille(picture).splitlines() == [character * 64] * 16


@pytest.mark.parametrize(("place", "number"), DOT_NUMBERS.items())
def test_each_pixel_is_its_own_dot(place: tuple[int, int], number: int) -> None:
    row, column = place
    dot = BLANK.copy()
    dot.putpixel((126 + column, 60 + row), 1)
    assert braille(dot).splitlines()[15][63] == chr(0x2800 + (1 << (number - 1)))
    assert braille(dot).count("⠀") == 64 * 16 - 1


@given(st.binary(min_size=1024, max_size=1024))
def test_braille_loses_nothing(content: bytes) -> None:
    picture = Image.frombytes("1", (128, 64), content)
    assert np.array_equal(pixels_of(braille(picture)), np.asarray(picture))


def test_the_terminal_shows_the_picture_in_a_frame() -> None:
    top, *rows, bottom, rest = seen(FULL)
    assert (top, bottom, rest) == ("╭" + "─" * 64 + "╮", "╰" + "─" * 64 + "╯", "")
    assert rows == ["│" + "⣿" * 64 + "│"] * 16


def test_a_narrow_terminal_shows_the_left_of_the_picture() -> None:
    top, *rows, bottom, _ = seen(FULL, width=40)
    assert (top, bottom) == ("╭" + "─" * 38 + "╮", "╰" + "─" * 38 + "╯")
    assert rows == ["│" + "⣿" * 38 + "│"] * 16


def test_the_next_picture_takes_the_place_of_the_last() -> None:
    assert seen(FULL, BLANK, FULL, BLANK) == seen(BLANK)
    assert seen(FULL, BLANK) != seen(FULL)


def test_the_cursor_is_hidden_only_while_drawing() -> None:
    output = io.StringIO()
    display = TerminalDisplay(Console(file=output, force_terminal=True, width=80))
    assert output.getvalue().endswith(HIDE_CURSOR)
    display.draw(FULL)
    display.close()
    assert output.getvalue().endswith(SHOW_CURSOR)


def test_nothing_is_left_where_nothing_was_drawn() -> None:
    assert "".join(seen()) == ""
