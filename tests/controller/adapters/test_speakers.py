"""What is said comes out whole, and is silent at once when nobody wants to hear it; on PortAudio itself and without."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from controller.adapters.speaker_pyaudio import PyAudioSpeaker, find_device
from controller.adapters.speaker_wav import WavSpeaker
from controller.errors import RogerError
from controller.ports import Sound
from controller.worker import Token

PLAY = """
import json, sys
import numpy as np
from controller.adapters.speaker_pyaudio import PyAudioSpeaker
from controller.errors import RogerError
from controller.ports import Sound
from controller.worker import Token

tone = (12_000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.int16)
code = ""
try:
    PyAudioSpeaker(sys.argv[1]).play([Sound(tone[:5000], 16_000), Sound(tone[5000:], 16_000)], Token())
except RogerError as error:
    code = error.problem.code
print(json.dumps(code))
"""


def play(tmp_path: Path, name: str) -> tuple[str, np.ndarray[Any, np.dtype[np.int16]]]:
    """Play a tone of a second in a process of its own, whose only sound card writes to a file."""
    settings, played = tmp_path / "asound.conf", tmp_path / "played.raw"
    settings.write_text(
        "</usr/share/alsa/alsa.conf>\n"
        f'pcm.tape {{ type file slave.pcm "null" file "{played}" format raw hint {{ show on description "Tape" }} }}\n'
        "pcm.!default tape\n"
    )
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(settings)}
    command = [sys.executable, "-c", PLAY, name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    samples = np.fromfile(played, np.int16) if played.exists() else np.zeros(0, np.int16)
    return json.loads(done.stdout), samples


def test_portaudio_plays_it(tmp_path: Path) -> None:
    code, samples = play(tmp_path, "")
    if code:
        pytest.skip("this machine's ALSA cannot play into a file")
    loud = samples[np.abs(samples) > 1000]
    assert np.abs(samples).max() == pytest.approx(12_000, rel=0.1)
    assert len(loud) > 60_000, "a second at 44.1 kHz in stereo"


def test_a_name_that_no_device_has_is_told(tmp_path: Path) -> None:
    assert play(tmp_path, "Boombox")[0] == "SPK-05"


class Library:
    """PortAudio with one device, whose thread takes what it is given whenever the test says so."""

    paInt16, paContinue = 8, 0

    def __init__(self, outputs: int = 2, takes: bool = True) -> None:
        self.outputs = outputs
        self.takes = takes
        self.played: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self.closed = threading.Event()
        self.took = threading.Event()

    def PyAudio(self) -> Library:
        return self

    def get_device_count(self) -> int:
        return 1

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return {"index": 0, "name": "USB Speaker", "maxOutputChannels": self.outputs, "defaultSampleRate": 48_000.0}

    def get_default_output_device_info(self) -> dict[str, Any]:
        raise OSError("no default")

    def open(self, **options: Any) -> Library:
        self.closed.clear()
        if self.takes:
            threading.Thread(target=self._pull, args=(options,), daemon=True).start()
        return self

    def _pull(self, options: dict[str, Any]) -> None:
        while not self.closed.wait(0.001):
            data, _ = options["stream_callback"](None, options["frames_per_buffer"], {}, 0)
            self.played.append(np.frombuffer(data, np.int16))
            self.took.set()

    def close(self) -> None:
        self.closed.set()

    def terminate(self) -> None:
        """It is gone."""


def tone(seconds: float, rate_hz: int = 22_050) -> Sound:
    return Sound(np.full(int(seconds * rate_hz), 1000, np.int16), rate_hz)


def test_it_plays_at_the_rate_of_the_device() -> None:
    library = Library()
    PyAudioSpeaker(library=library).play([tone(0.5), tone(0.5)], Token())
    played = np.concatenate(library.played)
    assert np.count_nonzero(played > 500) == pytest.approx(2 * 48_000, rel=0.02), "a second in stereo"
    assert library.closed.is_set()


def test_a_cancellation_is_silence_from_the_next_buffer_on() -> None:
    library, token = Library(), Token()

    def endless() -> Iterator[Sound]:
        while not token.cancelled:
            yield tone(0.1)
            library.took.wait(20)
        yield tone(5)

    def cancel() -> None:
        library.took.wait(20)
        token.cancel()

    threading.Thread(target=cancel).start()
    PyAudioSpeaker(library=library).play(endless(), token)
    assert library.closed.is_set()
    assert np.count_nonzero(np.concatenate(library.played) > 500) < 2 * 48_000 * 5, "what came after is dropped"


def test_a_cancelled_turn_is_not_played_at_all() -> None:
    library, token = Library(), Token()
    token.cancel()
    PyAudioSpeaker(library=library).play([tone(0.1)], token)
    assert library.played == []


def test_a_speaker_that_takes_nothing_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.adapters.speaker_pyaudio.DEAF_S", 0.2)
    with pytest.raises(RogerError, match=r"SPK-05.*gone"):
        PyAudioSpeaker(library=Library(takes=False)).play([tone(0.1)], Token())


def test_no_speaker_is_an_error_with_a_hint() -> None:
    with pytest.raises(RogerError, match="SPK-05 there is no speaker"):
        find_device(Library(outputs=0), "")


def test_speech_becomes_a_file_for_each_sentence() -> None:
    files: list[bytes] = []
    WavSpeaker(files.append).play([tone(0.5), tone(0.25)], Token())
    samples, rate_hz = soundfile.read(io.BytesIO(files[0]), dtype="int16")
    assert (len(files), rate_hz, len(samples)) == (1, 22_050, int(0.5 * 22_050) + int(0.25 * 22_050))


def test_a_sentence_that_was_cut_is_no_file() -> None:
    files: list[bytes] = []
    token = Token()

    def cut() -> Iterator[Sound]:
        yield tone(0.5)
        token.cancel()
        yield tone(0.5)

    WavSpeaker(files.append).play(cut(), token)
    assert files == []
