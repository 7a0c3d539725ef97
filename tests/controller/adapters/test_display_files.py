"""The OLED as pictures in a folder, and several displays as one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from controller.adapters.display_files import DARK, FRAME, LIT, FanOutDisplay, FileDisplay, as_seen
from controller.clock import VirtualClock
from controller.errors import RogerError

BLANK = Image.new("1", (128, 64))
FULL = Image.new("1", (128, 64), 1)
SEEN_SIZE = (128 * 4 + 24, 64 * 4 + 24)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def record(folder: Path, *pictures: tuple[float, Image.Image], end: float) -> None:
    """Draw each picture at its time."""
    clock = VirtualClock()
    display = FileDisplay(folder, clock)
    for at, picture in pictures:
        clock.advance_to(at)
        display.draw(picture)
    clock.advance_to(end)
    display.close()


def test_every_picture_is_numbered_and_looks_like_an_oled(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    record(folder, (0.0, BLANK), (0.5, FULL), end=1.0)
    assert names(folder) == ["frame-0001.png", "frame-0002.png", "turn.gif"]
    for name, colour in (("frame-0001.png", DARK), ("frame-0002.png", LIT)):
        with Image.open(folder / name) as frame:
            assert frame.size == SEEN_SIZE
            assert frame.convert("RGB").getpixel((100, 100)) == colour


def test_the_gif_keeps_the_times_but_cuts_waiting_short(tmp_path: Path) -> None:
    record(tmp_path, (0.0, BLANK), (0.5, FULL), (1.75, BLANK), (1.751, FULL), end=100.0)
    with Image.open(tmp_path / "turn.gif") as gif:
        shown = [(frame.info["duration"], frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)]
        assert gif.info["loop"] == 0
        assert gif.size == SEEN_SIZE
    assert [duration for duration, _ in shown] == [500, 1250, 20, 3000]
    assert [frame.getpixel((100, 100)) for _, frame in shown] == [DARK, LIT, DARK, LIT]


def test_pictures_of_an_earlier_run_are_gone_and_nothing_else(tmp_path: Path) -> None:
    for name in ("frame-0009.png", "turn.gif", "mine.png"):
        (tmp_path / name).touch()
    FileDisplay(tmp_path, VirtualClock())
    assert names(tmp_path) == ["mine.png"]


def test_where_nothing_was_drawn_there_is_no_gif(tmp_path: Path) -> None:
    record(tmp_path, end=1.0)
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RogerError) as caught:
        FileDisplay(tmp_path / "file" / "frames", VirtualClock())
    assert caught.value.problem.code == "DSP-01"
    assert str(tmp_path / "file" / "frames") in caught.value.problem.message
    assert caught.value.problem.hint


def test_a_folder_that_goes_away_is_named(tmp_path: Path) -> None:
    display = FileDisplay(tmp_path / "frames", VirtualClock())
    shutil.rmtree(tmp_path / "frames")
    with pytest.raises(RogerError) as caught:
        display.draw(FULL)
    assert caught.value.problem.code == "DSP-02"
    assert str(tmp_path / "frames") in caught.value.problem.message
    assert caught.value.problem.hint


def test_a_folder_that_goes_away_before_the_end_is_named_with_the_gif(tmp_path: Path) -> None:
    display = FileDisplay(tmp_path / "frames", VirtualClock())
    display.draw(FULL)
    shutil.rmtree(tmp_path / "frames")
    with pytest.raises(RogerError) as caught:
        display.close()
    assert caught.value.problem.code == "DSP-02"
    assert str(tmp_path / "frames" / "turn.gif") in caught.value.problem.message
    assert "folder" in caught.value.problem.hint


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_each_pixel_is_a_square_inside_the_bezel(scale: int) -> None:
    dot = BLANK.copy()
    dot.putpixel((127, 0), 1)
    seen = np.asarray(as_seen(dot, scale).convert("RGB"))
    edge = 3 * scale
    assert seen.shape == (64 * scale + 2 * edge, 128 * scale + 2 * edge, 3)
    lit = np.argwhere((seen == LIT).all(axis=2))
    assert lit.min(axis=0).tolist() == [edge, edge + 127 * scale]
    assert len(lit) == scale**2
    assert ((seen == FRAME).all(axis=2) == _border(seen.shape[:2], edge)).all()


def _border(shape: tuple[int, ...], edge: int) -> np.ndarray:
    border = np.ones(shape, np.bool_)
    border[edge:-edge, edge:-edge] = False
    return border


def test_many_displays_show_the_same(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    display = FanOutDisplay([FileDisplay(folder, VirtualClock()) for folder in folders])
    display.draw(FULL)
    display.close()
    assert [names(folder) for folder in folders] == [["frame-0001.png", "turn.gif"]] * 2


def test_one_display_that_fails_does_not_darken_the_others(tmp_path: Path) -> None:
    gone = FileDisplay(tmp_path / "gone", VirtualClock())
    display = FanOutDisplay([gone, FileDisplay(tmp_path / "there", VirtualClock())])
    shutil.rmtree(tmp_path / "gone")
    with pytest.raises(RogerError) as caught:
        display.draw(FULL)
    assert caught.value.problem.code == "DSP-02"
    assert names(tmp_path / "there") == ["frame-0001.png"]


def test_no_display_shows_nothing(tmp_path: Path) -> None:
    display = FanOutDisplay([])
    display.draw(FULL)
    display.close()
    assert names(tmp_path) == []
