"""What the decoder would write if it heard nothing: its own taste in words, which says nothing about what was said.

Whisper has read much of lamps and little of lattes; where noise hides half of a word, that decides. Taking a share of
it away again is the subtraction of a model's internal language model, estimated with a silenced encoder (Meng et al.
2021, https://arxiv.org/abs/2011.01991).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.asr.decode import Prompted, prompt, text_log_probs
from models.asr.whisper import WhisperModel

SHARE: Final = 0.4
"""Of the prior's log probability that is taken away; measured, see docs/recognition.md."""


class Prior:
    """The texts of one language, as probable as they are to the model without any audio.

    Attributes:
        prompted: Where a text begins.
    """

    def __init__(self, model: WhisperModel, language: str) -> None:
        self._model = model
        self.prompted: Prompted = prompt(model, model.unheard(), (language,))

    def log_prob(self, tokens: Sequence[int]) -> float:
        """Natural logarithm of the probability of `tokens` and the end after them."""
        total, log_probs = 0.0, self.prompted.log_probs[None]
        if tokens:
            logits, _ = self._model.extend(self.prompted.encoded, tokens, self.prompted.cache)
            total = float(log_probs[0, tokens[0]])
            log_probs = text_log_probs(self._model, logits)
        following = [*tokens[1:], self._model.special.end]
        return total + float(sum(row[token] for row, token in zip(log_probs, following, strict=True)))
