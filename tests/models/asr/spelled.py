"""What a grammar lets a model write, and ways to write it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import strategies as st

from models.asr.spelling import Spelling, State
from models.asr.tokenizer import Tokenizer, load_tokenizer
from models.intent.grammar import Grammar
from tests.models.asr.grammars import compiled, shipped
from tests.models.asr.tiny_whisper import TEXT_TOKENS, WEIGHTS

MODELS = [
    "tiny",
    *(pytest.param(name, marks=pytest.mark.weights) for name in ("whisper-tiny.en", "whisper-base")),
]
SMALL = {
    "en": compiled("en", "turn on the {room} light", "(dim|set) {room} [light] to {level}", "what's the time"),
    "ko": compiled("ko", "{room} 불 켜줘", "{room} 불 {level} 맞춰줘", "TV 꺼"),
}
GRAMMARS = pytest.mark.parametrize(
    "grammar", [*SMALL.values(), shipped("en"), shipped("ko")], ids=["en", "ko", "all en", "all ko"]
)
seeds = st.integers(0, 2**32 - 1).map(random.Random)


@cache
def tokenizer_of(model: str) -> Tokenizer:
    if model == "tiny":
        return Tokenizer(TEXT_TOKENS)
    path = WEIGHTS / model / "vocabulary.json"
    if not path.exists():
        pytest.skip(f"{model} is not fetched")
    return load_tokenizer(path)


@cache
def spelling_of(grammar: Grammar, model: str) -> Spelling:
    tokenizer = tokenizer_of(model)
    return Spelling(grammar, tokenizer, len(tokenizer))


@cache
def tokens_by_bytes(model: str) -> dict[bytes, int]:
    tokenizer = tokenizer_of(model)
    return {tokenizer.bytes_of(token): token for token in range(len(tokenizer)) if tokenizer.bytes_of(token)}


def cut(data: bytes, model: str, by: random.Random) -> list[int]:
    """Any tokens that make up `data`."""
    known, tokens = tokens_by_bytes(model), []
    while data:
        n = by.choice([n for n in range(1, len(data) + 1) if data[:n] in known])
        tokens.append(known[data[:n]])
        data = data[n:]
    return tokens


def says(grammar: Grammar, model: str, tokens: Sequence[int]) -> set[tuple[str, ...]]:
    """What the units of a sentence can be that is spelled with `tokens`; empty where there is none."""
    spelling = spelling_of(grammar, model)
    reached: set[tuple[State | None, tuple[str, ...]]] = {(spelling.start(), ())}
    for token in (*tokens, len(tokenizer_of(model))):
        reached = {
            (move.state, units + move.units)
            for state, units in reached
            if state
            for move in spelling.moves(state).moves
            if move.token == token
        }
    return {units for _, units in reached}
