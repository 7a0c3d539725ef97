"""Stands where a microphone could not even be looked for: every attempt to listen says why."""

from __future__ import annotations

from collections.abc import Callable

from controller.errors import RogerError
from controller.ports import Frame


class AbsentMicrophone:
    """Raises the error that kept the real one from being made."""

    def __init__(self, error: RogerError) -> None:
        self._error = error

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None]) -> None:
        raise self._error

    def close(self) -> None:
        """Nothing was opened."""

    def shut_down(self) -> None:
        """Nothing is held."""
