"""Stands where a microphone could not even be looked for: every attempt to listen says why."""

from __future__ import annotations

from collections.abc import Callable

from config.schema import MicrophoneSettings
from controller.errors import RogerError
from controller.events import PartChanged
from controller.ports import Clock, Frame, Microphone, Post
from controller.turn import Part
from controller.vitals import Pulse


class AbsentMicrophone:
    """Raises the error that kept the real one from being made."""

    def __init__(self, error: RogerError) -> None:
        self._error = error

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        raise self._error

    def close(self) -> None:
        """Nothing was opened."""

    def shut_down(self) -> None:
        """Nothing is held."""


def microphone_or_none(
    settings: MicrophoneSettings, clock: Clock, post: Post, pulse: Pulse | None = None
) -> Microphone:
    """The microphone of roger.yaml; one that says why there is none, if it cannot be looked for."""
    from controller.adapters.microphone_pyaudio import PyAudioMicrophone

    try:
        return PyAudioMicrophone(settings, clock, post, pulse=pulse)
    except RogerError as error:
        post(PartChanged(clock.now(), part=Part("microphone", "missing", problem=error.problem)))
        return AbsentMicrophone(error)
