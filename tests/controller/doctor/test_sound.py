"""What the doctor says of microphone and speaker: of recordings, and through the real PortAudio on ALSA's devices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.doctor import microphone, speaker
from controller.doctor.sound import judge, measure
from controller.errors import RogerError
from controller.ports import Frame
from tests.controller.doctor.patient import FakeSpeaker, Patient

RATE = 16_000


def tone(loud: float, seconds: float = 2.0) -> Frame:
    """A sine of that peak, 0 to 1."""
    at = np.arange(int(seconds * RATE)) / RATE
    return (loud * 32_767 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)


def speech() -> Frame:
    """A second of hiss, a second of tone."""
    hiss = np.random.default_rng(0).normal(0, 20, RATE).astype(np.int16)
    return np.concatenate([hiss, tone(0.2, 1.0)])


def test_a_tone_has_the_level_that_it_has() -> None:
    got = measure(tone(0.5))
    assert got.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert got.level_dbfs == pytest.approx(-9.03, abs=0.05)
    assert got.clipped == 0
    assert got.length_s == 2.0


def test_the_floor_is_what_is_left_between_words() -> None:
    got = measure(speech())
    assert got.floor_dbfs == pytest.approx(-64.5, abs=1.5)
    assert got.level_dbfs == pytest.approx(-20, abs=1)


def test_no_samples_are_no_fault_of_the_arithmetic() -> None:
    got = measure(np.zeros(0, np.int16))
    assert (got.level_dbfs, got.peak_dbfs, got.length_s) == (-96.0, -96.0, 0.0)


@pytest.mark.parametrize(
    ("heard", "overruns", "status", "says", "remedy"),
    [
        (speech(), 0, "ok", "no clipping, no overruns", ""),
        (np.zeros(2 * RATE, np.int16), 0, "fault", "silence", "alsamixer -c 1"),
        (np.clip(tone(0.9) * 2.0, -32_768, 32_767).astype(np.int16), 0, "warning", "clips", "capture volume down"),
        ((tone(0.1)), 0, "warning", "noise floor", "fan"),
        (np.tile(np.array([3, -3], np.int16), RATE), 0, "warning", "very quiet", "capture volume up"),
        (speech(), 4, "warning", "4 overruns", "not a hub"),
        (speech()[:RATE], 0, "warning", "1.0 of 2 s", "not a hub"),
    ],
)
def test_each_way_to_sound_badly_has_its_remedy(
    heard: Frame, overruns: int, status: str, says: str, remedy: str
) -> None:
    finding = next(judge("it", measure(heard, overruns), 2.0, "alsamixer -c 1"))
    assert (finding.status, finding.code) == (status, "" if status == "ok" else "MIC-04")
    assert says in finding.text
    assert remedy in finding.remedy
    assert finding.figures["overruns"] == overruns


def test_the_microphone_is_named_with_its_own_rate(patient: Patient) -> None:
    patient.ports.heard = speech()
    found = patient.examined(microphone.check)
    assert found[0].text == '"USB PnP (hw:1,0)", 48000 Hz, mono'
    assert found[1].figures["level_dbfs"] == pytest.approx(-20, abs=1)


def test_a_microphone_that_roger_records_from_is_left_alone(patient: Patient) -> None:
    patient.roger(412)
    patient.write("/proc/415/status", "Name:\troger\nTgid:\t412\n")
    patient.write("/proc/asound/card1/pcm0c/sub0/status", "state: RUNNING\nowner_pid   : 415\n")
    [finding] = patient.examined(microphone.check)
    assert (finding.status, finding.figures) == ("in use", {"pid": 412})


def test_who_else_records_is_named(patient: Patient) -> None:
    patient.process(99, "/usr/bin/arecord")
    patient.write("/proc/asound/card1/pcm0c/sub0/status", "state: RUNNING\nowner_pid   : 99\n")
    patient.ports.device = RogerError("MIC-01", 'microphone "USB PnP" cannot be opened', "look")
    [finding] = patient.examined(microphone.check)
    assert finding.text == 'microphone "USB PnP" cannot be opened; arecord (99) records'
    assert finding.remedy == "sudo kill 99"


def test_a_missing_microphone_is_the_adapters_own_error(patient: Patient) -> None:
    patient.ports.device = RogerError("MIC-01", "there is no microphone", "plug one in")
    [finding] = patient.examined(microphone.check)
    assert (finding.code, finding.remedy) == ("MIC-01", "plug one in")


def test_nothing_is_played_where_nothing_is_said(patient: Patient) -> None:
    [finding] = patient.examined(speaker.check)
    assert finding.status == "skipped"


def test_two_tones_are_played_where_they_are_asked_for(patient: Patient) -> None:
    patient.options |= {"asked": frozenset({"speaker"}), "quick": False}
    [finding] = patient.examined(speaker.check)
    assert finding.status == "ok"
    assert isinstance(patient.ports.voice, FakeSpeaker)
    [sound] = patient.ports.voice.played
    assert measure(sound.samples).peak_dbfs == pytest.approx(-14, abs=0.5)


def test_a_speaker_that_another_program_has_is_said_so(patient: Patient) -> None:
    patient.options |= {"asked": frozenset({"speaker"}), "quick": False}
    patient.process(51, "/usr/bin/mpv")
    patient.write("/proc/asound/card0/pcm0p/sub0/status", "state: RUNNING\nowner_pid   : 51\n")
    patient.ports.voice = RogerError("SPK-05", "speaker cannot be opened", "look")
    [finding] = patient.examined(speaker.check)
    assert finding.remedy == "sudo kill 51"


def real(tmp_path: Path, level: int, *words: str) -> Any:
    """`roger doctor --json` in a process of its own, whose only sound card plays a tone of that peak."""
    pytest.importorskip("pyaudio", reason="PyAudio is not installed (extra: device)")
    recording = tmp_path / "tone.raw"
    hum = np.clip(level * np.sin(2 * np.pi * 440 * np.arange(44_100 * 8) / 44_100), -32_768, 32_767)
    recording.write_bytes(hum.astype("<i2").tobytes())
    settings = tmp_path / "asound.conf"
    settings.write_text(
        "</usr/share/alsa/alsa.conf>\n"
        f'pcm.recording {{ type file slave.pcm "null" file "/dev/null" infile "{recording}" format raw\n'
        '  hint { show on description "Recorded Tone" } }\n'
        "pcm.!default recording\n"
    )
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(settings), "XDG_STATE_HOME": str(tmp_path)}
    program = "import sys; from controller.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "doctor", "--json", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    report = json.loads(done.stdout)
    if any(finding["code"] == "MIC-01" for check in report["checks"] for finding in check["findings"]):
        pytest.skip("this machine's ALSA cannot play a file as a capture device")
    return done.returncode, report


@pytest.mark.slow
def test_the_real_adapter_hears_a_real_device_clip(tmp_path: Path) -> None:
    status, report = real(tmp_path, 60_000, "--only", "microphone")
    named, heard = report["checks"][0]["findings"]
    assert named["figures"]["rate_hz"] == 44_100
    assert (status, heard["code"]) == (1, "MIC-04")
    assert heard["figures"]["clipped_percent"] > 20


@pytest.mark.slow
def test_the_real_speaker_takes_the_tones(tmp_path: Path) -> None:
    status, report = real(tmp_path, 1_000, "--only", "speaker")
    [finding] = report["checks"][0]["findings"]
    assert (status, finding["status"]) == (0, "ok")
    assert "two tones were played" in finding["text"]
