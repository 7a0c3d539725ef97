"""Make recordings that ask for nothing, for `roger bench commands --unknown`: a folder a kind.

The sentences of tests/audio/unknown.yaml are spoken by Piper's voice "joe" (see scripts/speak.py) at three speeds and
by espeak-ng; silence is made here, and noise cut from a recording. The voices are synthetic: people mumble otherwise.

    python scripts/bench/unknown.py OUT --piper /tmp/piper/bin/python --noise kitchen_noise.wav
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import yaml

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))
from controller.audio import read_wav
from controller.ports import SAMPLE_RATE_HZ, Frame

SPEEDS = (0.85, 1.0, 1.25)
ESPEAK = ("en-us+f3", "en-gb+m3")
PIECE_S = 3
SILENCES = 10
PIPER = """
import glob, json, site, sys, wave
from piper import PiperVoice, SynthesisConfig
voice = PiperVoice.load(glob.glob(site.getsitepackages()[0] + "/**/*joe*.onnx", recursive=True)[0])
for text, path, scale in json.load(sys.stdin):
    with wave.open(path, "wb") as file:
        voice.synthesize_wav(text, file, syn_config=SynthesisConfig(length_scale=scale))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a folder for home/ and orders/")
    parser.add_argument("--piper", metavar="PYTHON", help="the Python that has piper-tts and the voice")
    parser.add_argument("--noise", type=Path, metavar="WAV", help="noise alone, in pieces of three seconds")
    args = parser.parse_args()
    kinds = yaml.safe_load((ROOT / "tests" / "audio" / "unknown.yaml").read_text(encoding="utf-8"))
    for grammar, sentences in kinds.items():
        for kind, texts in sentences.items():
            speak(texts, args.out / grammar / kind, args.piper)
        write(args.out / grammar / "silence", silences())
        if args.noise:
            write(args.out / grammar / "noise", pieces(read_wav(args.noise)))
    print(f"{sum(1 for _ in args.out.rglob('*.wav'))} recordings in {args.out}")


def speak(texts: list[str], folder: Path, piper: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        if piper:
            jobs = [(text, f"{name}/joe{speed}-{i}.wav", speed) for i, text in enumerate(texts) for speed in SPEEDS]
            subprocess.run([piper, "-c", PIPER], input=json.dumps(jobs), text=True, check=True)
        if shutil.which("espeak-ng"):
            for voice in ESPEAK:
                for i, text in enumerate(texts):
                    subprocess.run(["espeak-ng", "-v", voice, "-w", f"{name}/{voice}-{i}.wav", text], check=True)
        write(folder, ((path.stem, read_wav(path)) for path in sorted(Path(name).iterdir())))


def silences() -> Iterator[tuple[str, Frame]]:
    """What a quiet room sounds like to a cheap microphone: a little noise, and mains hum in every second one."""
    time = np.arange(PIECE_S * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    for i in range(SILENCES):
        hum = 100 * np.sin(100 * np.pi * time) * (i % 2)
        yield f"{i}", (np.random.default_rng(i).normal(0, 5 * i, len(time)) + hum).astype(np.int16)


def pieces(noise: Frame) -> Iterator[tuple[str, Frame]]:
    length = PIECE_S * SAMPLE_RATE_HZ
    for i in range(len(noise) // length):
        yield f"{i}", noise[i * length : (i + 1) * length]


def write(folder: Path, recordings: Iterator[tuple[str, Frame]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, samples in recordings:
        soundfile.write(folder / f"{name}.wav", samples, SAMPLE_RATE_HZ, subtype="PCM_16")


if __name__ == "__main__":
    main()
