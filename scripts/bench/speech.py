"""How soon a voice begins, how quick it is, and how soon it is silent after a press.

Usage: python scripts/bench/speech.py [TIMES]

Voices: espeak-ng in English and Korean; the time to the first samples of a sentence, and how long it works for a second
of speech. Silence: a PyAudioSpeaker plays into ALSA's null device in a process of its own, a token is cancelled in the
middle, and what counts is the time until `play` has returned with the device closed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from controller.worker import Token
from models.speech.voices import EspeakVoice

SENTENCES = {
    "en": "The Little Prince was written by Antoine de Saint-Exupéry, a French writer and pilot.",
    "ko": "어린 왕자는 프랑스의 작가이자 비행사인 앙투안 드 생텍쥐페리가 썼습니다.",
}
CANCEL = """
import json, sys, threading, time
import numpy as np
from controller.adapters.speaker_pyaudio import PyAudioSpeaker
from controller.ports import Sound
from controller.worker import Token

took = []
for turn in range(int(sys.argv[1])):
    token, at = Token(), []
    def cancel():
        at.append(time.perf_counter())
        token.cancel()
    def sounds():
        while not token.cancelled:
            yield Sound(np.ones(2205, np.int16), 22050)
            time.sleep(0.02)
    threading.Timer(0.3 + turn % 7 / 100, cancel).start()
    PyAudioSpeaker().play(sounds(), token)
    took.append(time.perf_counter() - at[0])
print(json.dumps(took))
"""


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    for language, sentence in SENTENCES.items():
        first, factor = zip(*(speak(sentence, language) for _ in range(times)), strict=True)
        report(f"espeak-ng {language}: first sound, ms", [1000 * value for value in first])
        report(f"espeak-ng {language}: work for a second of speech, ms", [1000 * value for value in factor])
    report("press to silence, ms", [1000 * value for value in silence(times)])


def speak(sentence: str, language: str) -> tuple[float, float]:
    """Seconds to the first samples, and seconds for a second of speech."""
    started, first, length_s = time.perf_counter(), 0.0, 0.0
    for sound in EspeakVoice({}).say(sentence, language, Token()):
        first = first or time.perf_counter() - started
        length_s += len(sound.samples) / sound.rate_hz
    return first, (time.perf_counter() - started) / length_s


def silence(times: int) -> list[float]:
    settings = Path(tempfile.mkdtemp()) / "asound.conf"
    device = 'pcm.nothing { type null hint { show on description "Nothing" } }\npcm.!default nothing\n'
    settings.write_text(f"</usr/share/alsa/alsa.conf>\n{device}")
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(settings), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CANCEL, str(times)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(value) for value in json.loads(done.stdout)]


def report(what: str, values: list[float]) -> None:
    p95 = quantiles(values, n=20)[18]
    row = {"what": what, "n": len(values), "median": round(median(values), 1), "p95": round(p95, 1)}
    print(json.dumps({**row, "max": round(max(values), 1)}))


if __name__ == "__main__":
    main()
