"""Vosk (Kaldi) as a recogniser: streaming, so the transcript is there moments after the release."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import vosk

from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import SAMPLE_RATE_HZ, Frame
from controller.turn import Transcript
from models.asr.vosk_grammar import Heard, VoskGrammar
from models.intent.sampling import Speaker
from models.store.installed import read_manifest

REQUIRED: Final = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
GRAPHS: Final = (("graph/HCLG.fst", "graph/words.txt"), ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"))
"""A model has one of these: a graph composed when it was made, or one that is composed while it runs; only the second
can be held to a grammar."""

Word: TypeAlias = dict[str, Any]
"""As Vosk gives it, with "word" and "conf"."""


class VoskRecognizer:
    """A `Recognizer` on any Vosk model folder for 16 kHz. Loading takes seconds, and the first utterance is slow.

    Kaldi adds random noise to the audio (dither), so confidences vary a little from run to run.

    Args:
        folder: The folder that holds am/, conf/ and graph/.
        language: Of the model, "en" or "ko"; "auto": as its manifest says, else English.
        speakers: What can be asked, by language. A second recogniser hears nothing else; None for free text alone.

    Attributes:
        grammar: What that one knows; None where there is none.

    Raises:
        RogerError: MDL-02 where there is no folder, MDL-06 where it holds no model or a damaged one.
    """

    def __init__(self, folder: Path, language: str, speakers: Mapping[str, Speaker] | None = None) -> None:
        _check(folder)
        self._language = _language_of(folder) if language == "auto" else language
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
            self._engine = vosk.KaldiRecognizer(self._model, SAMPLE_RATE_HZ)
            self.grammar = self._grammar(folder, speakers or {})
        except Exception as error:  # the only kind that vosk raises
            message = f"Vosk cannot load {folder}: {error}"
            raise RogerError("MDL-06", message, "the files are damaged or of another kind: get them again") from error
        self._engine.SetWords(True)
        self.start()

    def _grammar(self, folder: Path, speakers: Mapping[str, Speaker]) -> VoskGrammar | None:
        speaker = speakers.get(self._language)
        can_be_held = (folder / GRAPHS[1][0]).is_file()
        return VoskGrammar(self._model, speaker) if can_be_held and speaker and speaker.phrases else None

    def start(self) -> None:
        self._words: list[Word] = []
        self._held: list[Word] = []
        self._samples = 0
        self._shown = ""
        self._hurried = False

    def feed(self, frame: Frame) -> str | None:
        """Take one frame; return the words so far where they have changed. Raises `RogerError` ASR-02."""
        self._samples += len(frame)
        if self._accept(self._engine, frame):  # a pause: vosk closes the sentence, the utterance goes on
            self._words += _result(self._engine.Result())
        if self.grammar and self._accept(self.grammar.engine, frame):
            self._held += _result(self.grammar.engine.Result())
        return None if self._hurried else self._news()

    def _accept(self, engine: Any, frame: Frame) -> bool:
        try:
            return bool(engine.AcceptWaveform(frame.tobytes()))
        except Exception as error:  # the only kind that vosk raises
            raise RogerError("ASR-02", f"Vosk gave up: {error}", "check the model: roger models verify") from error

    def _news(self) -> str | None:
        partial = json.loads(self._engine.PartialResult()).get("partial")
        text = " ".join(filter(None, (_text(self._words), partial)))
        if text == self._shown:
            return None
        self._shown = text
        return text

    def finish(self) -> Transcript:
        elapsed = stopwatch()
        self._words += _result(self._engine.FinalResult())
        text, heard = _text(self._words), self._command()
        return Transcript(
            text=text,
            language=self._language,
            confidence=_confidence(self._words),
            why_empty="" if self._words else "no speech",
            audio_s=self._samples / SAMPLE_RATE_HZ,
            timings_s={"decoder": elapsed()},
            command=heard.text,
            command_confidence=heard.confidence,
            nearest=heard.why,
        )

    def _command(self) -> Heard:
        if self.grammar is None:
            return Heard()
        self._held += _result(self.grammar.engine.FinalResult())
        return self.grammar.judge(_text(self._words), _text(self._held), _confidence(self._held))

    def cancel(self) -> None:
        for engine in (self._engine, self.grammar.engine if self.grammar else None):
            if engine:
                engine.FinalResult()  # Reset() would keep the adaptation to this speaker

    def hurry(self) -> None:
        """Leave out partial text from now on; decoding itself has to go on."""
        self._hurried = True

    def close(self) -> None:
        """Give the memory back; the recogniser is of no use afterwards."""
        del self._engine, self.grammar, self._model


def _result(result: str) -> list[Word]:
    words: list[Word] = json.loads(result).get("result", [])
    return words


def _text(words: Iterable[Word]) -> str:
    return " ".join(word["word"] for word in words)


def _confidence(words: Iterable[Word]) -> float:
    return _geometric_mean(word["conf"] for word in words)


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
