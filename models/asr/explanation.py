"""How an utterance was heard: every word with its probability, and the nearest command with what speaks against it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from models.asr.acceptance import CONTRADICTION, COST, MARGIN, Verdict
from models.asr.command_search import Command
from models.asr.decode import Hypothesis, Prompted
from models.asr.tokenizer import Tokenizer

DOUBTFUL: Final = 0.5
"""Below this probability a word is as likely to be another one."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of the free text; its probability is the product of those of its tokens."""

    text: str
    probability: float

    @property
    def is_doubtful(self) -> bool:
        return self.probability < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Measure:
    """A question of `models.asr.acceptance`: a sentence is refused where `value` is above `limit`."""

    name: str
    value: float
    limit: float

    @property
    def is_kept(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class NearestCommand:
    """The sentence of the user's actions that comes nearest to the sound.

    Attributes:
        contradicted_by: The word that was heard most clearly where the sentence has another; empty for none.
    """

    text: str
    accepted: bool
    measures: tuple[Measure, ...]
    contradicted_by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What stands behind a `Transcript`.

    Attributes:
        words: Of the free text, also where it was dropped as not plausible.
        confidence: Geometric mean of the token probabilities.
        no_speech: Probability that nobody spoke.
        plausible: Whether the free text was kept.
        nearest: None where the free text is a command as it stands, or no command is near.
    """

    words: tuple[HeardWord, ...]
    language: str
    confidence: float
    no_speech: float
    plausible: bool
    nearest: NearestCommand | None


@runtime_checkable
class ExplainingRecognizer(Protocol):
    """A recogniser that can say how it heard."""

    def explain(self) -> Explanation | None:
        """Of the utterance that was finished last; None where nobody spoke."""


def explanation(
    tokenizer: Tokenizer, prompted: Prompted, free: Hypothesis, plausible: bool, command: Command | None
) -> Explanation:
    """Everything that was weighed for one utterance."""
    words = tuple(_words(free, tokenizer))
    nearest = None if command is None else _nearest(command)
    return Explanation(words, prompted.language, free.confidence, prompted.no_speech, plausible, nearest)


def _nearest(command: Command) -> NearestCommand:
    verdict = command.verdict
    return NearestCommand(command.text, verdict.accepted, _measures(verdict), verdict.heard)


def _measures(verdict: Verdict) -> tuple[Measure, ...]:
    return (
        Measure("margin", verdict.margin, MARGIN),
        Measure("cost", verdict.cost, COST),
        Measure("contradiction", verdict.contradiction, CONTRADICTION),
    )


def _words(free: Hypothesis, tokenizer: Tokenizer) -> Iterator[HeardWord]:
    """The tokens from one space to the next."""
    words: list[tuple[list[int], float]] = []
    for token, log_prob in zip(free.tokens, free.log_probs, strict=True):
        if words and not tokenizer.bytes_of(token).startswith(b" "):
            ids, sum_so_far = words.pop()
            words.append(([*ids, token], sum_so_far + log_prob))
        else:
            words.append(([token], log_prob))
    for ids, log_prob in words:
        text = tokenizer.decode(ids).replace("\N{REPLACEMENT CHARACTER}", "").strip()
        if text:
            yield HeardWord(text, math.exp(log_prob))
