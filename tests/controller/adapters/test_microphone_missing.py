"""A microphone that goes away comes back; without PyAudio everything else works."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from config.schema import MicrophoneSettings
from controller.adapters.microphone_pyaudio import PyAudioMicrophone
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.events import Event, PartChanged

WITHOUT_PYAUDIO = """
import sys
sys.modules["pyaudio"] = None
from config.schema import MicrophoneSettings
from controller.adapters.microphone_pyaudio import PyAudioMicrophone
from controller.clock import SystemClock
from controller.errors import RogerError
try:
    PyAudioMicrophone(MicrophoneSettings(), SystemClock(), lambda event: None)
except RogerError as error:
    print(error)
"""


def test_a_missing_pyaudio_is_explained() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_PYAUDIO], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("MIC-03 PyAudio is not installed")
    assert "portaudio19-dev" in done.stdout


class Socket:
    """Stands for the module `pyaudio` on a computer with one USB socket, which the test plugs and unplugs."""

    paInt16, paInputOverflow, paContinue = 8, 2, 0

    def __init__(self) -> None:
        self.plugged = True
        self.deliver: Callable[..., Any] | None = None

    def PyAudio(self) -> Socket:
        return self

    def get_device_count(self) -> int:
        return int(self.plugged)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return {"index": 0, "name": "USB PnP", "maxInputChannels": 1, "defaultSampleRate": 16_000.0}

    def get_default_input_device_info(self) -> dict[str, Any]:
        return self.get_device_info_by_index(0)

    def open(self, stream_callback: Callable[..., Any], **_: Any) -> Socket:
        self.deliver = stream_callback
        return self

    def is_active(self) -> bool:
        return self.plugged

    def close(self) -> None:
        self.deliver = None

    def terminate(self) -> None:
        """Nothing is held."""


class Bench:
    def __init__(self) -> None:
        self.socket = Socket()
        self.events: queue.Queue[Event] = queue.Queue()
        settings = MicrophoneSettings(name="usb")
        self.microphone = PyAudioMicrophone(settings, SystemClock(), self.events.put, self.socket, silent_s=60.0)

    def report(self) -> tuple[str, str]:
        event = self.events.get(timeout=10.0)
        assert isinstance(event, PartChanged)
        return event.part.status, event.part.problem.code if event.part.problem else ""


def test_an_unplugged_microphone_is_said_so_and_found_again() -> None:
    bench = Bench()
    assert bench.report() == ("ready", "")
    lost: queue.Queue[Exception] = queue.Queue()
    bench.microphone.open(lambda frame: None, lost.put)
    bench.socket.plugged = False
    assert bench.report() == ("missing", "MIC-02")
    error = lost.get(timeout=10.0)
    assert isinstance(error, RogerError)
    assert "USB PnP" in error.problem.message
    assert "plug it in again" in error.problem.hint
    with pytest.raises(RogerError, match="MIC-0"):
        bench.microphone.open(lambda frame: None, lost.put)
    bench.socket.plugged = True
    while (report := bench.report()) != ("ready", ""):
        assert report == ("missing", "MIC-01")
    bench.microphone.shut_down()


def test_what_was_said_just_before_the_press_is_heard() -> None:
    bench = Bench()
    bench.report()
    heard: list[int] = []
    assert bench.socket.deliver
    for value in range(1, 31):
        bench.socket.deliver(value.to_bytes(2, "little") * 320, 320, {}, 2 if value == 5 else 0)
    threading.Event().wait(1.0)
    bench.microphone.open(lambda frame: heard.append(int(frame[0])), lambda error: None)
    assert heard == list(range(16, 31))  # 300 ms
    assert bench.microphone.overruns == 1
    bench.microphone.shut_down()
