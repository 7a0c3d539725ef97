"""Sentences to pieces of a vocabulary: the most probable way to cut them (Kudo 2018, https://arxiv.org/abs/1804.10959)."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Final

SPACE: Final = "\u2581"
UNKNOWN_COSTS: Final = 10.0
"""How much less probable a character that no piece has is than the rarest piece."""


class Unigram:
    """Cuts text into pieces.

    Args:
        scores: Natural logarithm of the probability of each piece, in the order of their ids.
        unknown: The id that stands for a character without a piece.
    """

    def __init__(self, scores: Mapping[str, float], unknown: int) -> None:
        self._ids = {piece: number for number, piece in enumerate(scores)}
        self._scores = list(scores.values())
        self._longest = max(map(len, scores), default=1)
        self._unknown = unknown
        self._unknown_score = min(self._scores, default=0.0) - UNKNOWN_COSTS

    def encode(self, text: str, most: int) -> list[int]:
        """The ids of the best cut, at most `most`; time grows with the length of the text up to there."""
        characters = normalized(text, most * self._longest)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)]  # score, where the last piece begins, its id
        for end in range(1, len(characters) + 1):
            best.append(self._best_ending(characters, end, best))
        pieces: list[int] = []
        end = len(characters)
        while end:
            _, start, piece = best[end]
            pieces.append(piece)
            end = start
        return pieces[::-1][:most]

    def _best_ending(self, characters: str, end: int, best: list[tuple[float, int, int]]) -> tuple[float, int, int]:
        found = (-math.inf, end - 1, self._unknown)
        for start in range(max(0, end - self._longest), end):
            piece = self._ids.get(characters[start:end])
            if piece is not None:
                found = max(found, (best[start][0] + self._scores[piece], start, piece))
        alone = (best[end - 1][0] + self._unknown_score, end - 1, self._unknown)
        return max(found, alone)


def normalized(text: str, longest: int) -> str:
    """`text` as the vocabulary writes it: compatible characters are one, spaces are U+2581, one stands at the front."""
    words = unicodedata.normalize("NFKC", text[:longest]).split()
    return (SPACE + SPACE.join(words))[:longest] if words else ""
