"""What the grammar takes for one unit."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intent.grammar import text_of
from models.intent.units import spans, spell, units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Turn on the LIGHT, please!", ["turn", "on", "the", "light", "please"]),
        ("What’s the twenty-five?", ["what's", "the", "twenty", "five"]),
        ("거실불 켜줘", ["거", "실", "불", "켜", "줘"]),
        ("1,500 and 007", ["1500", "and", "7"]),
        ("50% 1.50 시간", ["50", "%", "1.5", "시", "간"]),
        ("3:30 1/2 -5", ["3", ":", "30", "1", "/", "2", "-", "5"]),
        ("10-minute 10분", ["10", "minute", "10", "분"]),
        ("TV켜", ["tv", "켜"]),
        ("", []),
    ],
)
def test_units(text: str, expected: list[str]) -> None:
    assert list(units(text)) == expected


def test_spaces_and_composition_never_matter_in_korean() -> None:
    assert units("거실불켜줘") == units(" 거실 불  켜 줘.") == units(unicodedata.normalize("NFD", "거실 불 켜줘"))


def test_the_words_of_units_are_as_they_were_written() -> None:
    assert text_of("Set the Kitchen Light to 50%!", 2, 4) == "Kitchen Light"
    assert text_of("Set the Kitchen Light to 50%!", 5, 7) == "50%"


@given(st.text())
def test_every_unit_has_its_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    places = spans(text)
    assert len(places) == len(units(text))
    assert all(0 <= start < end <= len(composed) for start, end in places)


@given(st.lists(st.sampled_from(["turn", "what's", "거", "실", "25", "1.5", "%", "tv"]), max_size=8))
def test_spelled_units_are_read_as_the_same_units(sentence: list[str]) -> None:
    assert list(units(spell(tuple(sentence)))) == sentence
