"""The voices: espeak-ng, Piper, and a server that speaks OpenAI's protocol for speech."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from controller.errors import RogerError
from controller.ports import Cancellation, Sound
from models.speech.process import Program, say

ESPEAK_RATE_HZ: Final = 22_050
WAV_HEADER: Final = 44
WORDS_A_MINUTE: Final = 165
INSTALL_ESPEAK: Final = "run: sudo apt install espeak-ng"
INSTALL_PIPER: Final = "run: pip install piper-tts, and write its path into speech.program"
USUAL: Final[Mapping[str, str]] = {"en": "en-us", "ko": "ko"}


class EspeakVoice:
    """espeak-ng: small, quick, everywhere, and easily understood if not pretty. English and Korean."""

    def __init__(self, voices: Mapping[str, str], rate: float = 1.0, program: str = "") -> None:
        self._voices = {**USUAL, **voices}
        self._rate = rate
        self._program = program or "espeak-ng"

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        voice = self._voices.get(language, self._voices["en"])
        speed = round(WORDS_A_MINUTE * self._rate)
        argv = [self._program, "-v", voice, "-s", str(speed), "--stdin", "--stdout"]
        return say(Program(argv, ESPEAK_RATE_HZ, WAV_HEADER, INSTALL_ESPEAK), text, cancellation)

    def close(self) -> None:
        """Each sentence has a process of its own."""


class PiperVoice:
    """Piper: neural voices. It is another program under another licence (GPL-3), and stays one.

    Args:
        voices: A model (.onnx, with its .onnx.json beside it) for each language.

    Raises:
        RogerError: SPK-01 where no model is named, or one cannot be read.
    """

    def __init__(self, voices: Mapping[str, str], rate: float = 1.0, program: str = "") -> None:
        if not voices:
            raise RogerError("SPK-01", "Piper has no voice", "name a model: speech: {voices: {en: en_US-amy-low.onnx}}")
        self._rate = rate
        self._program = program or "piper"
        self._models = {language: Path(model).expanduser() for language, model in voices.items()}
        self._rates_hz = {language: _rate_of(model) for language, model in self._models.items()}

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        if language not in self._models:
            language = next(iter(self._models))
        argv = [self._program, "--model", str(self._models[language]), "--output-raw"]
        argv += ["--length-scale", f"{1 / self._rate:.2f}"]
        return say(Program(argv, self._rates_hz[language], 0, INSTALL_PIPER), text, cancellation)

    def close(self) -> None:
        """Each sentence has a process of its own: Piper does not say where one ends."""


def _rate_of(model: Path) -> int:
    about = model.with_name(f"{model.name}.json")
    try:
        return int(json.loads(about.read_text(encoding="utf-8"))["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError):
        hint = "a Piper voice is two files, NAME.onnx and NAME.onnx.json"
        raise RogerError("SPK-01", f"{about} does not say what the voice is like", hint) from None
