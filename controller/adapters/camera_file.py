"""A camera that is a file: for tests, the simulator, and cameras whose pictures something else puts into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from controller.errors import RogerError
from controller.pictures import MAX_BYTES
from controller.ports import Cancellation

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
"""Of the files in a folder that count; what is in one is looked at when it is prepared."""


class FileCamera:
    """Gives the same image each time, or the newest of a folder.

    Args:
        path: An image, or a folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, cancellation: Cancellation) -> bytes:
        """The file as it is. Raises `RogerError` CAM-01 where there is none, CAM-03 where it cannot be read."""
        try:
            file = _newest(self._path) if self._path.is_dir() else self._path
            if not file.is_file():  # a pipe or a device might never end
                raise RogerError("CAM-01", f"there is no image {file}", "name an image, or a folder of images")
            with file.open("rb") as opened:
                return opened.read(MAX_BYTES + 1)  # one that is longer is refused with its reason later
        except OSError as error:
            raise RogerError("CAM-03", f"{self._path} cannot be read: {error.strerror}", "see whose it is") from error


def _newest(folder: Path) -> Path:
    """Of two that are as new, the one whose name comes later."""
    images = [file for file in folder.iterdir() if file.suffix.lower() in ENDINGS and file.is_file()]
    visible = [file for file in images if not file.name.startswith(".")]
    if not visible:
        endings = ", ".join(ENDINGS)
        raise RogerError("CAM-01", f"there is no image in {folder}", f"put one in that ends with one of {endings}")
    return max(visible, key=lambda file: (file.stat().st_mtime_ns, file.name))
