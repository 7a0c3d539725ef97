"""Answers are cut into sentences as they come, and what cannot be said is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.sentences import LONGEST, complete, spoken


def sentences(text: str) -> list[str]:
    return complete(text, 0, final=True)[0]


def in_pieces(text: str, cuts: list[int]) -> list[str]:
    """The sentences of `text` as it comes piece by piece."""
    found: list[str] = []
    start = 0
    for cut in sorted({*cuts, len(text)}):
        new, start = complete(text[:cut], start, final=False)
        found += new
    last, _ = complete(text, start, final=True)
    return found + last


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is. So it is.", ["It is.", "So it is."]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Pi is 3.14 or so. Good.", ["Pi is 3.14 or so.", "Good."]),
        ("Dr. No met Mr. Bond at 5 p.m. today.", ["Dr. No met Mr. Bond at 5 p.m. today."]),
        ("J. R. R. Tolkien wrote it, e.g. there. Yes.", ["J. R. R. Tolkien wrote it, e.g. there.", "Yes."]),
        ("Two things:\n1. Tea.\n2. Milk.", ["Two things:", "1. Tea.", "2. Milk."]),
        ("지금은 10시입니다. 비가 와요!", ["지금은 10시입니다.", "비가 와요!"]),
        ("Well… perhaps.", ["Well…", "perhaps."]),
        ("no end", ["no end"]),
        ("", []),
        ("...\n\n", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("see [the page](https://example.com/a?b) now", "see the page now"),
        ("look at https://example.com/very/long now", "look at now"),
        ("# A heading", "A heading"),
        ("Good 👍 work", "Good work"),
        ("---", ""),
    ],
)
def test_what_cannot_be_said_is_left_out(text: str, said: str) -> None:
    assert spoken(text) == said


def test_a_sentence_is_said_before_the_next_one_is_complete() -> None:
    assert complete("It is blue. Because", 0, final=False) == (["It is blue."], len("It is blue."))
    assert complete("It is blue.", 0, final=False) == ([], 0), "it may be 3.5 or a name"


def test_nobody_waits_for_the_end_of_an_endless_sentence() -> None:
    text = "and then they went on, " * 40
    found, _ = complete(text, 0, final=False)
    assert len(found) > 3
    assert all(sentence.endswith(",") and len(sentence) <= LONGEST for sentence in found)
    assert [len(part) for part in sentences("x" * 450)] == [LONGEST, LONGEST, 50]


TEXT = st.text(alphabet=st.sampled_from('ab. ,!?\n"1다Dr…'), max_size=600)


@given(TEXT, st.lists(st.integers(0, 600), max_size=20))
def test_it_does_not_matter_how_the_text_comes(text: str, cuts: list[int]) -> None:
    assert in_pieces(text, [min(cut, len(text)) for cut in cuts]) == sentences(text)


@given(st.text(alphabet=st.sampled_from("abc가나. ,!?\n12"), max_size=500))
def test_nothing_is_lost_or_said_twice(text: str) -> None:
    said = "".join(sentences(text))
    assert [letter for letter in said if letter.isalnum()] == [letter for letter in text if letter.isalnum()]
