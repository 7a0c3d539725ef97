"""The speaker through PortAudio: silent at once when the turn is over."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from controller.adapters.portaudio import import_pyaudio, quiet_stderr
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import Cancellation, Sound

BUFFER_S: Final = 0.02
"""What PortAudio holds ready at a time: with its two or three buffers silence comes within 60 ms."""
DEAF_S: Final = 2.0
"""A device that takes nothing for so long is gone, whatever it says."""


class PyAudioSpeaker:
    """Plays at the device's own rate; the device is opened for each sentence, so that one that was unplugged is found.

    Args:
        name: Part of the device's name; empty for the default one.
        library: The module `pyaudio`, or what stands for it.

    Raises:
        RogerError: SPK-01 where PyAudio is not installed.
    """

    def __init__(self, name: str = "", library: Any = None) -> None:
        self._name = name
        self._pyaudio = library or _import()

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        """Raises `RogerError` SPK-05 where there is no speaker, or it goes away."""
        if cancellation.cancelled:
            return
        with quiet_stderr():
            audio = self._pyaudio.PyAudio()  # PortAudio lists devices only when it starts, so a new one each time
        try:
            device = find_device(audio, self._name)
            waiting = _Waiting()
            cancellation.on_cancel(waiting.drop)
            stream = self._open(audio, device, waiting)
            try:
                self._feed(sounds, waiting, int(device["defaultSampleRate"]), str(device["name"]))
            finally:
                with quiet_stderr():
                    stream.close()
        finally:
            audio.terminate()

    def close(self) -> None:
        """The device is held only while something is played."""

    def _open(self, audio: Any, device: dict[str, Any], waiting: _Waiting) -> Any:
        """In stereo where it can be: many USB sound cards refuse mono."""
        rate_hz, channels = int(device["defaultSampleRate"]), min(2, int(device["maxOutputChannels"]))

        def fill(_: Any, count: int, times: Any, status: int) -> tuple[bytes, int]:
            return np.repeat(waiting.take(count), channels).tobytes(), self._pyaudio.paContinue

        try:
            with quiet_stderr():
                return audio.open(
                    rate=rate_hz,
                    channels=channels,
                    format=self._pyaudio.paInt16,
                    output=True,
                    output_device_index=device["index"],
                    frames_per_buffer=int(rate_hz * BUFFER_S),
                    stream_callback=fill,
                )
        except (OSError, ValueError) as error:
            hint = "is it in use by another program? `aplay -l` lists what there is"
            raise RogerError("SPK-05", f'speaker "{device["name"]}" cannot be opened: {error}', hint) from None

    def _feed(self, sounds: Iterable[Sound], waiting: _Waiting, rate_hz: int, name: str) -> None:
        """Hand everything over, and wait until it was taken."""
        resample: _Resample | None = None
        for sound in sounds:
            resample = resample or _Resample(sound.rate_hz, rate_hz)
            waiting.put(resample.feed(sound.samples))
        if resample:
            waiting.put(resample.finish())
        if not waiting.empty_within(DEAF_S):
            raise RogerError("SPK-05", f'speaker "{name}" is gone', "plug it in again, or set speech.speaker")


class _Waiting:
    """Samples on their way to PortAudio's thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._samples = np.zeros(0, np.int16)
        self._dropped = False

    def put(self, samples: NDArray[np.int16]) -> None:
        with self._changed:
            if not self._dropped:
                self._samples = np.concatenate([self._samples, samples])

    def take(self, count: int) -> NDArray[np.int16]:
        """So many samples; silence where there are no more."""
        with self._changed:
            taken, self._samples = self._samples[:count], self._samples[count:]
            self._changed.notify_all()
        return np.pad(taken, (0, count - len(taken)))

    def drop(self) -> None:
        """Silence from now on."""
        with self._changed:
            self._dropped, self._samples = True, self._samples[:0]
            self._changed.notify_all()

    def empty_within(self, limit_s: float) -> bool:
        """Wait until all was taken; False where nothing was for `limit_s` seconds."""
        with self._changed:
            left, idle = len(self._samples), stopwatch()
            while len(self._samples):
                self._changed.wait(0.05)
                if len(self._samples) != left:
                    left, idle = len(self._samples), stopwatch()
                elif idle() > limit_s:
                    return False
        return True


class _Resample:
    """From the voice's rate to the device's, piece by piece."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import soxr

        self._stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16") if from_hz != to_hz else None

    def feed(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        return samples if self._stream is None else np.asarray(self._stream.resample_chunk(samples))

    def finish(self) -> NDArray[np.int16]:
        rest = np.zeros(0, np.int16)
        return rest if self._stream is None else np.asarray(self._stream.resample_chunk(rest, last=True))


def find_device(audio: Any, name: str) -> dict[str, Any]:
    """The output device whose name has `name` in it, or the default one.

    Raises:
        RogerError: SPK-05, naming what there is.
    """
    devices = [audio.get_device_info_by_index(index) for index in range(audio.get_device_count())]
    outputs = [device for device in devices if device["maxOutputChannels"] > 0]
    if not outputs:
        raise RogerError("SPK-05", "there is no speaker", "plug one in; `aplay -l` must list it")
    if name:
        for device in outputs:
            if name.lower() in str(device["name"]).lower():
                return dict(device)
        names = ", ".join(f'"{device["name"]}"' for device in outputs)
        raise RogerError("SPK-05", f'no speaker is named "{name}"', f"there are: {names}")
    try:
        return dict(audio.get_default_output_device_info())
    except OSError:
        return dict(outputs[0])


def _import() -> Any:
    try:
        return import_pyaudio()
    except ImportError:
        hint = "run: sudo apt install portaudio19-dev && sh scripts/setup.sh device"
        raise RogerError("SPK-01", "PyAudio is not installed", hint) from None
