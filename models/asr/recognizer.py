"""Whisper behind the `Recognizer` port: hears while the button is held, so that the text is there on release."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np

from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import SAMPLE_RATE_HZ, Frame
from controller.turn import Transcript
from models.asr.command_search import Command, CommandSearch, Constraint
from models.asr.decode import GreedySearch, Hypothesis, Prompted, prompt, suppressed_tokens, token_limit
from models.asr.explanation import Explanation, explanation
from models.asr.gate import SpeechGate
from models.asr.plausibility import is_plausible
from models.asr.whisper import LONGEST_S, WhisperModel
from models.intent.grammar import Grammar

log = logging.getLogger(__name__)

MARGIN_S: Final = 0.3
"""Kept before and after the speech: soft beginnings and ends that the gate misses."""
PAUSE_S: Final = 0.2
"""After so much silence the utterance may be over: decode it now."""
PARTIAL_EVERY_S: Final = 1.0
"""Without a pause, decode after so much new speech."""
SILENCE_AFTER_S: Final = 1.0
NOTHING_NEAR: Final = "nothing that can be asked sounds like it"
SHORTEST_WINDOW_S: Final = 8.0
"""The window that is encoded: the speech and a second of silence, eight seconds at least (see docs/recognition.md)."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One decoding of the utterance, maybe unfinished: of the first `samples`, where speech ended at `speech_end`."""

    samples: int
    speech_end: int
    search: GreedySearch
    timings_s: dict[str, float]
    limit: int
    commands: list[CommandSearch] = field(default_factory=list)
    """Of this pass; none before the free search is over."""


class WhisperRecognizer:
    """Implements `controller.ports.Recognizer` with Whisper and a speech gate.

    A pass over the utterance is begun at every pause. If nothing but silence follows until the release, that pass is
    the result, finished or not, so `finish` only does what is still missing.

    Args:
        folder: With the files that `convert_whisper` wrote.
        language: What is spoken; "auto" lets the model tell Korean from English in each utterance.
        threads: How many threads the model may use.
        partials: Decode before the release, too.
        load: How many processor cores that may keep busy, as a mean over the utterance; the first pass is free.
        grammars: What can be asked, by language. What was heard is held against it; None for free text alone.

    Raises:
        RogerError: MDL-02 where the model is not installed, MDL-06 where it cannot be loaded, ASR-04 where it does not
            know the language; ASR-02 from `feed` and `finish` where the model fails.
    """

    def __init__(
        self,
        folder: Path,
        language: Literal["en", "ko", "auto"],
        threads: int,
        partials: bool,
        grammars: Mapping[str, Grammar] | None = None,
        load: float = 0.6,
    ) -> None:
        self._model = WhisperModel(folder, threads)
        if language == "ko" and not self._model.multilingual:
            raise RogerError("ASR-04", f"{folder.name} knows English only", "set recognizer.model to whisper-base")
        self._languages = ("en", "ko") if language == "auto" else (language,)
        self._suppressed = suppressed_tokens(self._model.tokenizer)
        self._constraints = self._constrain(grammars or {})
        self._gate = SpeechGate()
        self._partials = partials
        self._wall_share = load / threads
        self._hurried = threading.Event()
        self.start()

    def start(self) -> None:
        self._gate.reset()
        self._hurried.clear()
        self._frames: list[Frame] = []
        self._samples = 0
        self._pass: _Pass | None = None
        self._spent_s = 0.0
        self._shown = ""

    def feed(self, frame: Frame) -> str | None:
        """Take one frame; decode at a pause or after enough new speech, and return the text where it is new."""
        self._frames.append(frame)
        self._samples += len(frame)
        self._gate.feed(frame)
        if not self._partials or self._hurried.is_set() or not self._partial_due():
            return None
        elapsed = stopwatch()
        current = self._current_pass()
        hypothesis = current.search.run(self._hurried.is_set)
        text = "" if hypothesis is None else self._text(hypothesis, current.search.prompted)
        if hypothesis is not None and self._gate.pause_s >= PAUSE_S:
            text = self._command_so_far(current, hypothesis) or text
        self._spent_s += elapsed()
        if not text or text == self._shown:
            return None
        self._shown = text
        return text

    def _partial_due(self) -> bool:
        if self._gate.why_empty or self._spent_s > self._wall_share * self._samples / SAMPLE_RATE_HZ:
            return False
        heard = self._pass.speech_end if self._pass else self._gate.speech_start
        if self._gate.speech_end - heard >= PARTIAL_EVERY_S * SAMPLE_RATE_HZ:
            return True
        return self._gate.pause_s >= PAUSE_S and not self._is_current(self._pass)

    def finish(self) -> Transcript:
        """What was said, empty where nobody spoke or it could not be understood."""
        audio_s = self._samples / SAMPLE_RATE_HZ
        if self._gate.why_empty:
            return Transcript(language=self._languages[0], why_empty=self._gate.why_empty, audio_s=audio_s)
        elapsed = stopwatch()
        begun, current = self._pass, self._current_pass()
        hypothesis, prompted = current.search.result(), current.search.prompted
        search = self._search_command(current, hypothesis)
        command = search.result() if search else None
        before = {"features": 0.0, "encoder": 0.0} if current is begun else current.timings_s
        timings_s = before | {"decoder": elapsed() - sum(before.values())}
        text, confidence, snr_db = self._text(hypothesis, prompted), hypothesis.confidence, self._gate.snr_db
        if not text:
            return Transcript("", prompted.language, 0.0, "unclear", audio_s, timings_s)
        said, nearest = _told(command)
        if search and search.is_needed and not command:
            nearest = NOTHING_NEAR
        command_confidence = command.confidence if command and said else 0.0
        return Transcript(
            text, prompted.language, confidence, "", audio_s, timings_s, snr_db, said, command_confidence, nearest
        )

    def explain(self) -> Explanation | None:
        """How the utterance was heard that `finish` has just given; None where nobody spoke."""
        if self._pass is None or self._gate.why_empty:
            return None
        hypothesis, prompted = self._pass.search.result(), self._pass.search.prompted
        plausible = bool(self._text(hypothesis, prompted))
        search = self._begin_command(self._pass, hypothesis, gives_up=False)
        command = search.result() if search else None
        return explanation(self._model.tokenizer, prompted, hypothesis, plausible, command)

    def cancel(self) -> None:
        """Forget the utterance."""
        self.start()

    def hurry(self) -> None:
        """Stop decoding before the next token; what was decoded is kept, and `finish` goes on from there."""
        self._hurried.set()

    def close(self) -> None:
        """The sessions are freed with the object."""

    def _current_pass(self) -> _Pass:
        """The pass that has heard all speech; begun where there is none yet."""
        if self._pass is None or not self._is_current(self._pass):
            self._pass = self._begin()
        return self._pass

    def _is_current(self, earlier: _Pass | None) -> bool:
        """True where `earlier` has heard the last speech and the pause after it, into which a soft end may reach."""
        if earlier is None or earlier.speech_end != self._gate.speech_end:
            return False
        return earlier.samples >= min(self._samples, earlier.speech_end + int(PAUSE_S * SAMPLE_RATE_HZ))

    def _begin(self) -> _Pass:
        spoken = np.concatenate(self._frames)[self._gate.bounds(MARGIN_S)]
        spoken_s = len(spoken) / SAMPLE_RATE_HZ
        if spoken_s > LONGEST_S:
            log.warning("the utterance lasts %.1f s; only its first %.0f s are recognised", spoken_s, LONGEST_S)
        elapsed = stopwatch()
        features = self._model.features(spoken, max(spoken_s + SILENCE_AFTER_S, SHORTEST_WINDOW_S))
        features_s = elapsed()
        encoded = self._model.encode(features)
        encoder_s = elapsed() - features_s
        prompted = prompt(self._model, encoded, self._languages)
        limit = token_limit(min(spoken_s, LONGEST_S))
        search = GreedySearch(self._model, prompted, limit, self._suppressed)
        timings_s = {"features": features_s, "encoder": encoder_s}
        return _Pass(self._samples, self._gate.speech_end, search, timings_s, limit)

    def _constrain(self, grammars: Mapping[str, Grammar]) -> dict[str, Constraint]:
        """The constraint of each language that has sentences at all."""
        return {
            language: Constraint.of(self._model, grammar, language)
            for language, grammar in grammars.items()
            if language in self._languages and grammar.phrases
        }

    def _search_command(self, current: _Pass, hypothesis: Hypothesis) -> CommandSearch | None:
        """The pass's search for a command, begun when it is first asked for."""
        if not current.commands and (search := self._begin_command(current, hypothesis)):
            current.commands.append(search)
        return next(iter(current.commands), None)

    def _begin_command(self, current: _Pass, hypothesis: Hypothesis, gives_up: bool = True) -> CommandSearch | None:
        """A search for a command; None where there is none to be found in the language, or nothing was understood."""
        prompted = current.search.prompted
        constraint = self._constraints.get(prompted.language)
        text = self._text(hypothesis, prompted)
        if not text or not constraint:
            return None
        return CommandSearch(self._model, prompted, hypothesis, text, constraint, current.limit, gives_up)

    def _command_so_far(self, current: _Pass, hypothesis: Hypothesis) -> str:
        search = self._search_command(current, hypothesis)
        return _told(search.result())[0] if search and search.run(self._hurried.is_set) else ""

    def _text(self, hypothesis: Hypothesis, prompted: Prompted) -> str:
        """The hypothesis in words; empty where it is not plausible."""
        text = self._model.tokenizer.decode(hypothesis.tokens).replace("\N{REPLACEMENT CHARACTER}", "").strip()
        return text if is_plausible(text, hypothesis.confidence, prompted.no_speech) else ""


def _told(command: Command | None) -> tuple[str, str]:
    """The command that was said, empty where none was; and what speaks for and against the nearest one."""
    if command is None:
        return "", ""
    verdict = command.verdict
    scores = f"margin {verdict.margin:.2f}, cost {verdict.cost:.2f}, contradiction {verdict.contradiction:.2f}"
    if verdict.accepted:
        return command.text, f"heard as {command.text!r}: {scores}"
    heard = f" ({verdict.heard!r})" if verdict.against == "contradiction" else ""
    return "", f"not {command.text!r}: too much {verdict.against}{heard}: {scores}"
