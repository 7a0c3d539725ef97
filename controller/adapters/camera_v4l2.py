"""A USB camera through Video4Linux. ffmpeg takes the picture: it knows every pixel format that a camera may have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from controller.adapters.camera_program import Program, run
from controller.errors import RogerError
from controller.ports import Cancellation

WARM_UP_S: Final = 1
"""Pictures of the first second are dropped: the exposure is not yet right in them."""
SIZE: Final = "1280x720"
"""What is asked for; a camera that does not have it gives the nearest."""
INPUT: Final = ("-f", "v4l2", "-video_size", SIZE)
INSTALL: Final = "run: sudo apt install ffmpeg"
HINTS: Final = {
    "busy": "end the other program that uses the camera",
    "Permission denied": "run: sudo usermod -aG video $USER, and log in again",
    "Inappropriate ioctl": "camera.device is no camera; `v4l2-ctl --list-devices` lists them",
    "Not a video capture device": "camera.device is no camera; `v4l2-ctl --list-devices` lists them",
}
NAMES: Final = Path("/sys/class/video4linux")


class V4l2Camera:
    """Switches the camera on for each picture, and off again.

    Args:
        device: A path such as /dev/video0, or part of the camera's name; it is looked for at each picture.
        limit_s: How long a picture may take, in seconds.
        names: Where the kernel lists its cameras.
    """

    def __init__(self, device: str, limit_s: float, names: Path = NAMES) -> None:
        self._device = device
        self._limit_s = limit_s
        self._names = names

    def take(self, cancellation: Cancellation) -> bytes:
        """A JPEG. Raises `RogerError` CAM-xx."""
        node = node_of(self._device, self._names)
        return run(ffmpeg(*INPUT, "-i", node), self._limit_s, cancellation)


def ffmpeg(*video: str) -> Program:
    """ffmpeg that prints one picture of the input which `video` describes."""
    quietly = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error")
    one = ("-ss", str(WARM_UP_S), "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-f", "image2pipe", "-")
    return Program((*quietly, *video, *one), INSTALL, HINTS, ("No such device", "No such file"))


def node_of(device: str, names: Path = NAMES) -> str:
    """The path of the camera that is called so. Raises `RogerError` CAM-01 where there is none."""
    if device.startswith("/"):
        if Path(device).exists():
            return device
        raise _missing(f"there is no camera at {device}", names)
    for node, name in cameras(names):
        if device.lower() in name.lower():
            return node
    raise _missing(f'no camera is called "{device}"', names)


def cameras(names: Path = NAMES) -> Iterator[tuple[str, str]]:
    """Path and name of each camera, by number. Nodes that only describe another's pictures are left out."""
    found = [folder for folder in names.glob("video*") if folder.name.removeprefix("video").isdigit()]
    for folder in sorted(found, key=lambda folder: int(folder.name.removeprefix("video"))):
        if _text(folder / "index") in ("", "0"):
            yield f"/dev/{folder.name}", _text(folder / "name")


def _text(file: Path) -> str:
    """What a file of the kernel says; nothing where the camera was unplugged meanwhile."""
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _missing(message: str, names: Path) -> RogerError:
    there = ", ".join(f"{name} ({node})" for node, name in cameras(names))
    return RogerError("CAM-01", message, f"set camera.device; there are: {there}" if there else "plug it in")
