"""Byte-level BPE."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.asr.tokenizer import Tokenizer, byte_alphabet, load_tokenizer
from tests.models.asr.tiny_whisper import TEXT_TOKENS, WEIGHTS

TINY = Tokenizer(TEXT_TOKENS)


def _fetched(name: str) -> Tokenizer:
    path = WEIGHTS / name / "vocabulary.json"
    if not path.exists():
        pytest.skip(f"{name} is not fetched")
    return load_tokenizer(path)


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert TINY.decode(TINY.encode(text)) == text


@given(st.sampled_from([" the other theatre", "거실 불 켜줘", "it's 7:30", "  two  spaces ", "a_b ²½ 日本"]))
def test_splitting_loses_nothing(text: str) -> None:
    assert b"".join(map(TINY.bytes_of, TINY.encode(text))) == text.encode()


def test_every_byte_has_its_own_character() -> None:
    assert len(set(byte_alphabet())) == 256
    assert byte_alphabet()[ord("a")] == "a"
    assert byte_alphabet()[ord(" ")] == "Ġ"


def test_the_lowest_merge_goes_first() -> None:
    """ "he" was learnt after "Ġth", so " the" is Ġthe (from Ġth + e, or Ġt + he), and "the" is t + he."""
    assert TINY.encode(" th") == [TEXT_TOKENS.index("Ġth")]
    assert TINY.encode("the") == [TEXT_TOKENS.index("t"), TEXT_TOKENS.index("he")]


def test_special_tokens_say_nothing() -> None:
    assert TINY.decode([TEXT_TOKENS.index("he"), 9_999]) == "he"


def test_half_a_character_is_shown_as_one_that_is_missing() -> None:
    assert TINY.decode(TINY.encode("켜")[:2]) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.weights
def test_english_ids_are_gpt2s() -> None:
    assert _fetched("whisper-tiny.en").encode("Hello world, it's 1999") == [15496, 995, 11, 340, 338, 7358]


@pytest.mark.weights
@pytest.mark.parametrize("text", [" 거실 불 켜줘.", " Turn on the living-room lamp, please!", " 5분 타이머 맞춰 줘"])
def test_multilingual_round_trip_is_short(text: str) -> None:
    tokenizer = _fetched("whisper-base")
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert len(tokenizer.encode(text)) < len(text.encode()) / 2
