"""Whether a sentence of the grammar is what was said, or only the nearest one to something else.

Three questions, each with a limit: is it much less probable than what was heard freely, is it improbable by itself,
and was a word heard clearly that it does not have. The last one catches "don't turn on the light", of which all other
words fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from models.asr.constrained import Sentence
from models.asr.decode import Hypothesis
from models.asr.sounds import distance
from models.asr.tokenizer import Tokenizer
from models.intent.units import spell, units

MARGIN: Final = 1.0
"""By how much, for each token, the free text may be more probable (natural logarithm)."""
COST: Final = 2.0
"""How improbable the sentence itself may be, for each token (natural logarithm)."""
CONTRADICTION: Final = 0.45
"""How clearly another word may have been heard, times how different it sounds."""
MOST_DIFFERENT: Final = 1.2
FULL_DISTANCE: Final = 0.6
"""Texts this far apart (see `models.asr.sounds.distance`) have nothing in common."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a sentence.

    Attributes:
        margin: By how much the free text is more probable, for each token.
        cost: Minus the mean log probability of the sentence's tokens.
        contradiction: How clearly something else was heard where free text and sentence differ, 0 to 1.2.
        heard: What that was; empty where they do not differ.
        against: The question that was failed; empty where the sentence is accepted.
    """

    margin: float
    cost: float
    contradiction: float
    heard: str
    against: str

    @property
    def accepted(self) -> bool:
        return not self.against


def judge(free: Hypothesis, sentence: Sentence, tokenizer: Tokenizer) -> Verdict:
    """Hold `sentence` against what was heard freely."""
    tokens = len(sentence.tokens) + 1
    margin = (sum(free.log_probs) + free.end_log_prob - sentence.log_prob) / tokens
    cost = -sentence.log_prob / tokens
    contradiction, heard = _contradiction(list(_words(free, tokenizer)), sentence.units)
    limits = (("margin", margin, MARGIN), ("cost", cost, COST), ("contradiction", contradiction, CONTRADICTION))
    against = next((name for name, value, limit in limits if value > limit), "")
    return Verdict(margin, cost, contradiction, heard, against)


def _words(free: Hypothesis, tokenizer: Tokenizer) -> Iterator[tuple[str, float]]:
    """The units of the free text, each with the probability of the word it stands in."""
    words: list[tuple[list[int], float]] = []
    for token, log_prob in zip(free.tokens, free.log_probs, strict=True):
        if words and not tokenizer.bytes_of(token).startswith(b" "):
            words[-1][0].append(token)
            words[-1] = (words[-1][0], words[-1][1] + log_prob)
        else:
            words.append(([token], log_prob))
    for ids, log_prob in words:
        yield from ((unit, math.exp(log_prob)) for unit in units(tokenizer.decode(ids)))


def _contradiction(heard: Sequence[tuple[str, float]], said: Sequence[str]) -> tuple[float, str]:
    """The strongest difference, and what was heard there. What only the sentence has counts as not heard."""
    worst, where = 0.0, ""
    blocks = SequenceMatcher(None, [unit for unit, _ in heard], said, autojunk=False).get_opcodes()
    for kind, i, j, k, m in blocks:
        if kind == "equal" or i == j:
            continue
        other, own = spell(tuple(unit for unit, _ in heard[i:j])), spell(tuple(said[k:m]))
        clearness = min(probability for _, probability in heard[i:j])
        difference = min(distance(other, own) / FULL_DISTANCE, MOST_DIFFERENT)
        if clearness * difference > worst:
            worst, where = clearness * difference, other
    return worst, where
