"""Sentences as numbers: what they mean, and how they are worded."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Features]
"""Sentences to unit vectors of their meaning, shape (sentences, width)."""

BUCKETS: Final = 2048
"""Pieces of words share so many numbers, by a hash."""
MEANING: Final = 6.0
"""Weight of the meaning; that of the wording is 1."""
_NO_LETTER: Final = re.compile(r"[^\w ]+")


@dataclass(frozen=True)
class Wordings:
    """Turns sentences into features, as learnt from many of them.

    Attributes:
        mean: Of the meanings, shape (width,): what all sentences have in common says nothing.
        rarity: Of each bucket, shape (BUCKETS,): a piece that every sentence has says nothing.
    """

    encode: Encode
    mean: Features
    rarity: Features

    @classmethod
    def of(cls, sentences: Sequence[str], encode: Encode) -> Wordings:
        seen = (_counted(sentences) > 0).sum(axis=0)
        rarity = np.log((1 + len(sentences)) / (1 + seen)) + 1
        return cls(encode, encode(sentences).mean(axis=0), rarity.astype(np.float32))

    def __call__(self, sentences: Sequence[str]) -> Features:
        """Shape (sentences, width + BUCKETS)."""
        wording = np.log1p(_counted(sentences)) * self.rarity
        wording /= np.maximum(np.linalg.norm(wording, axis=1, keepdims=True), 1e-9)
        return np.hstack([MEANING * (self.encode(sentences) - self.mean), wording])


def _counted(sentences: Sequence[str]) -> Features:
    counts = np.zeros((len(sentences), BUCKETS), np.float32)
    for row, sentence in zip(counts, sentences, strict=True):
        for piece in _pieces(sentence):
            row[zlib.crc32(piece.encode("utf-8", "replace")) % BUCKETS] += 1
    return counts


def _pieces(sentence: str) -> Iterator[str]:
    """Two to four letters that follow one another, across spaces too; whole words count three times."""
    plain = f" {_NO_LETTER.sub('', sentence.lower())} "
    for length in (2, 3, 4):
        yield from (plain[at : at + length] for at in range(len(plain) - length + 1))
    for word in plain.split():
        yield from (f"{word} ",) * 3
