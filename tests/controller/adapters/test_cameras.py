"""Every camera gives a picture that can be sent, or says why not; and nothing of it goes on afterwards."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from config.loader import DEFAULT_FOLDER, FILES, ConfigError, load
from controller.adapters.camera_file import FileCamera
from controller.adapters.camera_program import run
from controller.adapters.camera_rpicam import RpicamCamera
from controller.adapters.camera_v4l2 import V4l2Camera, cameras, ffmpeg, node_of
from controller.background import Cancelled
from controller.engines import make_camera
from controller.errors import Problem, RogerError
from controller.pictures import MAX_BYTES, Measured, measured, prepare
from controller.ports import Camera, Cancellation
from controller.worker import Token
from tests.pictures import encoded, still_life

PHOTO = encoded(still_life(), "JPEG")
FFMPEG = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed: apt install ffmpeg")
COLOUR_BARS = ("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=10")
"""A camera inside ffmpeg: moving bars, ten times a second."""
PATIENCE_S = 30.0


class ColourBars:
    """What `V4l2Camera` runs, with ffmpeg's own picture in place of a device."""

    def __init__(self, *video: str) -> None:
        self._video = video or COLOUR_BARS

    def take(self, cancellation: Cancellation) -> bytes:
        return run(ffmpeg(*self._video), PATIENCE_S, cancellation)


class Install(Protocol):
    """Puts a shell script in the place of the Raspberry Pi's program."""

    def __call__(self, script: str, name: str = "rpicam-still", limit_s: float = PATIENCE_S) -> RpicamCamera: ...


@pytest.fixture
def rpicam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "photo.jpg").write_bytes(PHOTO)

    def install(script: str, name: str = "rpicam-still", limit_s: float = PATIENCE_S) -> RpicamCamera:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nhere="{tmp_path}"\n{script}\n')
        program.chmod(0o755)
        return RpicamCamera(limit_s)

    return install


@pytest.fixture(
    params=["file", "folder", "rpicam", pytest.param("ffmpeg", marks=FFMPEG)],
)
def camera(request: pytest.FixtureRequest, rpicam: Install, tmp_path: Path) -> Camera:
    made: dict[str, Callable[[], Camera]] = {
        "file": lambda: FileCamera(tmp_path / "photo.jpg", PATIENCE_S),
        "folder": lambda: FileCamera(tmp_path, PATIENCE_S),
        "rpicam": lambda: rpicam('cat "$here/photo.jpg"'),
        "ffmpeg": ColourBars,
    }
    return made[request.param]()


def problem(camera: Camera) -> Problem:
    with pytest.raises(RogerError) as caught:
        camera.take(Token())
    assert caught.value.problem.hint
    return caught.value.problem


def is_true(condition: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(condition() or pause.wait(0.05) for _ in range(int(PATIENCE_S / 0.05)))


def is_running(process_id: int) -> bool:
    """One that has ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def nothing_is_left(process_id: int) -> bool:
    """Neither the process nor the thread that read from it."""
    return is_true(lambda: not is_running(process_id)) and is_true(
        lambda: "camera" not in {thread.name for thread in threading.enumerate()}
    )


def test_it_takes_pictures_one_after_the_other(camera: Camera) -> None:
    for _ in range(2):
        prepared = prepare(camera.take(Token()))
        assert max(measured(prepared.jpeg).width, measured(prepared.jpeg).height) >= 640
        assert 0 < prepared.picture.thumbnail.count("f") < len(prepared.picture.thumbnail)


def test_nobody_waits_for_the_picture_of_a_turn_that_is_over(camera: Camera) -> None:
    token = Token()
    token.cancel()
    try:
        camera.take(token)  # a file is there at once
    except Cancelled:
        assert is_true(lambda: "camera" not in {thread.name for thread in threading.enumerate()})


# a program that takes the picture


def test_it_is_told_what_a_raspberry_pi_needs(rpicam: Install, tmp_path: Path) -> None:
    rpicam('echo "$@" > "$here/arguments"; cat "$here/photo.jpg"').take(Token())
    words = (tmp_path / "arguments").read_text().split()
    assert "--nopreview" in words and "--immediate" not in words
    assert words[words.index("--output") + 1] == "-"
    assert 500 <= int(words[words.index("--timeout") + 1]) <= 2000  # without it, 5 seconds


def test_its_older_name_will_do(rpicam: Install) -> None:
    camera = rpicam('cat "$here/photo.jpg"', name="libcamera-still")
    assert camera.take(Token()) == PHOTO


def test_a_camera_that_takes_too_long_is_ended(rpicam: Install, tmp_path: Path) -> None:
    found = problem(rpicam('sleep 600 & echo $! > "$here/id"; wait', limit_s=1))
    assert found.code == "CAM-02"
    assert "within 1 s" in found.message and "camera.limit_s" in found.hint
    assert nothing_is_left(int((tmp_path / "id").read_text()))


@pytest.mark.parametrize("stubborn", ["", 'trap "" TERM INT HUP'])
def test_a_cancelled_turn_ends_the_camera_at_once(stubborn: str, rpicam: Install, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "id")
    camera = rpicam(f'{stubborn}\necho $$ > "$here/id"; sleep 600')
    token, cancelled = Token(), threading.Event()

    def take() -> None:
        try:
            camera.take(token)
        except Cancelled:
            cancelled.set()

    threading.Thread(target=take, daemon=True).start()
    process_id = int((tmp_path / "id").read_text())
    token.cancel()
    assert cancelled.wait(PATIENCE_S)
    assert nothing_is_left(process_id)


def test_a_camera_that_is_not_plugged_in(rpicam: Install) -> None:
    found = problem(rpicam('echo "INFO Camera" >&2; echo "ERROR: *** no cameras available ***" >&2; exit 255'))
    assert (found.code, "cable" in found.hint) == ("CAM-01", True)
    assert found.message == "rpicam-still took no picture: ERROR: *** no cameras available ***"


def test_a_camera_that_another_program_has(rpicam: Install) -> None:
    found = problem(rpicam('echo "ERROR: *** failed to acquire camera: Device or resource busy ***" >&2; exit 255'))
    assert (found.code, found.hint) == ("CAM-03", "end the other program that uses the camera")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 3", "it printed no picture"),
        ("true", "it printed no picture"),
        ('cat "$here/photo.jpg"; echo "lost the sensor" >&2; exit 1', "lost the sensor"),
        ("yes", "no end of data"),
        ("kill -SEGV $$", "it printed no picture"),
    ],
)
def test_a_program_that_fails(script: str, says: str, rpicam: Install) -> None:
    found = problem(rpicam(script))
    assert (found.code, says in found.message) == ("CAM-03", True), found.message
    assert "roger look" in found.hint


def test_a_program_that_talks_a_lot_is_not_held_up(rpicam: Install) -> None:
    assert rpicam('yes | head -c 1000000 >&2; cat "$here/photo.jpg"').take(Token()) == PHOTO


def test_what_is_printed_is_no_image(rpicam: Install) -> None:
    with pytest.raises(RogerError, match="IMG-01"):
        prepare(rpicam("echo hello").take(Token()))


def test_it_sees_no_secrets(rpicam: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    rpicam('env > "$here/seen"; cat "$here/photo.jpg"').take(Token())
    assert "sk-secret" not in (tmp_path / "seen").read_text()


def test_a_program_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = problem(RpicamCamera(PATIENCE_S))
    assert (found.code, "rpicam-apps" in found.hint) == ("CAM-01", True)
    (tmp_path / "device").touch()
    found = problem(V4l2Camera(str(tmp_path / "device"), PATIENCE_S))
    assert (found.code, "apt install ffmpeg" in found.hint) == ("CAM-01", True)


# a USB camera


@FFMPEG
def test_ffmpeg_gives_one_picture_of_the_size_that_is_asked_for() -> None:
    assert measured(ColourBars().take(Token())) == Measured("JPEG", 1280, 720)


@FFMPEG
def test_the_dark_first_second_of_a_camera_is_dropped() -> None:
    fading = ("-f", "lavfi", "-i", "color=white:size=640x480:rate=10,fade=in:start_time=0:duration=0.9")
    bright = prepare(ColourBars(*fading).take(Token())).jpeg
    assert bright == prepare(ColourBars("-f", "lavfi", "-i", "color=white:size=640x480").take(Token())).jpeg


@FFMPEG
def test_a_device_that_is_no_camera() -> None:
    found = problem(V4l2Camera("/dev/null", PATIENCE_S))
    assert (found.code, "v4l2-ctl --list-devices" in found.hint) == ("CAM-03", True), found.message


@FFMPEG
def test_ffmpeg_is_ended_when_the_turn_is_over(tmp_path: Path) -> None:
    pipe = tmp_path / "never"
    os.mkfifo(pipe)
    token, cancelled = Token(), threading.Event()

    def take() -> None:
        try:
            ColourBars("-f", "mjpeg", "-i", str(pipe)).take(token)
        except Cancelled:
            cancelled.set()

    threading.Thread(target=take, daemon=True).start()
    writer = pipe.open("wb", buffering=0)  # returns once ffmpeg reads from it
    token.cancel()
    assert cancelled.wait(PATIENCE_S)
    with writer, pytest.raises(BrokenPipeError):
        assert is_true(lambda: writer.write(b"x") == 0)


def a_kernel_that_lists(folder: Path, *listed: tuple[str, str, str]) -> Path:
    for node, name, index in listed:
        (folder / node).mkdir()
        (folder / node / "name").write_text(f"{name}\n")
        (folder / node / "index").write_text(f"{index}\n")
    return folder


def test_a_camera_is_found_by_a_part_of_its_name(tmp_path: Path) -> None:
    names = a_kernel_that_lists(
        tmp_path,
        ("video10", "bcm2835-codec-decode", "0"),
        ("video2", "HD Webcam C270: HD Webcam", "0"),
        ("video3", "HD Webcam C270: HD Webcam", "1"),  # describes the pictures of video2
        ("video0", "Laptop Camera", "0"),
    )
    assert [node for node, _ in cameras(names)] == ["/dev/video0", "/dev/video2", "/dev/video10"]
    assert node_of("c270", names) == "/dev/video2"


@pytest.mark.parametrize("device", ["C920", "/dev/video-that-is-not-there"])
def test_a_camera_that_is_not_there_is_told_with_those_that_are(device: str, tmp_path: Path) -> None:
    names = a_kernel_that_lists(tmp_path, ("video0", "Laptop Camera", "0"))
    found = problem(V4l2Camera(device, PATIENCE_S, names))
    assert (found.code, device in found.message) == ("CAM-01", True)
    assert found.hint == "set camera.device; there are: Laptop Camera (/dev/video0)"
    assert problem(V4l2Camera(device, PATIENCE_S, tmp_path / "none")).hint == "plug it in"


# files


def test_of_a_folder_the_newest_image_is_taken(tmp_path: Path) -> None:
    for age, name in enumerate(["new.jpg", "old.PNG", "older.jpeg", ".hidden.jpg", "notes.txt"]):
        (tmp_path / name).write_bytes(name.encode())
        os.utime(tmp_path / name, (1_000 - age, 1_000 - age))
    os.utime(tmp_path / ".hidden.jpg", (9_000, 9_000))
    os.utime(tmp_path / "notes.txt", (9_000, 9_000))
    camera = FileCamera(tmp_path, PATIENCE_S)
    assert camera.take(Token()) == b"new.jpg"
    os.utime(tmp_path / "old.PNG", (2_000, 2_000))
    assert camera.take(Token()) == b"old.PNG"


@pytest.mark.parametrize("path", ["nothing", ".", "/dev/zero"])
def test_no_image_is_told(path: str, tmp_path: Path) -> None:
    assert problem(FileCamera(tmp_path / path, PATIENCE_S)).code == "CAM-01"


def test_of_a_huge_file_no_more_is_read_than_it_takes_to_refuse_it(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as huge:
        huge.truncate(10 * MAX_BYTES)
    raw = FileCamera(tmp_path / "huge.jpg", PATIENCE_S).take(Token())
    with pytest.raises(RogerError, match="IMG-02"):
        prepare(raw)


class HangingPath(type(Path())):  # type: ignore[misc]
    """Lies on a share that does not answer, until the test is over."""

    over = threading.Event()

    def is_dir(self, *args: object, **kwargs: object) -> bool:
        self.over.wait(PATIENCE_S)
        return False


def test_a_share_that_hangs_is_given_up(tmp_path: Path) -> None:
    assert problem(FileCamera(HangingPath(tmp_path / "photo.jpg"), limit_s=0.2)).code == "CAM-02"
    HangingPath.over.set()


class RefusingPath(type(Path())):  # type: ignore[misc]
    """A folder of somebody else; root, who may run the tests, can read every real one."""

    def iterdir(self) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    found = problem(FileCamera(RefusingPath(tmp_path), PATIENCE_S))
    assert (found.code, "Permission denied" in found.message) == ("CAM-03", True)


# roger.yaml


def configured(folder: Path, camera: str) -> Camera:
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, folder)
    (folder / "roger.yaml").write_text(f"camera: {camera}\n")
    return make_camera(load(folder))


def test_there_is_no_camera_until_it_is_switched_on(tmp_path: Path) -> None:
    with pytest.raises(RogerError, match=r"CAM-01 .*switched off; set camera.source"):
        configured(tmp_path, "{source: off}")


def test_a_relative_path_starts_at_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(PHOTO)
    assert configured(tmp_path, "{source: file, path: pictures}").take(Token()) == PHOTO


@pytest.mark.parametrize(("source", "kind"), [("v4l2", V4l2Camera), ("rpicam", RpicamCamera)])
def test_nothing_is_switched_on_before_a_picture_is_taken(source: str, kind: type, tmp_path: Path) -> None:
    assert isinstance(configured(tmp_path, f"{{source: {source}, device: /dev/none}}"), kind)


def test_a_file_without_a_path_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'CFG-06 .*source: file needs a "path"'):
        configured(tmp_path, "{source: file}")
