"""Pictures in a folder and in a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from rich.console import Console

from controller.adapters.display_files import FanOutDisplay, FileDisplay, as_seen
from controller.adapters.display_terminal import TerminalDisplay, braille
from controller.clock import VirtualClock

BLANK = Image.new("1", (128, 64))
FULL = Image.new("1", (128, 64), 1)


def test_every_picture_is_saved_and_the_gif_keeps_their_times(tmp_path: Path) -> None:
    clock = VirtualClock()
    display = FileDisplay(tmp_path, clock)
    for at, picture in ((0.0, BLANK), (0.5, FULL), (1.75, BLANK)):
        clock.advance_to(at)
        display.draw(picture)
    clock.advance_to(100.0)
    display.close()
    assert [path.name for path in sorted(tmp_path.glob("*.png"))] == [
        "frame-0001.png",
        "frame-0002.png",
        "frame-0003.png",
    ]
    with Image.open(tmp_path / "turn.gif") as gif:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
    assert durations == [500, 1250, 3000]  # waiting is cut short


def test_pictures_of_an_earlier_run_are_gone(tmp_path: Path) -> None:
    (tmp_path / "frame-0009.png").touch()
    (tmp_path / "mine.png").touch()
    FileDisplay(tmp_path, VirtualClock()).close()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.png"]


def test_a_picture_is_seen_as_on_an_oled() -> None:
    seen = np.asarray(as_seen(FULL, 4))
    assert seen.shape == (64 * 4 + 24, 128 * 4 + 24, 3)
    assert tuple(seen[100, 100]) == (170, 220, 255)
    assert tuple(seen[0, 0]) == (28, 30, 36)


def test_known_patterns_in_braille() -> None:
    assert set(braille(FULL)) == {"⣿", "\n"}
    assert set(braille(BLANK)) == {"⠀", "\n"}
    dot = BLANK.copy()
    dot.putpixel((3, 6), 1)
    assert braille(dot).splitlines()[1][1] == chr(0x2800 + 0x20)


@given(st.integers(0, 2**32 - 1))
def test_braille_loses_nothing(seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 2, (64, 128)).astype(bool)
    text = braille(Image.fromarray(pixels))
    codes = np.array([[ord(character) - 0x2800 for character in line] for line in text.splitlines()])
    bits = {(0, 0): 0, (1, 0): 1, (2, 0): 2, (0, 1): 3, (1, 1): 4, (2, 1): 5, (3, 0): 6, (3, 1): 7}
    for (row, column), bit in bits.items():
        assert np.array_equal(pixels[row::4, column::2], (codes >> bit & 1).astype(bool))


def test_the_terminal_shows_the_picture_in_place() -> None:
    output = io.StringIO()
    display = TerminalDisplay(Console(file=output, force_terminal=True, width=80))
    display.draw(FULL)
    display.draw(BLANK)
    display.close()
    assert "⣿" * 64 in output.getvalue()
    assert "\x1b[1A" in output.getvalue()


def test_many_displays_show_the_same(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    display = FanOutDisplay([FileDisplay(folder, VirtualClock()) for folder in folders])
    display.draw(FULL)
    display.close()
    assert all((folder / "turn.gif").exists() for folder in folders)


def test_no_display_shows_nothing() -> None:
    display = FanOutDisplay([])
    display.draw(FULL)
    display.close()
    assert display._displays == []
