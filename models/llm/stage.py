"""The last stage of understanding: what is too uncertain for the others is put to a local language model.

It is not asked to answer, which small models do badly, but how well it could have expected the sentence among those of
each action: log P(sentence | sentences of the action) - log P(sentence | any), the noisy channel of Min et al. 2022
(https://arxiv.org/abs/2108.04106). It can name no action that was not retrieved, and what stands in a sentence is never
an instruction to it.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np

from controller.errors import RogerError
from controller.turn import Decision, Transcript
from models.intent.meaning import Candidate, MeaningClassifier
from models.keeping import keep
from models.llm.engine import Prepared, Tokens
from models.llm.process import EngineProcess

log = logging.getLogger(__name__)

STAGE: Final = "llama"
LEAST: Final = 6.0
"""By so much, in log odds, a sentence has to be more expected among an action's than anywhere."""
LEAD: Final = 1.0
"""And by so much more than among any other's, with what the stage before thought of them."""
EACH: Final = 8
"""Sentences of an action that are shown."""
LONGEST: Final = 30
"""Tokens of a sentence that is put to the model; more is no order."""


class LlamaStage:
    """A `Stage`. Loads in the background; until then it knows nothing, and the rest works.

    Args:
        meaning: Says which actions come near, and what speaks against them.
        make: Loads the model; what it raises is told as the reason.
        kept_in: Folder for what the model keeps of each action's sentences; None keeps it in memory only.
        wait: Load now.
    """

    def __init__(
        self,
        meaning: MeaningClassifier,
        make: Callable[[], EngineProcess],
        kept_in: Path | None = None,
        *,
        wait: bool = False,
    ) -> None:
        self._meaning = meaning
        self._make = make
        self._kept_in = kept_in
        self._engine: EngineProcess | None = None
        self._problem = ""
        self._ready: dict[str, Prepared] = {}
        if wait:
            self._load()
        else:
            self._load_later()

    def classify(self, transcript: Transcript) -> Decision:
        """One of the actions that come near, or unknown."""
        near = self._meaning.near(transcript)
        if not near:
            return Decision(reason="nothing comes near")
        if self._engine is None:
            return Decision(reason=self._problem or "the language model is still loading")
        try:
            return self._decided(self._engine, near, transcript.text.strip())
        except RogerError as error:
            self._engine = None
            self._load_later()
            return Decision(reason=f"{error.problem.code} {error.problem.message}")

    def _decided(self, engine: EngineProcess, near: Sequence[Candidate], text: str) -> Decision:
        said = engine.tokens(text, begins=False)
        if not said or len(said) > LONGEST:
            return Decision(reason="too long for an order")
        beginnings = [self._beginning(engine, name) for name in ("", *(one.name for one in near))]
        found = engine.log_probabilities(beginnings, said)
        return _decision(near, found[1:] - found[0])

    def _beginning(self, engine: EngineProcess, action: str) -> Prepared:
        """What leads to a sentence of `action`, or to any where that is empty."""
        if action not in self._ready:
            tokens = engine.tokens(leading_to(self._meaning.sentences(action)[:EACH] if action else ()))
            self._ready[action] = tokens, self._prepared(engine, tokens)
        return self._ready[action]

    def _prepared(self, engine: EngineProcess, tokens: Tokens) -> bytes:
        """From the disk, if it was there before."""
        if self._kept_in is None:
            return engine.prepared(tokens)
        path = self._kept_in / f"{hashlib.sha256(repr((engine.name, tokens)).encode()).hexdigest()[:32]}.kv"
        try:
            return path.read_bytes()
        except OSError:
            state = engine.prepared(tokens)
        keep(path, lambda file: file.write(state))
        return state

    def _load_later(self) -> None:
        threading.Thread(target=self._load, name="llama", daemon=True).start()

    def _load(self) -> None:
        try:
            self._engine = self._make()
        except RogerError as error:
            self._problem = f"{error.problem.code} {error.problem.message}"
            log.warning("%s; %s", self._problem, error.problem.hint)


def leading_to(sentences: Sequence[str]) -> str:
    """The text after which a sentence like these may follow."""
    if not sentences:
        return 'People say: "'
    return f'People say: {" ".join(f"{chr(34)}{one}{chr(34)}" for one in sentences)} In other words: "'


def _decision(near: Sequence[Candidate], odds: np.ndarray) -> Decision:
    both = odds + np.array([one.score for one in near])
    best = int(both.argmax())
    lead = float(both[best] - np.delete(both, best).max(initial=-np.inf))
    ahead = f"{lead:.1f} ahead of {LEAD:.1f}" if isfinite(lead) else "no other near"
    why = f"{near[best].name} {odds[best]:+.1f} of {LEAST:+.1f}, {ahead}"
    score = float(1 / (1 + np.exp(-near[best].score)))
    if odds[best] < LEAST or lead < LEAD:
        return Decision(reason=f"not expected enough: {why}", score=score)
    return Decision(near[best].name, near[best].slots, STAGE, f"expected of {why}", score, missing=near[best].lacks)
