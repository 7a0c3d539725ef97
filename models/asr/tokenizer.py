"""Byte-level BPE, as GPT-2 and Whisper use it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

WORDS: Final = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
"""GPT-2's split into words: contractions, letters, digits, other signs and white space."""


class Tokenizer:
    """Text to token ids and back.

    Needs no list of merges: GPT-2's ids are numbered in the order the merges were learnt, so merging the pair that
    gives the lowest id is the same.

    Args:
        tokens: The text tokens in the order of their ids, in GPT-2's alphabet of one character a byte.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        byte_of = {character: byte for byte, character in enumerate(byte_alphabet())}
        self._bytes = [bytes(byte_of[character] for character in token) for token in tokens]
        self._ids = {token: i for i, token in enumerate(self._bytes)}
        self._merged = lru_cache(maxsize=4096)(self._merge)

    def __len__(self) -> int:
        return len(self._bytes)

    def encode(self, text: str) -> list[int]:
        return [i for word in WORDS.findall(text) for i in self._merged(word)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; special tokens count as nothing, bytes that are no UTF-8 as U+FFFD."""
        return b"".join(self.bytes_of(i) for i in ids).decode("utf-8", errors="replace")

    def bytes_of(self, token: int) -> bytes:
        """UTF-8 bytes of a token, maybe a part of a character; none for special tokens."""
        return self._bytes[token] if token < len(self._bytes) else b""

    def _merge(self, word: str) -> tuple[int, ...]:
        parts = [bytes((byte,)) for byte in word.encode()]
        none = len(self._bytes)
        while len(parts) > 1:
            lowest, i = min((self._ids.get(a + b, none), i) for i, (a, b) in enumerate(pairwise(parts)))
            if lowest == none:
                break
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        return tuple(self._ids[part] for part in parts)


def load_tokenizer(path: Path) -> Tokenizer:
    """Read vocabulary.json: a list of tokens. Raises OSError or ValueError."""
    return Tokenizer(json.loads(path.read_text(encoding="utf-8")))


@cache
def byte_alphabet() -> str:
    """GPT-2's character for each byte: itself where it can be printed, else the next one from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return "".join(chr(byte if byte in printable else next(others)) for byte in range(256))
