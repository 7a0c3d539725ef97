"""Constrained decoding: the most probable text among those that the grammar allows.

A beam search over the states of the spelling. Hypotheses that say the same units and stand at the same place are one:
the best spelling. Scores are log probabilities over the whole vocabulary, never renormalised over what is allowed, so
that they can be compared with those of the free search; a share of the decoder's own prior is taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.asr.decode import Prompted, text_log_probs
from models.asr.prior import SHARE, Prior
from models.asr.spelling import Spelling, State
from models.asr.whisper import Floats, WhisperModel

BEAM: Final = 8
TOKEN_BONUS: Final = 0.5
"""Added for every token: without it a sentence that is the beginning of another one is found first, and taken."""
PATIENCE: Final = 4.0
"""The search goes on until the best open hypothesis is so much below the best complete one."""
HOPELESS: Final = 7.0
"""The search gives up where all are less probable than this (minus the natural logarithm) ..."""
HOPELESS_EACH: Final = 2.2
"""... and this for each token: of 152 sentences that were heard in the end, none had ever been worse than 5.1."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A complete sentence of the grammar.

    Attributes:
        units: What it says.
        tokens: How it is spelled best.
        log_prob: Natural logarithm of the probability of `tokens` and the end after them ...
        prior: ... and of the same without any audio.
    """

    units: tuple[str, ...]
    tokens: tuple[int, ...]
    log_prob: float
    prior: float

    @property
    def evidence(self) -> float:
        """What the audio says for it."""
        return self.log_prob - SHARE * self.prior

    @property
    def rank(self) -> float:
        return self.evidence + TOKEN_BONUS * (len(self.tokens) + 1)


@dataclass(frozen=True, slots=True)
class _Open:
    """A sentence in the making; `parent` is its place in the beam before."""

    score: float
    log_prob: float
    prior: float
    state: State
    units: tuple[str, ...]
    tokens: tuple[int, ...]
    parent: int


class ConstrainedSearch:
    """Finds the most probable sentence of the grammar. Can be interrupted and go on.

    Args:
        gives_up: Stop without a result once none can be what was said.
    """

    def __init__(
        self,
        model: WhisperModel,
        prompted: Prompted,
        prior: Prior,
        spelling: Spelling,
        max_tokens: int,
        gives_up: bool = False,
    ) -> None:
        self._gives_up = gives_up
        self._model = model
        self._heard = _Scorer(model, prompted)
        self._unheard = _Scorer(model, prior.prompted)
        self._spelling = spelling
        self._left = max_tokens
        self._beam = [_Open(0.0, 0.0, 0.0, spelling.start(), (), (), 0)]
        self._found: dict[tuple[str, ...], Sentence] = {}

    def run(self, interrupted: Callable[[], bool] = lambda: False) -> list[Sentence] | None:
        """The sentences that were found, best first; None where it was interrupted, and another call goes on."""
        while self._beam and self._left:
            if interrupted():
                return None
            self._advance()
        return sorted(self._found.values(), key=lambda sentence: -sentence.rank)

    def _advance(self) -> None:
        """Make all hypotheses one token longer, and keep the best."""
        self._left -= 1
        longer = _longer(self._beam, self._heard.log_probs, self._unheard.log_probs, self._spelling, self._found)
        best = max((sentence.rank for sentence in self._found.values()), default=-np.inf)
        self._beam = [one for one in longer if one.score > best - PATIENCE]
        if self._gives_up and all(map(_is_hopeless, self._beam)):
            self._beam = []
        if self._beam:
            parents, tokens = zip(*((one.parent, one.tokens[-1]) for one in self._beam), strict=True)
            self._heard.advance(parents, tokens)
            self._unheard.advance(parents, tokens)


class _Scorer:
    """Log probabilities of the next token after each hypothesis of a beam, shape (beams, text tokens + end)."""

    def __init__(self, model: WhisperModel, prompted: Prompted) -> None:
        self._model = model
        self._encoded = prompted.encoded
        self._cache = prompted.cache
        self.log_probs = prompted.log_probs[None]

    def advance(self, parents: Sequence[int], tokens: Sequence[int]) -> None:
        """Go on from the hypotheses at `parents`, each with one of `tokens`."""
        logits, self._cache = self._model.step(self._encoded, tokens, self._cache.select(parents))
        self.log_probs = text_log_probs(self._model, logits)


def _longer(
    beam: list[_Open], heard: Floats, unheard: Floats, spelling: Spelling, found: dict[tuple[str, ...], Sentence]
) -> list[_Open]:
    """The best of the hypotheses that are one token longer; complete ones go to `found`."""
    best: dict[tuple[object, tuple[str, ...]], _Open] = {}
    for parent, one in enumerate(beam):
        moves = spelling.moves(one.state)
        log_probs, priors = heard[parent, moves.tokens], unheard[parent, moves.tokens]
        scores = one.score + log_probs - SHARE * priors + TOKEN_BONUS
        for index in _highest(scores):
            move, score = moves.moves[index], float(scores[index])
            log_prob, prior = one.log_prob + float(log_probs[index]), one.prior + float(priors[index])
            if move.state is None:
                _complete(Sentence(one.units, one.tokens, log_prob, prior), found)
                continue
            units = one.units + move.units
            key = (move.state, units)
            if key not in best or best[key].score < score:
                best[key] = _Open(score, log_prob, prior, move.state, units, (*one.tokens, move.token), parent)
    return sorted(best.values(), key=lambda one: -one.score)[:BEAM]


def _is_hopeless(one: _Open) -> bool:
    """What was said is something else: most speech that is no command gets here within a few words."""
    return one.log_prob < -(HOPELESS + HOPELESS_EACH * len(one.tokens))


def _highest(scores: Floats) -> list[int]:
    """Only the best can be among the best of all; a state has hundreds of ways on."""
    kept = 4 * BEAM
    if len(scores) <= kept:
        return list(range(len(scores)))
    return [int(index) for index in np.argpartition(scores, -kept)[-kept:]]


def _complete(sentence: Sentence, found: dict[tuple[str, ...], Sentence]) -> None:
    known = found.get(sentence.units)
    if known is None or known.evidence < sentence.evidence:
        found[sentence.units] = sentence
