"""`roger look` shows what a camera sees, and saves it where it is told to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, FILES
from controller.cli import main
from controller.pictures import Measured, measured, prepare
from tests.pictures import encoded, still_life

PHOTO = encoded(still_life().resize((1600, 1200)), "JPEG", quality=95)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    (tmp_path / "photo.jpg").write_bytes(PHOTO)
    return tmp_path / "photo.jpg"


def test_an_image_is_shown_with_its_sizes(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look", str(photo)]) == 0
    printed = capsys.readouterr().out
    taken, to_send = (f"{round(len(raw) / 1024)} KB" for raw in (PHOTO, prepare(PHOTO).jpeg))
    assert f"taken    1600 x 1200 JPEG, {taken}\n" in printed
    assert f"to send  768 x 576 JPEG, {to_send}, without metadata\n" in printed
    dots = [line.strip("│") for line in printed.splitlines() if line.startswith("│")]
    assert {len(line) for line in dots} == {32} and len(dots) == 12
    assert "⣿" in dots[2][3:6]  # the window


def test_the_camera_of_the_configuration_takes_the_picture(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = photo.parent
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, folder)
    (folder / "roger.yaml").write_text("camera: {source: file, path: photo.jpg, rotate: 270}\n")
    assert main(["look", "--config", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("camera   file photo.jpg, ")
    assert "to send  576 x 768 JPEG" in printed


def test_both_pictures_can_be_saved(photo: Path, tmp_path: Path) -> None:
    assert main(["look", str(photo), "--out", str(tmp_path / "thumb.png"), "--sent", str(tmp_path / "sent.jpg")]) == 0
    assert (tmp_path / "sent.jpg").read_bytes() == prepare(PHOTO).jpeg
    assert measured((tmp_path / "sent.jpg").read_bytes()) == Measured("JPEG", 768, 576)
    with Image.open(tmp_path / "thumb.png") as thumb:
        assert thumb.format == "PNG" and thumb.size == (4 * 64 + 24, 4 * 48 + 24)


@pytest.mark.parametrize("height", [1, 30, 2000])
def test_every_shape_is_shown(height: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shape.png").write_bytes(encoded(Image.new("RGB", (40, height))))
    assert main(["look", str(tmp_path / "shape.png")]) == 0
    assert f"taken    40 x {height} PNG, 1 KB" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--out", "--sent"])
def test_the_image_itself_is_never_written_over(
    option: str, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    assert main(["look", str(photo), option, "photo.jpg"]) == 2
    assert "IMG-05 photo.jpg is the image itself" in capsys.readouterr().err
    assert photo.read_bytes() == PHOTO


def test_a_place_that_cannot_be_written_to(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look", str(photo), "--out", str(photo / "thumb.png")]) == 2
    assert "IMG-05" in capsys.readouterr().err


def test_without_a_camera_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look"]) == 2
    assert capsys.readouterr().err == "CAM-01 the camera is switched off\n  set camera.source in roger.yaml\n"
