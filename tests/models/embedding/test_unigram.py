"""Cutting text into the most probable pieces."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.embedding.unigram import SPACE, Unigram, normalized

SCORES = {"<unk>": 0.0, SPACE: -3.0, f"{SPACE}ab": -2.0, "a": -4.0, "b": -4.0, "ab": -5.0, "bab": -4.5, "c": -1.0}
IDS = {piece: number for number, piece in enumerate(SCORES)}


def cut(text: str) -> list[str]:
    names = list(SCORES)
    return [names[number] for number in Unigram(SCORES, 0).encode(text, 100)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab", [f"{SPACE}ab"]),
        ("ab ab", [f"{SPACE}ab", f"{SPACE}ab"]),
        ("  ab  ", [f"{SPACE}ab"]),
        ("bab", [SPACE, "bab"]),
        ("cx", [SPACE, "c", "<unk>"]),
        ("ａｂ", [f"{SPACE}ab"]),
        ("", []),
    ],
)
def test_a_text_is_cut(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


@given(st.text("abc ", max_size=8))
def test_no_other_cut_is_more_probable(text: str) -> None:
    written = normalized(text, 100)
    best = max((sum(scores) for scores in _cuts(written)), default=0.0)
    assert sum(SCORES[piece] for piece in cut(text)) == pytest.approx(best)


def _cuts(written: str) -> list[list[float]]:
    found = []
    for ends in product((False, True), repeat=max(len(written) - 1, 0)):
        places = [0, *(at + 1 for at, end in enumerate(ends) if end), len(written)]
        pieces = [written[a:b] for a, b in pairwise(places)]
        if written and all(piece in SCORES for piece in pieces):
            found.append([SCORES[piece] for piece in pieces])
    return found


def test_no_more_pieces_than_asked_for_however_long_the_text() -> None:
    assert len(Unigram(SCORES, 0).encode("c" * 1_000_000, 10)) == 10
