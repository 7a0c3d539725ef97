"""Whether a sentence of the grammar is what was said, or only the nearest one to something else.

Three questions, each with a limit: does the audio speak much more for the free text, is the sentence improbable by
itself, and was a word heard clearly that it does not have. The last one catches "don't turn on the light", of which
all other words fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, NamedTuple

import re2

from config.language_grammar import language_grammar
from models.asr.constrained import Sentence
from models.asr.decode import Hypothesis
from models.asr.prior import SHARE, Prior
from models.asr.tokenizer import Tokenizer
from models.intent.sounds import distance
from models.intent.units import spell, units

MARGIN: Final = 0.95
"""By how much, for each token, the audio may speak more for the free text (natural logarithm)."""
COST: Final = 1.8
"""How improbable the sentence itself may be, for each token (natural logarithm)."""
CONTRADICTION: Final = 0.8
"""How clearly another word may have been heard, times how little it can be mistaken for the sentence's."""
FULL_DISTANCE: Final = 0.6
"""Texts this far apart (see `models.intent.sounds.distance`) have nothing in common ..."""
MOST_DIFFERENT: Final = 1.2
"""... and this is the most that is made of it."""
LEFT_OUT: Final = 2.5
"""For a word in whose place the sentence has none: it is hardly ever a mistake, unless it is a "the"."""
TELLING: Final = 2.5
"""For a word that tells the two apart: something else that a home has, or how a question or a report begins."""
DENIED: Final = 5.0
"""For a "not" that only one of the two says, times the mean probability of what was heard."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a sentence.

    Attributes:
        margin: By how much the audio speaks more for the free text, for each token.
        cost: Minus the mean log probability of the sentence's tokens.
        contradiction: The probability of what was heard where free text and sentence differ, times how little the two
            can be mistaken for each other; of several differences the greatest.
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


class _Word(NamedTuple):
    """A unit of the free text and the probability of the word that it stands in."""

    unit: str
    probability: float


class Acceptance:
    """Holds the sentences of one language against what was heard freely."""

    def __init__(self, tokenizer: Tokenizer, prior: Prior, language: str) -> None:
        grammar = language_grammar(language)
        self._tokenizer = tokenizer
        self._prior = prior
        self._not = re2.compile(grammar.negation)
        self._elsewhere = frozenset(grammar.elsewhere)
        self._reports = frozenset(grammar.reports)
        self._articles = frozenset(units(grammar.before_slot))

    def judge(self, free: Hypothesis, sentence: Sentence) -> Verdict:
        """Ask the three questions of `sentence`."""
        tokens = len(sentence.tokens) + 1
        log_prob = sum(free.log_probs) + free.end_log_prob
        margin = (log_prob - SHARE * self._prior.log_prob(free.tokens) - sentence.evidence) / tokens
        cost = -sentence.log_prob / tokens
        contradiction, heard = self._contradiction(list(self._words(free)), sentence.units)
        limits = (("margin", margin, MARGIN), ("cost", cost, COST), ("contradiction", contradiction, CONTRADICTION))
        against = next((name for name, value, limit in limits if value > limit), "")
        return Verdict(margin, cost, contradiction, heard, against)

    def _words(self, free: Hypothesis) -> Iterator[_Word]:
        words: list[tuple[list[int], float]] = []
        for token, log_prob in zip(free.tokens, free.log_probs, strict=True):
            if words and not self._tokenizer.bytes_of(token).startswith(b" "):
                words[-1][0].append(token)
                words[-1] = (words[-1][0], words[-1][1] + log_prob)
            else:
                words.append(([token], log_prob))
        for ids, log_prob in words:
            yield from (_Word(unit, math.exp(log_prob)) for unit in units(self._tokenizer.decode(ids)))

    def _contradiction(self, heard: Sequence[_Word], said: Sequence[str]) -> tuple[float, str]:
        """The strongest difference, and what was heard there. Else what only the sentence has counts as not heard."""
        worst, where = self._denied(heard, said), ""
        blocks = SequenceMatcher(None, [word.unit for word in heard], said, autojunk=False).get_opcodes()
        for kind, i, j, k, m in blocks:
            if kind == "equal" or {word.unit for word in heard[i:j]} <= self._articles:
                continue
            text = _text(heard[i:j])
            clearness = min(word.probability for word in heard[i:j])
            strength = clearness * _difference(text, said, k, m, j - i)
            strength = max(strength, TELLING * self._telling(heard[i:j], said, i == 0))
            if strength > worst or not where:
                worst, where = max(strength, worst), text
        return worst, where

    def _denied(self, heard: Sequence[_Word], said: Sequence[str]) -> float:
        """How clearly it was heard whether "not" was said, where only one of the two says it; else 0."""
        texts = _text(heard), spell(tuple(said))
        one, other = (bool(self._not.search(text)) for text in texts)
        if one == other:
            return 0.0
        return DENIED * math.exp(sum(math.log(word.probability) for word in heard) / max(len(heard), 1))

    def _telling(self, heard: Sequence[_Word], said: Sequence[str], is_first: bool) -> float:
        """How clearly a word was heard that tells the two apart."""
        words = [word for word in heard if word.unit in self._elsewhere - set(said)]
        words += [word for word in heard[:1] if is_first and word.unit in self._reports]
        return max((word.probability for word in words), default=0.0)


def _text(heard: Sequence[_Word]) -> str:
    return spell(tuple(word.unit for word in heard))


def _difference(heard: str, said: Sequence[str], start: int, end: int, count: int) -> float:
    """How little `heard`, `count` units, can be mistaken for what the sentence has from `start` to `end`."""
    if start < end:
        return min(distance(heard, spell(tuple(said[start:end]))) / FULL_DISTANCE, MOST_DIFFERENT)
    repeated = heard in (spell(tuple(said[start - count : start])), spell(tuple(said[start : start + count])))
    return 0.0 if repeated else LEFT_OUT
