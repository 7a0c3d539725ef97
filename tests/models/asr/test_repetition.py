"""The loop guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.asr.repetition import before_repetition, repeated_tail, words_of
from models.asr.tokenizer import Tokenizer
from tests.models.asr.tiny_whisper import TEXT_TOKENS

TINY = Tokenizer(TEXT_TOKENS)
WORDS = ["turn", "on", "the", "living", "room", "lamp", "please", "and", "now"]
END = len(TEXT_TOKENS)


def _kept(text: str, following: int = END) -> str:
    tokens = TINY.encode(text)
    return TINY.decode(tokens[: before_repetition(TINY, tokens, following)])


blocks = st.lists(st.integers(0, 5), min_size=1, max_size=8)


@given(blocks, st.integers(2, 5), blocks)
def test_all_but_the_first_copy_is_repeated(block: list[int], times: int, before: list[int]) -> None:
    items = [*(9 + i for i in before), *block * times]
    repeated = repeated_tail(items, 1, times)
    assert repeated >= 1
    kept = items[: len(items) - repeated]
    assert items[len(kept) :] == (items[len(kept) - repeated // (times - 1) :])[:repeated]


@given(st.lists(st.integers(), unique=True))
def test_what_is_all_different_is_no_repetition(items: list[int]) -> None:
    assert repeated_tail(items, 1, 2) == 0


@given(st.lists(st.sampled_from(WORDS), min_size=3, unique=True))
def test_a_phrase_said_twice_is_heard_once(words: list[str]) -> None:
    phrase = " " + " ".join(words)
    assert _kept(phrase + phrase) == phrase
    assert _kept(f"{phrase}.{phrase.upper()}.") == f"{phrase}."


@given(st.lists(st.sampled_from(WORDS), unique=True))
def test_a_phrase_said_once_is_whole(words: list[str]) -> None:
    phrase = " ".join(words)
    assert _kept(phrase) == phrase


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (" five five", " five five"),
        (" no no no no", " no"),
        (" ha. ha. ha. ha.", " ha."),
        (" lights on, lights on", " lights on, lights on"),
        ("아아아아", "아"),
        (" 거실 불 켜줘 거실 불 켜줘", " 거실 불 켜줘"),
        (" 천천히 빨리빨리", " 천천히 빨리빨리"),
        (" ask not what they can do ask what they can do", " ask not what they can do ask what they can do"),
        ("", ""),
    ],
)
def test_what_people_say_and_what_loops_look_like(said: str, heard: str) -> None:
    assert _kept(said) == heard


def test_a_word_is_compared_when_it_is_whole() -> None:
    said = " one two ten one two ten"
    assert _kept(said, following=TINY.encode("s")[0]) == said
    assert _kept(said, following=TINY.encode(",")[0]) == " one two ten"
    assert _kept(" 거실 불 켜 거실 불 켜", following=TINY.encode("줘")[0]) == " 거실 불 켜 거실 불 켜"


def test_words_have_no_case_or_punctuation() -> None:
    assert words_of(" Don't turn-on, 거실 불!") == ["don't", "turn", "on", "거실", "불"]
