"""The firmware's own adapters, as `Ports`: what works here works there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config.schema import ButtonSettings, DisplaySettings, MicrophoneSettings
from controller.clock import SystemClock
from controller.doctor.case import Line
from controller.doctor.server import Server
from controller.errors import RogerError
from controller.ports import Cancellation, Display, Microphone, Post, Speaker


class RealPorts:
    """Imports what it needs when it needs it: a package that is missing is one finding, not the end of all."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock

    def chip_labels(self) -> Mapping[int, str]:
        from controller.adapters.button_gpiozero import chip_labels

        return chip_labels()

    def line_user(self, chip: int, line: int) -> str:
        from controller.adapters.button_gpiozero import line_user

        return line_user(chip, line)

    def button(self, settings: ButtonSettings) -> Line:
        from controller.adapters.button_gpiozero import GpioButton, make_pin_factory

        return _Borrowed(lambda pins: GpioButton(settings, pins, self._clock, lambda event: None), make_pin_factory())

    def answering(self, bus: int, addresses: Sequence[int]) -> list[int]:
        from controller.adapters.i2c_bus import answering

        return answering(bus, addresses)

    def display(self, settings: DisplaySettings) -> Display:
        from controller.adapters.display_luma import LumaDisplay

        return LumaDisplay(settings)

    def input_device(self, name: str) -> dict[str, Any]:
        from controller.adapters.microphone_pyaudio import find_device

        return _asked(find_device, name)

    def microphone(self, settings: MicrophoneSettings, post: Post) -> Microphone:
        from controller.adapters.microphone_pyaudio import PyAudioMicrophone

        return PyAudioMicrophone(settings, self._clock, post)

    def output_device(self, name: str) -> dict[str, Any]:
        from controller.adapters.speaker_pyaudio import find_device

        return _asked(find_device, name)

    def speaker(self, name: str) -> Speaker:
        from controller.adapters.speaker_pyaudio import PyAudioSpeaker

        return PyAudioSpeaker(name)

    def load(self, what: str, folder: Path, cancellation: Cancellation) -> str:
        from controller.doctor.loading import load_apart

        return load_apart(what, folder, cancellation)

    def reach(self, server: Server) -> Mapping[str, str]:
        from controller.doctor.network import reach

        return reach(server)


class _Borrowed:
    """A line with a factory of its own: gpiozero lets go of a line only when its factory is closed."""

    def __init__(self, make: Callable[[Any], Line], factory: Any) -> None:
        self._factory = factory
        try:
            self._line = make(factory)
        except RogerError:
            factory.close()
            raise

    @property
    def pressed(self) -> bool:
        return self._line.pressed

    def close(self) -> None:
        self._line.close()
        self._factory.close()


def _asked(find: Any, name: str) -> dict[str, Any]:
    """What PortAudio says of a device. Raises `RogerError` MIC-xx, SPK-xx."""
    from controller.adapters.portaudio import import_pyaudio, quiet_stderr

    try:
        library = import_pyaudio()
    except ImportError as error:
        hint = "run: sudo apt install portaudio19-dev && sh scripts/setup.sh device"
        raise RogerError("MIC-03", "PyAudio is not installed", hint) from error
    with quiet_stderr():
        audio = library.PyAudio()
    try:
        found: dict[str, Any] = find(audio, name)
        return found
    finally:
        audio.terminate()
