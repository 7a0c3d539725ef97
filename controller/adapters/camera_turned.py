"""A camera that hangs upside down or on its side."""

from __future__ import annotations

from controller.pictures import turned
from controller.ports import Camera, Cancellation


class TurnedCamera:
    """Turns another camera's pictures clockwise by a multiple of 90 degrees."""

    def __init__(self, camera: Camera, degrees: int) -> None:
        self._camera = camera
        self._degrees = degrees

    def take(self, cancellation: Cancellation) -> bytes:
        """A JPEG. Raises `RogerError` CAM-xx of the camera, IMG-xx of its picture."""
        return turned(self._camera.take(cancellation), self._degrees)
