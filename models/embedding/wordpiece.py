"""Sentences to pieces of a vocabulary: the longest that fits, word by word (Schuster & Nakajima 2012, as in BERT)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

INSIDE: Final = "##"
"""Before a piece that begins no word."""
LONGEST_WORD: Final = 100
"""Characters; a longer word is unknown as a whole."""
_WORDS: Final = re.compile(r"\w+|[^\w\s]")


class WordPiece:
    """Cuts text into pieces; capitals and accents make no difference.

    Args:
        pieces: In the order of their ids.
        unknown: The id that stands for a word that cannot be cut.
    """

    def __init__(self, pieces: Sequence[str], unknown: int) -> None:
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = unknown

    def encode(self, text: str, most: int) -> list[int]:
        """The ids of the pieces, at most `most`; of a long text only as much as can be needed is looked at."""
        found: list[int] = []
        for word in words(text[: most * LONGEST_WORD]):
            found += self._cut(word)
            if len(found) >= most:
                break
        return found[:most]

    def _cut(self, word: str) -> list[int]:
        pieces: list[int] = []
        start = 0 if len(word) <= LONGEST_WORD else -1
        while 0 <= start < len(word):
            start, piece = self._longest(word, start)
            pieces.append(piece)
        return pieces if start == len(word) else [self._unknown]

    def _longest(self, word: str, start: int) -> tuple[int, int]:
        """Where the longest piece that begins at `start` ends, and its id; -1 where there is none."""
        for end in range(len(word), start, -1):
            piece = self._ids.get(INSIDE * (start > 0) + word[start:end])
            if piece is not None:
                return end, piece
        return -1, self._unknown


def words(text: str) -> Iterator[str]:
    """Words and signs, in small letters without accents; signs stand alone."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    bare = "".join(character for character in plain if unicodedata.category(character) != "Mn")
    for word in _WORDS.findall(bare):
        yield from (part for part in re.split("(_)", word) if part)
