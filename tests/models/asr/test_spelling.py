"""Which tokens the grammar allows: all that spell one of its sentences, and none that do not."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given

from models.asr.spelling import State
from models.intent.grammar import Grammar
from models.intent.units import is_hangul, units
from tests.models.asr.grammars import shipped
from tests.models.asr.spelled import (
    GRAMMARS,
    MODELS,
    SMALL,
    cut,
    says,
    seeds,
    spelling_of,
    tokenizer_of,
)


def styled(sentence: Sequence[str], by: random.Random) -> str:
    """The sentence as a careless writer might put it."""
    text = by.choice(["", " "])
    for before, unit in zip(("", *sentence), sentence, strict=False):
        text += between(before, unit, by) if before else ""
        text += "".join(by.choice([letter, letter.upper()]) for letter in unit)
    return text + by.choice(("", ".", "?", "!"))


def between(before: str, unit: str, by: random.Random) -> str:
    if "/" in (before, unit):
        return ""
    ways = [" ", ", "]
    if before[-1].isalnum() and not is_hangul(before[-1]):
        ways.append("-")
    if is_hangul(before[-1]) or is_hangul(unit[0]) or (before[-1].isdecimal() and unit == "%"):
        ways.append("")
    return by.choice(ways)


# ---- what is in the grammar can be spelled ----

ENGLISH = [
    "turn on the kitchen light",
    " turn on the kitchen light",
    "Turn on the kitchen light.",
    " Turn on the Kitchen Light!",
    "TURN ON THE KITCHEN LIGHT?",
    "tUrN oN tHe LoUnGe LiGhT",
    " Please, turn on the living-room light, thank you.",
    "turn, on, the, living, room, light",
    "turn-on-the-TV-corner-light",
    "Dim the kitchen light to 50%.",
    "dim kitchen to 50 %",
    "Dim kitchen to fifty percent!",
    "Set the lounge to twenty-five percent.",
    " What's the time?",
]
KOREAN = [
    "거실 불 켜줘",
    "거실불켜줘",
    " 거실 불 켜줘.",
    "거실, 불, 켜 줘!",
    "거 실 불 켜 줘?",
    "주방 불 50%로 맞춰줘.",
    "주방불50%맞춰줘",
    "부엌 불 50 % 맞춰 줘",
    "거실 불을 오십 퍼센트로 맞춰줘",
    "TV 방 불 켜줘",
    "tv방불켜줘",
    "Tv, 꺼",
]
WELL_SPELLED = [*(("en", text) for text in ENGLISH), *(("ko", text) for text in KOREAN)]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("language", "text"), WELL_SPELLED)
def test_a_sentence_can_be_written_as_the_model_writes_it(model: str, language: str, text: str) -> None:
    tokens = tokenizer_of(model).encode(text)
    assert says(SMALL[language], model, tokens) == {units(text)}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("language", "text"), WELL_SPELLED)
def test_a_sentence_can_be_written_byte_by_byte(model: str, language: str, text: str) -> None:
    """Each Hangul syllable is three tokens."""
    tokenizer = tokenizer_of(model)
    single = {
        tokenizer.bytes_of(token): token for token in range(len(tokenizer)) if len(tokenizer.bytes_of(token)) == 1
    }
    tokens = [single[bytes((byte,))] for byte in text.encode()]
    assert says(SMALL[language], model, tokens) == {units(text)}


@pytest.mark.parametrize("model", MODELS)
@GRAMMARS
@given(seeds)
def test_any_sentence_can_be_written_in_any_style_and_cut_anywhere(
    model: str, grammar: Grammar, by: random.Random
) -> None:
    sentence = grammar.walk.sample(by.randrange)
    text = styled(sentence, by)
    tokens = cut(text.encode(), model, by)
    assert tokenizer_of(model).decode(tokens) == text
    assert says(grammar, model, tokens) == {sentence}


# ---- what can be spelled is in the grammar ----


@pytest.mark.parametrize("model", MODELS)
@GRAMMARS
@given(seeds)
def test_wherever_the_moves_lead_is_a_sentence(model: str, grammar: Grammar, by: random.Random) -> None:
    spelling = spelling_of(grammar, model)
    tokens: list[int] = []
    said: tuple[str, ...] = ()
    state: State | None = spelling.start()
    while state is not None:
        move = by.choice(spelling.moves(state).moves)
        tokens.append(move.token)
        said += move.units
        state = move.state
    assert tokens.pop() == len(tokenizer_of(model))
    text = tokenizer_of(model).decode(tokens)
    assert grammar.parse(text)
    assert units(text) == said


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", " "),
        ("en", "."),
        ("en", "turn on the kitchen"),
        ("en", "turn on the kitchen lig"),
        ("en", "turn on the kitchen lights"),
        ("en", "turn on the kitchenlight"),
        ("en", "turnon the kitchen light"),
        ("en", "turn  on the kitchen light"),
        ("en", "turn on,the kitchen light"),
        ("en", "turn on the garage light"),
        ("en", "don't turn on the kitchen light"),
        ("en", "turn on the kitchen light and run"),
        ("en", "turn on the kitchen light,"),
        ("en", "turn on the kitchen light "),
        ("en", "turn on the kitchen light.."),
        ("en", "turn on the kitchen light. please"),
        ("en", "turn on the ki.tchen light"),
        ("en", "dim the kitchen to 500%"),
        ("en", "dim the kitchen to 5 0%"),
        ("en", "dim the kitchen to -50%"),
        ("en", "dim the kitchen to"),
        ("en", "거실 불 켜줘"),
        ("ko", "거실 불"),
        ("ko", "거실 불 꺼줘"),
        ("ko", "거실 불 켜줘 싫어"),
        ("ko", "거실  불 켜줘"),
        ("ko", "창고 불 켜줘"),
        ("ko", "거-실 불 켜줘"),
        ("ko", "거실 불 500% 맞춰줘"),
        ("ko", "turn on the kitchen light"),
    ],
)
def test_nothing_else_can_be_written(model: str, language: str, text: str) -> None:
    tokens = tokenizer_of(model).encode(text)
    assert says(SMALL[language], model, tokens) == set()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("1 1/2 hours timer", True),
        ("1, 1/2 hours timer.", True),
        ("1 1 / 2 hours timer", False),
        ("1 1/ 2 hours timer", False),
        ("1 1 /2 hours timer", False),
        ("1 1-/2 hours timer", False),
        ("1 1,/2 hours timer", False),
        ("1 12 hours timer", False),
    ],
)
def test_a_fraction_is_written_without_spaces(model: str, text: str, known: bool) -> None:
    """A stroke is a unit between two digits only."""
    assert bool(shipped("en").parse(text)) == known
    assert says(shipped("en"), model, tokenizer_of(model).encode(text)) == ({units(text)} if known else set())


@given(seeds)
def test_half_a_syllable_is_no_end(by: random.Random) -> None:
    data = "거실불켜줘".encode()
    at = by.randrange(len(data))
    assert says(SMALL["ko"], "tiny", cut(data[:at], "tiny", by)) == set()
