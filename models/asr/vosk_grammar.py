"""Vosk held to what can be asked: a second recogniser beside the free one, which knows no other words.

Vosk makes a bigram model of the sentences that it is given, so it may say what is no sentence. That is its use: noise
and other talk come out as words in an order that the grammar does not read, and are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import re2
import vosk

from config.language_grammar import language_grammar
from controller.ports import SAMPLE_RATE_HZ
from models.intent.grammar import Grammar
from models.intent.sampling import Speaker, in_turn
from models.intent.sounds import distance
from models.intent.units import is_hangul, units

MOST_SENTENCES: Final = 20_000
"""That Vosk is given. They take it a millisecond for each hundred; more add no pairs of words that matter."""
EACH_PHRASE: Final = 60
UNKNOWN: Final = "[unk]"
"""The word of a model for all that it does not know. Not all have one."""
SURE: Final = 0.5
"""The words have to be as probable as this."""
FAR: Final = 0.4
"""Texts that sound less alike than this (see `models.intent.sounds.distance`) cannot both be what was said."""

_DIGITS: Final = re.compile(r"[\d%]")

Knows = Callable[[str], bool]
"""Whether a word is in the model's vocabulary."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard as a sentence that can be asked.

    Attributes:
        text: Empty where that is not what was said.
        confidence: Geometric mean of the words' probabilities; 0 where `text` is empty.
        why: What was heard, and why it was taken or refused.
    """

    text: str = ""
    confidence: float = 0.0
    why: str = ""


class VoskGrammar:
    """The sentences of one language as Vosk knows them.

    Attributes:
        engine: Recognises nothing but them.
        missing: Words that are said in sentences and that the model does not have.
        judge: Tells which of what `engine` heard was said.
    """

    def __init__(self, model: Any, speaker: Speaker) -> None:
        self.judge = Judge(speaker.grammar, speaker.language)
        knows = lru_cache(None)(lambda word: model.vosk_model_find_word(word) >= 0)
        sentences, self.missing = in_vocabulary(spoken(speaker), knows)
        known = [*sentences, UNKNOWN] if knows(UNKNOWN) else sentences
        self.engine = vosk.KaldiRecognizer(model, SAMPLE_RATE_HZ, json.dumps(known, ensure_ascii=False))
        self.engine.SetWords(True)


class Judge:
    """Whether words that were heard with a grammar are what was said, beside what was heard without it.

    They have to be a sentence, to be probable, and to sound like what was heard freely: a model without a word for the
    unknown is sure of whatever comes nearest.
    """

    def __init__(self, grammar: Grammar, language: str) -> None:
        words = language_grammar(language)
        self._parse = grammar.parse
        self._not = re2.compile(words.negation)
        self._elsewhere = frozenset(words.elsewhere)

    def __call__(self, free: str, words: str, confidence: float) -> Heard:
        """The command; empty also where `free` is one as it stands."""
        if not free or not words or self._parse(free):
            return Heard()
        against = self._against(free, words, confidence)
        if against:
            return Heard(why=f"not {words!r}: {against}")
        return Heard(words, confidence, f"heard as {words!r}: {confidence:.2f} sure")

    def _against(self, free: str, words: str, confidence: float) -> str:
        if UNKNOWN in words.split() or not self._parse(words):
            return "nothing that can be asked"
        if confidence < SURE:
            return f"only {confidence:.2f} sure"
        if bool(self._not.search(free)) != bool(self._not.search(words)):
            return "one of the two says not"
        other = self._elsewhere & set(units(free)) - set(units(words))
        if other:
            return f"heard {min(other)!r}"
        apart = distance(free, words)
        return f"sounds unlike {free!r} ({apart:.2f})" if apart > FAR else ""


def spoken(speaker: Speaker) -> Iterator[str]:
    """Sentences of every phrase, always the same ones; enough that all words follow one another as they may."""
    choose = in_turn()
    numbers = [number for of_action in speaker.phrases.values() for number in of_action]
    for number in numbers:
        for _ in range(max(1, min(EACH_PHRASE, MOST_SENTENCES // len(numbers)))):
            yield speaker.say(number, choose)


def in_vocabulary(sentences: Iterable[str], knows: Knows) -> tuple[list[str], list[str]]:
    """The sentences in words of the model, and the words that it does not have. Digits are said in words, too."""
    kept: dict[str, None] = {}
    missing: dict[str, None] = {}
    for sentence in sentences:
        pieces = [split(word, knows) for word in _words(sentence)]
        missing |= {word: None for word, parts in zip(_words(sentence), pieces, strict=True) if not parts}
        if all(pieces):
            kept[" ".join(part for parts in pieces for part in parts)] = None
    return list(kept), [word for word in missing if not _DIGITS.search(word)]


def split(word: str, knows: Knows) -> Sequence[str]:
    """A word in the fewest words of the model, as Korean ones have stems and endings; empty where there is no way."""
    if knows(word):
        return (word,)
    if not all(map(is_hangul, word)):
        return ()
    ways: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(word) + 1):
        found = [(*ways[start], word[start:end]) for start in ways if knows(word[start:end])]
        if found:
            ways[end] = min(found, key=len)
    return ways.get(len(word), ())


def _words(sentence: str) -> list[str]:
    return [word for word in (word.strip(".,!?%") for word in sentence.lower().split()) if word]
