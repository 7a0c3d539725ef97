"""Whisper's free decoding: the prompt, greedy search, and the guard against repeating."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.asr.repetition import before_repetition
from models.asr.tokenizer import Tokenizer
from models.asr.whisper import Cache, Encoded, Floats, WhisperModel

Stop: TypeAlias = Literal["end", "loop", "limit"]

TOKENS_PER_S: Final = 12
"""Measured on clear speech: up to 4 tokens a second in English, 6 in Korean."""
SPARE_TOKENS: Final = 12

NON_SPEECH: Final = ('"', *"#()*+/;<=>@[\\]^_`{|}~「」『』", "<<", ">>", "--", "---", "((", "))", "[[", "]]")
"""Signs that annotate rather than say something, after `non_speech_tokens` of https://github.com/openai/whisper
(MIT); the colon is left out, since times of day are written with it."""
MUSIC: Final = "♩♪♫♬♭♮♯"
LEADING: Final = (" -", " '")
"""May stand within a word, but not before one."""


@dataclass(frozen=True, slots=True)
class Prompted:
    """An utterance with the prompt decoded: where every search starts.

    Attributes:
        log_probs: Of the first text token, shape (text tokens + end,).
        no_speech: Probability of the token that says that nobody speaks.
    """

    encoded: Encoded
    log_probs: Floats
    cache: Cache
    language: str
    no_speech: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a search found.

    Attributes:
        tokens: Text tokens, without what was repeated.
        log_probs: Natural logarithm of the probability of each of `tokens`.
        end_log_prob: Of the end after them.
        stop: Why the search stopped: the end token, a repetition or the limit.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    end_log_prob: float
    stop: Stop

    @property
    def confidence(self) -> float:
        """Geometric mean of the token probabilities; 0 without tokens."""
        return float(np.exp(np.mean(self.log_probs))) if self.log_probs else 0.0


def prompt(model: WhisperModel, encoded: Encoded, languages: Sequence[str]) -> Prompted:
    """Decode the prompt. Where there are several `languages`, the most probable of them is taken."""
    special = model.special
    if not model.multilingual:
        logits, cache = model.prefill(encoded, [special.start, special.no_timestamps])
        return _prompted(model, encoded, logits[0], logits[-1], cache, "en")
    if len(languages) == 1:
        rest = [special.languages[languages[0]], special.transcribe, special.no_timestamps]
        logits, cache = model.prefill(encoded, [special.start, *rest])
        return _prompted(model, encoded, logits[0], logits[-1], cache, languages[0])
    start, cache = model.prefill(encoded, [special.start])
    language = max(languages, key=lambda tag: float(start[0, special.languages[tag]]))
    rest = [special.languages[language], special.transcribe, special.no_timestamps]
    logits, cache = model.extend(encoded, rest, cache)
    return _prompted(model, encoded, start[0], logits[-1], cache, language)


def _prompted(
    model: WhisperModel, encoded: Encoded, first: Floats, last: Floats, cache: Cache, language: str
) -> Prompted:
    no_speech = float(np.exp(_log_softmax(first)[model.special.no_speech]))
    return Prompted(encoded, text_log_probs(model, last), cache, language, no_speech)


def text_log_probs(model: WhisperModel, logits: Floats) -> Floats:
    """Log probabilities of all text tokens and the end, shape (..., end + 1), of `logits`, shape (..., vocabulary)."""
    return _log_softmax(logits[..., : model.special.end + 1])


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def token_limit(audio_s: float) -> int:
    """More tokens than anyone can say in that time."""
    return SPARE_TOKENS + int(TOKENS_PER_S * audio_s)


def suppressed_tokens(tokenizer: Tokenizer) -> NDArray[np.int64]:
    """Ids of the tokens that are one of `NON_SPEECH` or `LEADING`, or that begin one of `MUSIC`."""
    spelled = [tokenizer.encode(prefix + sign) for sign in NON_SPEECH for prefix in ("", " ")]
    spelled += [tokenizer.encode(sign) for sign in LEADING]
    begun = [tokenizer.encode(prefix + sign)[0] for sign in MUSIC for prefix in ("", " ")]
    return np.array(sorted({ids[0] for ids in spelled if len(ids) == 1} | set(begun)), np.int64)


class GreedySearch:
    """Takes the most probable token until the end, a repetition or the limit. Can be interrupted and go on.

    Args:
        suppressed: Ids of tokens that are never taken, as `suppressed_tokens` finds them.
    """

    def __init__(self, model: WhisperModel, prompted: Prompted, max_tokens: int, suppressed: NDArray[np.int64]) -> None:
        self.prompted = prompted
        self._model = model
        self._max_tokens = max_tokens
        self._suppressed = suppressed
        self._log_probs, self._cache = prompted.log_probs, prompted.cache
        self._tokens: list[int] = []
        self._scores: list[float] = []
        self._end_scores = [float(prompted.log_probs[model.special.end])]
        self._found: Hypothesis | None = None

    def run(self, interrupted: Callable[[], bool]) -> Hypothesis | None:
        """Search to the end, or until `interrupted`; then None, and another call goes on from there."""
        while self._found is None and not interrupted():
            self._found = self._next()
        return self._found

    def result(self) -> Hypothesis:
        """Search to the end, however long that takes."""
        while self._found is None:
            self._found = self._next()
        return self._found

    def _next(self) -> Hypothesis | None:
        """Take one token, or stop."""
        token, n = self._best(), len(self._tokens)
        kept = before_repetition(self._model.tokenizer, self._tokens, token)
        if kept < n:
            return self._stopped(kept, "loop")
        if token == self._model.special.end:
            return self._stopped(n, "end")
        if n == self._max_tokens:
            return self._stopped(n, "limit")
        self._append(token)
        return None

    def _best(self) -> int:
        allowed = self._log_probs.copy()
        allowed[self._suppressed] = -np.inf
        return int(allowed.argmax())

    def _append(self, token: int) -> None:
        self._tokens.append(token)
        self._scores.append(float(self._log_probs[token]))
        logits, self._cache = self._model.step(self.prompted.encoded, [token], self._cache)
        self._log_probs = text_log_probs(self._model, logits[0])
        self._end_scores.append(float(self._log_probs[self._model.special.end]))

    def _stopped(self, n: int, stop: Stop) -> Hypothesis:
        return Hypothesis(tuple(self._tokens[:n]), tuple(self._scores[:n]), self._end_scores[n], stop)
