"""Microphone and speaker on a kernel's sound card, through ALSA and PortAudio."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from config.schema import MicrophoneSettings
from controller.adapters.microphone_pyaudio import PyAudioMicrophone
from controller.adapters.speaker_pyaudio import PyAudioSpeaker
from controller.audio import level
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.events import Event, PartChanged
from controller.ports import SAMPLE_RATE_HZ, Frame, Sound
from controller.worker import Token
from tests.hardware.kernel import Card, rates_of, until
from tests.hardware.roger import ROGER, configured

TONE_HZ = 440


def tone(rate_hz: int, seconds: float, amplitude: int = 12_000) -> np.ndarray[Any, np.dtype[np.int16]]:
    turns = 2 * np.pi * TONE_HZ * np.arange(round(rate_hz * seconds)) / rate_hz
    return (amplitude * np.sin(turns)).astype(np.int16)


def loudest_hz(samples: np.ndarray[Any, Any], rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    return float(np.argmax(spectrum) * rate_hz / len(samples))


@contextmanager
def program(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Listener:
    """A microphone of that name, and what it reports and hears."""

    def __init__(self, name: str) -> None:
        self.events: list[Event] = []
        self.heard: list[Frame] = []
        self.lost: list[Exception] = []
        self.microphone = PyAudioMicrophone(MicrophoneSettings(name=name), SystemClock(), self.events.append)

    def reports(self) -> list[tuple[str, str]]:
        parts = [event.part for event in self.events if isinstance(event, PartChanged)]
        return [(part.status, part.problem.code if part.problem else "") for part in parts]

    def open(self) -> None:
        self.microphone.open(self.heard.append, self.lost.append, fresh=True)

    def seconds(self) -> float:
        return sum(map(len, self.heard)) / SAMPLE_RATE_HZ


@pytest.fixture
def listen() -> Iterator[Callable[[str], Listener]]:
    listeners: list[Listener] = []

    def make(name: str) -> Listener:
        listeners.append(Listener(name))
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.microphone.shut_down()


@pytest.mark.parametrize(("rate_hz", "channels"), [(44_100, 1), (48_000, 2)])
def test_a_microphone_is_heard_at_its_own_rate(
    card: Card, listen: Callable[[str], Listener], tmp_path: Path, rate_hz: int, channels: int
) -> None:
    recording = tmp_path / "tone.wav"
    soundfile.write(recording, np.repeat(tone(rate_hz, 60)[:, None], channels, axis=1), rate_hz)
    with program("aplay", "-q", "-D", "hw:Loopback,1,0", str(recording)):
        until(lambda: rates_of("pcm1p"), "the tone plays")
        listener = listen("Loopback")
        until(lambda: ("ready", "") in listener.reports(), f"the microphone is ready: {listener.events}")
        assert rates_of("pcm0c") == str(rate_hz)
        listener.open()
        until(lambda: listener.seconds() > 2, "two seconds were heard")
        listener.microphone.close()
    samples = np.concatenate(listener.heard)[SAMPLE_RATE_HZ // 2 :]
    assert loudest_hz(samples, SAMPLE_RATE_HZ) == pytest.approx(TONE_HZ, abs=5)
    assert np.median([level(frame) for frame in listener.heard[10:]]) == pytest.approx(0.80, abs=0.03)


def test_a_microphone_that_another_program_has_is_said_to_be_in_use_by_it(
    card: Card, listen: Callable[[str], Listener]
) -> None:
    record = ("arecord", "-q", "-f", "S16_LE", "-r", "44100", "/dev/null", "-D")
    with program(*record, "hw:Loopback,0,0"), program(*record, "hw:Loopback,1,0"):
        until(lambda: rates_of("pcm0c") and rates_of("pcm1c"), "both are in use")
        listener = listen("Loopback")
        until(listener.reports, "something is reported")
        with pytest.raises(RogerError) as caught:
            listener.open()
        assert listener.reports() == [("missing", "MIC-01")]
        assert "in use by arecord" in caught.value.problem.message
    until(lambda: listener.reports()[-1] == ("ready", ""), "it is ready once it is free")


def test_a_microphone_that_is_pulled_out_is_told_and_found_again(card: Card, listen: Callable[[str], Listener]) -> None:
    listener = listen("Loopback")
    until(lambda: listener.reports() == [("ready", "")], "the microphone is ready")
    listener.open()
    until(lambda: listener.seconds() > 0.5, "something was heard")
    card.unplug()
    until(lambda: listener.lost, "the recording is told")
    assert listener.reports()[1:2] == [("missing", "MIC-02")]
    until(card.released, "nothing holds the card any more")
    with pytest.raises(RogerError, match="MIC-0"):
        listener.open()
    card.plug()
    until(lambda: listener.reports()[-1] == ("ready", ""), "it is found again")
    listener.heard.clear()
    listener.open()
    until(lambda: listener.seconds() > 0.5, "it is heard again")


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_said_comes_out_of_the_speaker(card: Card, tmp_path: Path, channels: int) -> None:
    recorded = tmp_path / "recorded.wav"
    arecord = ("arecord", "-q", "-f", "S16_LE", "-r", "48000", "-c", str(channels), "-D", "hw:Loopback,1,0")
    with program(*arecord, str(recorded)) as recorder:
        until(lambda: rates_of("pcm1c"), "it is recorded")
        PyAudioSpeaker("Loopback").play([Sound(tone(22_050, 0.7), 22_050), Sound(tone(22_050, 0.7), 22_050)], Token())
        recorder.terminate()
        recorder.wait()
    samples, rate_hz = soundfile.read(recorded, dtype="int16", always_2d=True)
    for channel in samples.T:
        loud = channel[np.abs(channel) > 1000]
        assert len(loud) > 0.7 * 1.4 * rate_hz
        assert loudest_hz(channel, rate_hz) == pytest.approx(TONE_HZ, abs=5)


def test_a_speaker_that_is_pulled_out_while_it_speaks_is_told_and_works_again(card: Card) -> None:
    speaker, failed = PyAudioSpeaker("Loopback"), []

    def speak(seconds: float) -> None:
        try:
            speaker.play([Sound(tone(16_000, seconds), 16_000)], Token())
        except RogerError as error:
            failed.append(error.problem.code)

    speaking = threading.Thread(target=speak, args=(60,))
    speaking.start()
    until(lambda: rates_of("pcm0p"), "it speaks")
    card.unplug()
    speaking.join(120)
    assert failed == ["SPK-05"]
    until(card.released, "nothing holds the card any more")
    speak(0.1)
    assert failed == ["SPK-05"] * 2, "there is no speaker now"
    card.plug()
    speak(0.1)
    assert failed == ["SPK-05"] * 2, "it works again"


def test_roger_say_is_heard(card: Card, tmp_path: Path) -> None:
    recorded, folder = tmp_path / "recorded.wav", configured(tmp_path / "config", speech="{speaker: Loopback}")
    record = ("arecord", "-q", "-f", "S16_LE", "-r", "48000", "-c", "2", "-D", "hw:Loopback,1,0")
    with program(*record, str(recorded)) as it:
        until(lambda: rates_of("pcm1c"), "it is recorded")
        command = [*ROGER, "say", "--engine", "espeak", "--config", str(folder), "The light is on."]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        it.terminate()
        it.wait()
    assert said.returncode == 0, said.stderr
    samples, rate_hz = soundfile.read(recorded, dtype="int16", always_2d=True)
    assert np.count_nonzero(np.abs(samples[:, 0]) > 1000) > 0.1 * rate_hz
