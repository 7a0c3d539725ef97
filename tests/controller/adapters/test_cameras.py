"""A picture, or why there is none; programs that stand for those of cameras, run as the real ones are."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from config.schema import CameraSettings
from controller.adapters.cameras import make_camera
from controller.errors import RogerError
from controller.pictures import prepare
from controller.ports import Camera
from controller.worker import Token


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (320, 240), "orange").save(path)
    return path


@pytest.fixture(params=["v4l2", "rpicam"])
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def camera(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, limit_s: float = 20) -> Camera:
    """A camera whose program is `script`."""
    program = tmp_path / "bin" / {"v4l2": "fswebcam", "rpicam": "rpicam-still"}[source]
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return make_camera(CameraSettings.model_validate({"source": source, "limit_s": limit_s}))


def test_what_the_program_takes_can_be_sent(
    source: str, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = camera(source, tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; cat {photo}').take(Token())
    assert prepare(taken).size == (320, 240)
    assert (tmp_path / "asked").read_text().strip().endswith("-"), "to standard output"


def test_a_program_that_is_missing_says_how_to_get_it(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RogerError) as caught:
        make_camera(CameraSettings.model_validate({"source": source})).take(Token())
    assert caught.value.problem.code == "CAM-01"
    assert "apt install" in caught.value.problem.hint


def test_a_camera_that_hangs_is_given_up(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RogerError, match="CAM-02"):
        camera(source, tmp_path, monkeypatch, "exec sleep 600", 0.2).take(Token())


@pytest.mark.parametrize("script", ["echo 'no cameras available' >&2; exit 1", "exit 0"])
def test_a_camera_that_fails_says_why(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    with pytest.raises(RogerError, match=r"CAM-03 .* took no picture: (no cameras available|exit status 0)"):
        camera(source, tmp_path, monkeypatch, script).take(Token())


def test_a_cancelled_turn_ends_the_program(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = Token()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(RogerError, match="CAM-03"):  # nobody will see it
        camera(source, tmp_path, monkeypatch, "exec sleep 600", 600).take(token)


def file_camera(path: Path) -> Camera:
    return make_camera(CameraSettings(source="file", path=str(path)))


def test_a_file_stands_for_a_camera(photo: Path) -> None:
    assert file_camera(photo).take(Token()) == photo.read_bytes()


def test_of_a_folder_the_newest_is_taken(photo: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.png"
    Image.new("RGB", (8, 8)).save(newer)
    (tmp_path / "notes.txt").write_text("no image")
    os.utime(photo, (1, 1))
    assert file_camera(tmp_path).take(Token()) == newer.read_bytes()


@pytest.mark.parametrize(("name", "code"), [("missing.jpg", "CAM-01"), ("", "CAM-01"), ("photo.jpg/x", "CAM-03")])
def test_a_file_that_is_not_there(photo: Path, tmp_path: Path, name: str, code: str) -> None:
    if not name:
        photo.unlink()
    with pytest.raises(RogerError, match=code):
        file_camera(tmp_path / name).take(Token())


def test_without_a_camera_it_says_what_to_write() -> None:
    with pytest.raises(RogerError, match=r"CAM-01 .*camera\.source"):
        make_camera(CameraSettings())
