"""Notices that a decoder has begun to repeat itself, which Whisper does when little silence follows the speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeVar

from models.asr.tokenizer import Tokenizer

WORD: Final = re.compile(r"[\w']+")
PHRASE_WORDS: Final = 3
"""So many words said twice are a repetition; shorter ones are too often meant ("five five")."""
TIMES: Final = 4
"""What is said so often without a break is a repetition, however short."""
UNFINISHED: Final = " \N{REPLACEMENT CHARACTER}"
"""What a text ends with after the first bytes of the next word."""

T = TypeVar("T")


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return WORD.findall(text.lower())


def repeated_tail(items: Sequence[T], shortest: int, times: int) -> int:
    """How many of the last `items` only repeat what stands before them.

    A block of at least `shortest` items counts that stands there `times` times; all but its first copy is repeated.
    """
    for length in range(shortest, len(items) // times + 1):
        tail = items[len(items) - length * times :]
        if all(tail[i] == tail[i + length] for i in range(len(tail) - length)):
            return length * (times - 1)
    return 0


def before_repetition(tokenizer: Tokenizer, tokens: Sequence[int], following: int) -> int:
    """How many of `tokens` to keep: all of them, or those before a repetition.

    Compares tokens, and also words, which see through other capitals and punctuation. Words are compared once the last
    one is whole, which `following`, the token to come, tells.
    """
    kept = len(tokens) - repeated_tail(tokens, 1, TIMES)
    if kept < len(tokens) or not _ends_word(tokenizer.bytes_of(following)):
        return kept
    words = words_of(tokenizer.decode(tokens))
    repeated = repeated_tail(words, PHRASE_WORDS, 2) or repeated_tail(words, 1, TIMES)
    return _tokens_of(tokenizer, tokens, words[: len(words) - repeated]) if repeated else kept


def _ends_word(following: bytes) -> bool:
    """True where a token with these bytes, or a special token, begins something new."""
    first = following[:1]
    return not (first.isalnum() or first == b"'" or first >= b"\x80")


def _tokens_of(tokenizer: Tokenizer, tokens: Sequence[int], words: list[str]) -> int:
    """How many of `tokens` say just `words`, with the punctuation after them."""
    texts = [tokenizer.decode(tokens[:n]) for n in range(len(tokens))]
    return max(n for n, text in enumerate(texts) if words_of(text) == words and text[-1:] not in UNFINISHED)
