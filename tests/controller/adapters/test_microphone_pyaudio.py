"""The microphone through the real PortAudio: ALSA plays a recording as a capture device, no sound card needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyaudio", reason="PyAudio is not installed (extra: device)")

from controller.adapters.microphone_pyaudio import find_device
from controller.adapters.portaudio import user_of
from controller.errors import RogerError

CAPTURE = """
import json, sys, threading
import numpy as np
from config.schema import MicrophoneSettings
from controller.adapters.microphone_pyaudio import PyAudioMicrophone
from controller.clock import SystemClock
from controller.errors import RogerError

ready, heard, enough, reports = threading.Event(), [], threading.Event(), []

def post(event):
    reports.append([event.part.status, event.part.problem.code if event.part.problem else ""])
    ready.set()

def sink(frame):
    heard.append(frame)
    if sum(map(len, heard)) > 16000:
        enough.set()

microphone = PyAudioMicrophone(MicrophoneSettings(name=sys.argv[1]), SystemClock(), post)
ready.wait(10)
code = ""
try:
    microphone.open(sink, lambda error: None)
    enough.wait(10)
    microphone.close()
except RogerError as error:
    code = error.problem.code
microphone.shut_down()
samples = np.concatenate(heard) if heard else np.zeros(1, np.int16)
print(json.dumps({"samples": len(samples), "peak": int(np.abs(samples).max()), "reports": reports, "code": code}))
"""


def capture(tmp_path: Path, name: str) -> Any:
    """Capture from a device that plays a tone of five seconds at 44.1 kHz."""
    recording = tmp_path / "tone.raw"
    tone = (12_000 * np.sin(2 * np.pi * 440 * np.arange(44_100 * 5) / 44_100)).astype("<i2")
    recording.write_bytes(tone.tobytes())
    return run(CAPTURE, tmp_path, recording, name)


def run(script: str, tmp_path: Path, recording: Path, argument: str) -> Any:
    """Run a script in a process of its own, whose only sound card is a recording."""
    settings = tmp_path / "asound.conf"
    settings.write_text(
        "</usr/share/alsa/alsa.conf>\n"
        f'pcm.recording {{ type file slave.pcm "null" file "/dev/null" infile "{recording}" format raw\n'
        '  hint { show on description "Recorded Tone" } }\n'
        "pcm.!default recording\n"
    )
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(settings)}
    command = [sys.executable, "-c", script, argument]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_the_device_records_is_heard_at_16_khz(tmp_path: Path) -> None:
    got = capture(tmp_path, "")
    if got["code"] == "MIC-01":
        pytest.skip("this machine's ALSA cannot play a file as a capture device")
    assert got["reports"][0] == ["ready", ""]
    assert got["samples"] > 16_000
    assert got["peak"] == pytest.approx(12_000, rel=0.05)


def test_a_name_that_no_device_has_is_reported_with_what_there_is(tmp_path: Path) -> None:
    got = capture(tmp_path, "Blue Yeti")
    assert got["code"] == "MIC-01"
    assert got["reports"] == [["missing", "MIC-01"]]


class Devices:
    """PortAudio's list of devices, as PyAudio gives it."""

    def __init__(self, *names: str) -> None:
        self._devices = [
            {"index": index, "name": name, "maxInputChannels": 0 if "Speaker" in name else 1}
            for index, name in enumerate(names)
        ]

    def get_device_count(self) -> int:
        return len(self._devices)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return self._devices[index]

    def get_default_input_device_info(self) -> dict[str, Any]:
        raise OSError("no default")


def test_a_device_is_found_by_a_part_of_its_name() -> None:
    assert find_device(Devices("Speaker", "USB PnP Sound: Audio (hw:1,0)"), "usb pnp")["index"] == 1


def test_without_a_name_the_first_that_can_record_is_taken() -> None:
    assert find_device(Devices("Speaker", "Webcam"), "")["index"] == 1


@pytest.mark.parametrize(("devices", "says"), [(Devices("Speaker"), "no microphone"), (Devices("Webcam"), '"Yeti"')])
def test_a_missing_microphone_is_an_error_with_a_hint(devices: Devices, says: str) -> None:
    with pytest.raises(RogerError) as caught:
        find_device(devices, "Yeti")
    assert caught.value.problem.code == "MIC-01"
    assert says in caught.value.problem.message
    assert caught.value.problem.hint


def test_the_program_that_records_from_a_card_is_known_by_the_cards_name(tmp_path: Path) -> None:
    device = tmp_path / "card1" / "pcm0c"
    (device / "sub0").mkdir(parents=True)
    (tmp_path / "card1" / "id").write_text("Device\n")
    (device / "info").write_text("card: 1\nid: USB Audio\nname: USB PnP Sound\n")
    status = device / "sub0" / "status"
    status.write_text(f"state: RUNNING\nowner_pid   : {os.getpid()}\n")
    assert user_of("usb pnp", tmp_path) == Path(f"/proc/{os.getpid()}/comm").read_text().strip()
    assert user_of("Blue Yeti", tmp_path) == ""
    status.write_text("closed\n")
    assert user_of("usb pnp", tmp_path) == ""
