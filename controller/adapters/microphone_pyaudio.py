"""The microphone through PortAudio."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from config.schema import MicrophoneSettings
from controller.adapters.portaudio import import_pyaudio, quiet_stderr, user_of
from controller.audio import Preroll, Resampler
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.events import PartChanged
from controller.ports import Clock, Frame, Post
from controller.turn import Part
from controller.vitals import Pulse

log = logging.getLogger(__name__)

NAME: Final = "microphone"
FRAME_S: Final = 0.02
SILENT_DEVICE_S: Final = 1.0
RETRIES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
OPENING_S: Final = 20.0
"""PortAudio and the driver take so long at most to list, open or close devices; some hang when a plug was pulled."""
LATE_S: Final = 5.0
"""A thread that wanted to be awake so long ago is not merely waiting for the processor."""


class PyAudioMicrophone:
    """Captures on a thread of its own, keeps the pre-roll, and finds the device again when it was unplugged.

    Nothing leaves it but between `open` and `close`; in between, only the pre-roll is kept, and overwritten.

    Args:
        library: The module `pyaudio`, or what stands for it.
        silent_s: A device that delivers nothing for so long is gone, whatever it says.
        pulse: Beats while the capture thread does what it should, also while there is no device.

    Raises:
        RogerError: MIC-03 where PyAudio is not installed.
    """

    def __init__(
        self,
        settings: MicrophoneSettings,
        clock: Clock,
        post: Post,
        library: Any = None,
        silent_s: float = SILENT_DEVICE_S,
        pulse: Pulse | None = None,
    ) -> None:
        self._pulse = pulse or Pulse()
        self._pyaudio = library or _import_pyaudio()
        self._silent_s = silent_s
        self._settings = settings
        self._clock = clock
        self._post = post
        self._lock = threading.Lock()
        self._preroll = Preroll(settings.preroll_ms / 1000)
        self._sink: Callable[[Frame], None] | None = None
        self._lost: Callable[[Exception], None] = lambda error: None
        self._problem: RogerError | None = RogerError("MIC-01", "the microphone is not ready yet", "try again")
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._tries = 0
        self.overruns = 0
        """How often the computer was too slow to take what the device had."""
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
        self._thread.start()

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        with self._lock:
            if self._problem:
                raise self._problem
            self._sink, self._lost = sink, lost
            for frame in self._preroll.take():
                if not fresh:
                    sink(frame)

    def close(self) -> None:
        with self._lock:
            self._sink = None

    def shut_down(self) -> None:
        self._closing.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._beat(OPENING_S)
            try:
                self._capture()
            except RogerError as error:
                self._report(error)
            pause_s = RETRIES_S[min(self._tries, len(RETRIES_S) - 1)]
            self._beat(pause_s + LATE_S)
            self._closing.wait(pause_s)
            self._tries += 1
        self._pulse.rest()

    def _beat(self, within_s: float) -> None:
        self._pulse.within(self._clock.now(), within_s)

    def _capture(self) -> None:
        """Capture until the device goes away, which raises, or `shut_down`."""
        with quiet_stderr():
            audio = self._pyaudio.PyAudio()  # PortAudio lists devices only when it starts, so a new one each time
        try:
            device = find_device(audio, self._settings.name)
            stream, rate_hz, channels = self._open_stream(audio, device)
            self._report(None)
            self._tries = 0
            try:
                self._hand_out(device["name"], stream, Resampler(rate_hz, channels))
            finally:
                self._beat(OPENING_S)
                with quiet_stderr():
                    stream.close()
        finally:
            audio.terminate()

    def _open_stream(self, audio: Any, device: dict[str, Any]) -> tuple[Any, int, int]:
        """At the device's own rate: asking for 16 kHz is what fails with "Invalid sample rate"."""
        rate_hz, channels = int(device["defaultSampleRate"]), min(2, int(device["maxInputChannels"]))
        try:
            with quiet_stderr():
                stream = audio.open(
                    rate=rate_hz,
                    channels=channels,
                    format=self._pyaudio.paInt16,
                    input=True,
                    input_device_index=device["index"],
                    frames_per_buffer=int(rate_hz * FRAME_S),
                    stream_callback=self._on_audio,
                )
        except (OSError, ValueError) as error:
            hint = "no other program may record from it; `arecord -l` lists what there is"
            raise RogerError("MIC-01", f'microphone "{device["name"]}" cannot be opened: {error}', hint) from error
        return stream, rate_hz, channels

    def _on_audio(self, data: bytes | None, count: int, times: Any, status: int) -> tuple[None, int]:
        """On PortAudio's thread: hand over and return."""
        if status & self._pyaudio.paInputOverflow:
            self.overruns += 1
        self._chunks.put(data or b"")
        return None, self._pyaudio.paContinue

    def _hand_out(self, name: str, stream: Any, resampler: Resampler) -> None:
        silent = stopwatch()
        while not self._closing.is_set():
            self._beat(LATE_S)
            try:
                chunk = self._chunks.get(timeout=FRAME_S * 5)
            except queue.Empty:
                if silent() > self._silent_s or not stream.is_active():
                    hint = "plug it in again, or set microphone.name"
                    raise RogerError("MIC-02", f'microphone "{name}" is gone', hint) from None
                continue
            silent = stopwatch()
            self._take(resampler.feed(np.frombuffer(chunk, np.int16)))

    def _take(self, frame: Frame) -> None:
        with self._lock:
            if self._sink:
                self._sink(frame)
            else:
                self._preroll.push(frame)

    def _report(self, problem: RogerError | None) -> None:
        """Remember what is wrong for the next `open`, tell the recording that goes on, and the screen, once."""
        with self._lock:
            before, self._problem = self._problem, problem
            sink, self._sink = self._sink, None if problem else self._sink
        if problem and sink:
            self._lost(problem)
        if problem is None:
            self._post(PartChanged(self._clock.now(), part=Part(NAME, "ready")))
        elif before is None or before.problem != problem.problem:
            self._post(PartChanged(self._clock.now(), part=Part(NAME, "missing", problem=problem.problem)))


def find_device(audio: Any, name: str) -> dict[str, Any]:
    """The input device whose name has `name` in it, or the default one.

    Raises:
        RogerError: MIC-01, naming what there is.
    """
    devices = [audio.get_device_info_by_index(index) for index in range(audio.get_device_count())]
    inputs = [device for device in devices if device["maxInputChannels"] > 0]
    names = ", ".join(f'"{device["name"]}"' for device in inputs)
    user = user_of(name) if not any(_is_named(device, name) for device in inputs) else ""
    if user:
        raise RogerError("MIC-01", f'microphone "{name}" is in use by {user}', "only one program at a time may record")
    if not inputs:
        raise RogerError("MIC-01", "there is no microphone", "plug one in; `arecord -l` must list it")
    if name:
        for device in inputs:
            if _is_named(device, name):
                return dict(device)
        raise RogerError("MIC-01", f'no microphone is named "{name}"', f"there are: {names}")
    try:
        return dict(audio.get_default_input_device_info())
    except OSError:
        return dict(inputs[0])


def _is_named(device: dict[str, Any], name: str) -> bool:
    return name.lower() in str(device["name"]).lower()


def _import_pyaudio() -> Any:
    try:
        return import_pyaudio()
    except ImportError as error:
        hint = "run: sudo apt install portaudio19-dev && sh scripts/setup.sh device"
        raise RogerError("MIC-03", "PyAudio is not installed", hint) from error
