"""Cameras: programs that take one picture, each in a process of its own; and files in place of one."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from config.schema import CameraSettings
from controller.errors import RogerError
from controller.ports import Camera, Cancellation

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
SETTLING_FRAMES: Final = 8
"""That a webcam needs until its exposure fits the room."""


class ProcessCamera:
    """A program that writes a picture to its standard output, such as fswebcam or rpicam-still."""

    def __init__(self, argv: Sequence[str], limit_s: float, remedy: str) -> None:
        self._argv = argv
        self._limit_s = limit_s
        self._remedy = remedy

    def take(self, cancellation: Cancellation) -> bytes:
        """Raises `RogerError` CAM-01 without the program, CAM-02 where it takes too long, CAM-03 where it fails."""
        name = self._argv[0]
        try:
            process = subprocess.Popen(
                self._argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise RogerError("CAM-01", f"{name} cannot be run: {error.strerror}", self._remedy) from None
        cancellation.on_cancel(process.kill)
        try:
            picture, said = process.communicate(timeout=self._limit_s)
        except subprocess.TimeoutExpired:
            hint = "is the camera in use, or its cable loose?"
            raise RogerError("CAM-02", f"{name} took longer than {self._limit_s:g} s", hint) from None
        finally:
            _end(process)
        if process.returncode or not picture:
            lines = said.decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1][:120] if lines else f"exit status {process.returncode}"
            raise RogerError("CAM-03", f"{name} took no picture: {reason}", "is the camera plugged in?")
        return picture


def _end(process: subprocess.Popen[bytes]) -> None:
    """Whatever it holds: a child of it may keep the pipes open for longer."""
    process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


class FileCamera:
    """An image file, or the newest one in a folder."""

    def __init__(self, path: Path, limit_s: float) -> None:
        self._path = path
        self._limit_s = limit_s

    def take(self, cancellation: Cancellation) -> bytes:
        """Raises `RogerError` CAM-01 where there is no file, CAM-02 where it does not come, CAM-03 else."""
        read: queue.SimpleQueue[bytes | OSError] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(read,), name="camera", daemon=True).start()  # a share may hang
        try:
            content = read.get(timeout=self._limit_s)
        except queue.Empty:
            raise RogerError("CAM-02", f"{self._path} did not come", "is the share mounted?") from None
        if isinstance(content, OSError):
            code = "CAM-01" if isinstance(content, FileNotFoundError) else "CAM-03"
            raise RogerError(code, f"{self._path}: {content.strerror}", "check camera.path")
        return content

    def _read(self, read: queue.SimpleQueue[bytes | OSError]) -> None:
        try:
            read.put(self._newest().read_bytes())
        except OSError as error:
            read.put(error)

    def _newest(self) -> Path:
        if not self._path.is_dir():
            return self._path
        images = [path for path in self._path.iterdir() if path.suffix.lower() in SUFFIXES]
        if not images:
            raise FileNotFoundError(2, "there is no image in it")
        return max(images, key=lambda path: path.stat().st_mtime)


def make_camera(settings: CameraSettings) -> Camera:
    """The camera that roger.yaml names. Raises `RogerError` CAM-01 where it names none."""
    match settings.source:
        case "v4l2":
            argv = ["fswebcam", "-q", "-d", settings.device, "-r", "1280x960", "-S", str(SETTLING_FRAMES)]
            argv += ["--no-banner", "--jpeg", "90", "-"]
            return ProcessCamera(argv, settings.limit_s, "run: sudo apt install fswebcam")
        case "rpicam":
            argv = ["rpicam-still", "--nopreview", "--timeout", "800", "--width", "1280", "--height", "960"]
            argv += ["--encoding", "jpg", "--output", "-"]
            return ProcessCamera(argv, settings.limit_s, "run: sudo apt install rpicam-apps-lite")
        case "file":
            return FileCamera(Path(settings.path).expanduser(), settings.limit_s)
    raise RogerError("CAM-01", "there is no camera", "set camera.source in roger.yaml: v4l2, rpicam or file")
