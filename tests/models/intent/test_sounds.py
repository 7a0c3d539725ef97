"""How alike texts sound: rules that hold for all, and tables of what people and recognisers confuse."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intent.sounds import distance, sounds

texts = st.text("abcdefghijklmnopqrstuvwxyz' 0159가겨꺼켜줘져불실십밝") | st.text(max_size=20)

NEAR = 0.35
"""What stays below cannot contradict a sentence alone, however clearly it was heard; see models/asr/acceptance.py."""
FAR = 0.5


@given(texts)
def test_a_text_sounds_like_itself(text: str) -> None:
    assert distance(text, text) == 0


@given(texts, texts)
def test_it_does_not_matter_which_text_comes_first(one: str, other: str) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))


@pytest.mark.parametrize(("one", "other"), [("12", "twelve"), ("50 %", "fifty percent"), ("21", "twenty-one")])
def test_a_number_sounds_like_its_words(one: str, other: str) -> None:
    assert distance(one, other) == 0


@given(texts, texts)
def test_it_lies_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= distance(one, other) <= 1


@given(texts.filter(lambda text: not any(character.isdigit() for character in text)))
def test_how_it_is_written_makes_no_sound(text: str) -> None:
    spaced = unicodedata.normalize("NFD", "  ".join(text)).replace(" ", ", ")
    assert sounds(spaced) == sounds(unicodedata.normalize("NFC", text))


@given(texts)
def test_sounds_are_letters_and_digits(text: str) -> None:
    assert sounds(text) == "" or (sounds(text).isascii() and sounds(text).isalnum())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("night", "knight"), ("phone", "fone"), ("quick", "kwik"), ("bed room", "bedroom"), ("Sum", "summ")),
        *(
            ("커피", "코피"),
            ("져", "줘"),
            ("켜져", "켜줘"),
            ("개", "게"),
            ("바", "빠"),
            ("음악", "으막"),
            ("거실", "꺼실"),
        ),
    ],
)
def test_the_same_in_other_letters(one: str, other: str) -> None:
    assert distance(one, other) == 0


ENGLISH_NEAR = [
    *(("lights", "light"), ("fifteen", "fifty"), ("thirteen", "thirty"), ("lamp", "lamb"), ("lamp", "ramp")),
    *(("fan", "van"), ("dim", "tim"), ("turn", "burn"), ("two", "too"), ("four", "for"), ("write", "right")),
    *(("living room", "leaving room"), ("kitchen light", "chicken light"), ("set a timer", "set the timer")),
]
KOREAN_NEAR = [
    *(("꺼", "켜"), ("불", "풀"), ("불", "물"), ("거실", "거시"), ("삼십", "사십"), ("십오", "오십"), ("오", "호")),
    *(("음악", "은악"), ("불 켜줘", "불 꺼줘"), ("거실 불 켜줘", "거시 불 켜져")),
]


@pytest.mark.parametrize(("one", "other"), [*ENGLISH_NEAR, *KOREAN_NEAR])
def test_confusable(one: str, other: str) -> None:
    assert 0 < distance(one, other) < NEAR


ENGLISH_FAR = [
    *(("don't", ""), ("never", ""), ("not", ""), ("don't", "please"), ("on", "off"), ("up", "down")),
    *(("oat", "skim"), ("oat", "soy"), ("kitchen", "bedroom"), ("kitchen", "living room")),
]
KOREAN_FAR = [
    *(("마", ""), ("안", ""), ("말고", ""), ("하지", ""), ("주방", "부엌"), ("안방", "거실"), ("에어컨", "선풍기")),
    ("거실", "kitchen"),
]


@pytest.mark.parametrize(("one", "other"), [*ENGLISH_FAR, *KOREAN_FAR])
def test_distinct(one: str, other: str) -> None:
    assert distance(one, other) >= FAR


def test_every_confusable_pair_is_nearer_than_every_distinct_one() -> None:
    near, far = [*ENGLISH_NEAR, *KOREAN_NEAR], [*ENGLISH_FAR, *KOREAN_FAR]
    assert all(distance(*one) < distance(*other) for one, other in product(near, far))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("lamp", "lomp"), ("lamp", "lasp")),  # another vowel, another consonant
        (("lamp", "lanp"), ("lamp", "lasp")),  # a consonant that is like it, and one that is not
        (("pin", "pen"), ("pin", "pn")),  # a vowel mistaken, a vowel missed
        (("skim", "skm"), ("skim", "ski")),  # a vowel missed, a consonant missed
        (("hat", "at"), ("bat", "at")),  # h is hardly heard
        (("꺼", "커"), ("꺼", "서")),
    ],
)
def test_what_is_soon_missed_or_mistaken_costs_less(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert 0 < distance(*near) < distance(*far)


@pytest.mark.parametrize(("one", "other"), [("지마", "줘"), ("지 말아", "줘"), ("do not", "do")])
def test_a_negation_is_no_slip_of_the_ear(one: str, other: str) -> None:
    assert distance(one, other) > NEAR
