"""One recording or text through the real recogniser and rules, with everything that led to the decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, TypeAlias

from config.loader import Config
from controller.audio import read_wav
from controller.clock import stopwatch
from controller.engines import make_recognizer, make_understanding
from controller.ports import SAMPLE_RATE_HZ, Recognizer
from controller.simulator.planned import PlannedStep, planned
from controller.simulator.world import is_korean
from controller.turn import Decision, Transcript
from models.asr.explanation import ExplainingRecognizer, Explanation
from models.intent.advice import Advice, advise
from models.intent.rules import RulesClassifier

FRAME: Final = SAMPLE_RATE_HZ // 50

DecidedBy: TypeAlias = Literal["text", "command", ""]
"""The text itself, the nearest command that was accepted for it, or nothing."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a recording or a text was understood.

    Attributes:
        source: The file, or the text.
        explanation: None for a text, where nobody spoke, and where the recogniser cannot explain itself.
        steps: What the action would do.
        advice: Where nothing is understood, what to do about it.
        timings_s: By stage: "listening" is all work before the release; "loading" is done once for many.
    """

    source: str
    transcript: Transcript
    explanation: Explanation | None
    decision: Decision
    decided_by: DecidedBy
    steps: tuple[PlannedStep, ...]
    advice: Advice | None
    timings_s: dict[str, float]


class Trial:
    """The engines of a configuration. Raises `RogerError` CFG-08, and ASR-xx or MDL-xx once a recording is tried."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rules = RulesClassifier(config.actions, config.roger.language)
        self._classifier = make_understanding(config, wait=True)

    @cached_property
    def _recognizer(self) -> Recognizer:
        return make_recognizer(self._config)

    def text(self, text: str) -> Tried:
        """Words in place of speech."""
        transcript = Transcript(text, "ko" if is_korean(text) else "en", 1.0)
        return self._understood(text, transcript, None, {})

    def recording(self, path: Path) -> Tried:
        """An audio file as if it were spoken now. Raises `RogerError` ASR-xx."""
        samples, elapsed = read_wav(path), stopwatch()
        recognizer = self._recognizer
        loading_s = elapsed()
        recognizer.start()
        for start in range(0, len(samples), FRAME):
            recognizer.feed(samples[start : start + FRAME])
        before_s = {"loading": loading_s, "listening": elapsed() - loading_s}
        transcript = recognizer.finish()
        explained = recognizer.explain() if isinstance(recognizer, ExplainingRecognizer) else None
        return self._understood(str(path), transcript, explained, before_s | transcript.timings_s)

    def _understood(
        self, source: str, transcript: Transcript, explained: Explanation | None, timings_s: dict[str, float]
    ) -> Tried:
        elapsed = stopwatch()
        decision = self._classifier.classify(transcript)
        timings_s = timings_s | {"understanding": elapsed()}
        return Tried(
            source,
            transcript,
            explained,
            decision,
            self._decided_by(transcript, explained, decision),
            tuple(planned(self._config.actions, decision, transcript.language)),
            None if decision.action else self._advice(transcript),
            timings_s,
        )

    def _decided_by(self, transcript: Transcript, explained: Explanation | None, decision: Decision) -> DecidedBy:
        if not decision.action:
            return ""
        if decision.stage != "rules" or decision.then:
            return "text"
        was_heard = explained is None or explained.plausible
        by_text = was_heard and self._rules.classify(replace(transcript, command="")).action
        return "text" if by_text else "command"

    def _advice(self, transcript: Transcript) -> Advice:
        return advise(self._config.actions, self._rules.grammars, transcript.text, transcript.language)
