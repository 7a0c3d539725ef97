"""The Raspberry Pi's own camera, on its flat cable. rpicam-still takes the picture."""

from __future__ import annotations

import shutil
from typing import Final

from controller.adapters.camera_program import Program, run
from controller.ports import Cancellation

TOOLS: Final = ("rpicam-still", "libcamera-still")
"""The same program under its name of today and of before 2024."""
SETTLE_MS: Final = 1_000
"""For exposure, white balance and focus. With --immediate, the first picture would be taken without them."""
INSTALL: Final = "run: sudo apt install rpicam-apps-lite; for a USB camera set camera.source: v4l2"
NONE: Final = "no cameras available"
HINTS: Final = {
    NONE: "switch off, push the flat cable home at both ends, and see `rpicam-hello --list-cameras`",
    "in use": "end the other program that uses the camera",
    "busy": "end the other program that uses the camera",
}


class RpicamCamera:
    """Switches the camera on for each picture, and off again.

    Args:
        limit_s: How long a picture may take, in seconds.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s

    def take(self, cancellation: Cancellation) -> bytes:
        """A JPEG of all that the camera sees. Raises `RogerError` CAM-xx."""
        tool = next((tool for tool in TOOLS if shutil.which(tool)), TOOLS[0])
        quietly = ("--nopreview", "--verbose", "0", "--thumb", "none")
        picture = ("--timeout", str(SETTLE_MS), "--encoding", "jpg", "--quality", "90", "--output", "-")
        return run(Program((tool, *quietly, *picture), INSTALL, HINTS, (NONE,)), self._limit_s, cancellation)
