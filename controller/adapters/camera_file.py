"""A camera that is a file: for tests, the simulator, and cameras whose pictures something else puts into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from controller.background import Background
from controller.errors import RogerError
from controller.pictures import MAX_BYTES
from controller.ports import Cancellation

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
"""Of the files in a folder that count; what is in one is looked at when it is prepared."""


class FileCamera:
    """Gives the same image each time, or the newest of a folder.

    Args:
        path: An image, or a folder.
        limit_s: How long it may take, in seconds: a share on the network may hang.
    """

    def __init__(self, path: Path, limit_s: float) -> None:
        self._path = path
        self._limit_s = limit_s

    def take(self, cancellation: Cancellation) -> bytes:
        """The file as it is.

        Raises:
            RogerError: CAM-01 where there is none, CAM-02 where it does not come, CAM-03 where it cannot be read.
            Cancelled: The turn ended.
        """
        reading = Background[bytes]("camera", lambda emit: emit(_read(self._path)), cancellation)
        try:
            content = reading.next(self._limit_s)
        except TimeoutError:
            message = f"{self._path} did not come within {self._limit_s:g} s"
            raise RogerError("CAM-02", message, "is what it lies on still there?") from None
        except OSError as error:
            raise RogerError("CAM-03", f"{self._path} cannot be read: {error.strerror}", "see whose it is") from error
        assert content is not None
        return content


def _read(path: Path) -> bytes:
    file = _newest(path) if path.is_dir() else path
    if not file.is_file():  # a pipe or a device might never end
        raise RogerError("CAM-01", f"there is no image {file}", "name an image, or a folder of images")
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)  # one that is longer is refused with its reason later


def _newest(folder: Path) -> Path:
    """Of two that are as new, the one whose name comes later."""
    images = [file for file in folder.iterdir() if file.suffix.lower() in ENDINGS and file.is_file()]
    visible = [file for file in images if not file.name.startswith(".")]
    if not visible:
        endings = ", ".join(ENDINGS)
        raise RogerError("CAM-01", f"there is no image in {folder}", f"put one in that ends with one of {endings}")
    return max(visible, key=lambda file: (file.stat().st_mtime_ns, file.name))
