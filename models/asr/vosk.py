"""Vosk (Kaldi) as a recogniser: streaming, so the transcript is there moments after the release."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import vosk

from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import SAMPLE_RATE_HZ, Frame
from controller.turn import Transcript
from models.store.installed import read_manifest

REQUIRED: Final = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
GRAPHS: Final = (("graph/HCLG.fst", "graph/words.txt"), ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"))
"""A model has one of these: a graph composed when it was made, or one that is composed while it runs."""


class VoskRecognizer:
    """A `Recognizer` on any Vosk model folder for 16 kHz. Loading takes seconds, and the first utterance is slow.

    Kaldi adds random noise to the audio (dither), so confidences vary a little from run to run.

    Args:
        folder: The folder that holds am/, conf/ and graph/.
        language: Of the model, "en" or "ko"; "auto": as its manifest says, else English.

    Raises:
        RogerError: MDL-02 where there is no folder, MDL-06 where it holds no model or a damaged one.
    """

    def __init__(self, folder: Path, language: str) -> None:
        _check(folder)
        self._language = _language_of(folder) if language == "auto" else language
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
            self._engine = vosk.KaldiRecognizer(self._model, SAMPLE_RATE_HZ)
        except Exception as error:  # the only kind that vosk raises
            message = f"Vosk cannot load {folder}: {error}"
            raise RogerError("MDL-06", message, "the files are damaged or of another kind: get them again") from error
        self._engine.SetWords(True)
        self.start()

    def start(self) -> None:
        self._words: list[dict[str, Any]] = []
        self._samples = 0
        self._shown = ""
        self._hurried = False

    def feed(self, frame: Frame) -> str | None:
        """Take one frame; return the words so far where they have changed. Raises `RogerError` ASR-02."""
        self._samples += len(frame)
        if self._accept(frame):  # a pause: vosk closes the sentence, the utterance goes on
            self._keep(self._engine.Result())
        return None if self._hurried else self._news()

    def _accept(self, frame: Frame) -> bool:
        try:
            return bool(self._engine.AcceptWaveform(frame.tobytes()))
        except Exception as error:  # the only kind that vosk raises
            raise RogerError("ASR-02", f"Vosk gave up: {error}", "check the model: roger models verify") from error

    def _keep(self, result: str) -> None:
        self._words += json.loads(result).get("result", [])

    def _news(self) -> str | None:
        partial = json.loads(self._engine.PartialResult()).get("partial")
        text = " ".join(filter(None, (_text(self._words), partial)))
        if text == self._shown:
            return None
        self._shown = text
        return text

    def finish(self) -> Transcript:
        elapsed = stopwatch()
        self._keep(self._engine.FinalResult())
        return Transcript(
            text=_text(self._words),
            language=self._language,
            confidence=_geometric_mean(word["conf"] for word in self._words),
            why_empty="" if self._words else "no speech",
            audio_s=self._samples / SAMPLE_RATE_HZ,
            timings_s={"decoder": elapsed()},
        )

    def cancel(self) -> None:
        self._engine.FinalResult()  # Reset() would keep the adaptation to this speaker

    def hurry(self) -> None:
        """Leave out partial text from now on; decoding itself has to go on."""
        self._hurried = True

    def close(self) -> None:
        """Give the memory back; the recogniser is of no use afterwards."""
        del self._engine, self._model


def _text(words: Iterable[dict[str, Any]]) -> str:
    return " ".join(word["word"] for word in words)


def _geometric_mean(values: Iterable[float]) -> float:
    """0 where there are none. Vosk's confidences are posteriors and may exceed 1 by rounding."""
    logs = [math.log(min(max(value, 1e-6), 1.0)) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else 0.0


def _check(folder: Path) -> None:
    """Look before vosk does: what it cannot read may end the whole process (SIGABRT, SIGSEGV)."""
    if not folder.is_dir():
        raise RogerError(
            "MDL-02", f"there is no model folder {folder}", "`roger models list` shows what can be fetched"
        )
    graph = min(([file for file in files if not (folder / file).is_file()] for files in GRAPHS), key=len)
    missing = [file for file in REQUIRED if not (folder / file).is_file()] + graph
    if missing:
        message = f"{folder} is no Vosk model: it has no {', '.join(missing)}"
        raise RogerError("MDL-06", message, "name the folder that itself holds am/, conf/ and graph/")


def _language_of(folder: Path) -> str:
    try:
        return read_manifest(folder).languages[0]
    except RogerError:
        return "en"
