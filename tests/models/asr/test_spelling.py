"""Which tokens the grammar allows: all that spell one of its sentences, and none that do not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.asr.spelling import Spelling, State
from models.asr.tokenizer import Tokenizer, load_tokenizer
from models.intent.grammar import Grammar
from models.intent.units import is_hangul, units
from tests.models.asr.grammars import compiled, shipped, walked
from tests.models.asr.tiny_whisper import TEXT_TOKENS, WEIGHTS

SMALL = {
    "en": compiled("en", "turn on the {room} light", "(dim|set) {room} [light] to {level}", "what's the time"),
    "ko": compiled("ko", "{room} 불 켜줘", "{room} 불 {level} 맞춰줘", "TV 꺼"),
}
MODELS = [
    "tiny",
    *(pytest.param(name, marks=pytest.mark.weights) for name in ("whisper-tiny.en", "whisper-base")),
]
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


def styled(sentence: Sequence[str], by: random.Random) -> str:
    """The sentence as a careless writer might put it."""
    text = by.choice(["", " "])
    for before, unit in zip(("", *sentence), sentence, strict=False):
        text += between(before, unit, by) if before else ""
        text += "".join(by.choice([letter, letter.upper()]) for letter in unit)
    return text + by.choice(("", ".", "?", "!"))


def between(before: str, unit: str, by: random.Random) -> str:
    ways = [" ", ", "]
    if before[-1].isalnum() and not is_hangul(before[-1]):
        ways.append("-")
    if is_hangul(before[-1]) or is_hangul(unit[0]) or (before[-1].isdecimal() and unit == "%"):
        ways.append("")
    return by.choice(ways)


def says(grammar: Grammar, model: str, tokens: Sequence[int]) -> set[tuple[str, ...]]:
    return walked(spelling_of(grammar, model), tokens, len(tokenizer_of(model)))


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


@given(seeds)
def test_half_a_syllable_is_no_end(by: random.Random) -> None:
    data = "거실불켜줘".encode()
    at = by.randrange(len(data))
    assert says(SMALL["ko"], "tiny", cut(data[:at], "tiny", by)) == set()


# ---- what a move says ----


@pytest.mark.parametrize("model", MODELS)
def test_a_move_names_the_units_that_it_completes(model: str) -> None:
    grammar = compiled("en", "light", "lights up")
    spelling, tokenizer = spelling_of(grammar, model), tokenizer_of(model)
    *begun, last = tokenizer.encode("light")
    states = {spelling.start()}
    for token in begun:
        moves = [move for state in states for move in spelling.moves(state).moves if move.token == token]
        assert {move.units for move in moves} == {()}
        states = {move.state for move in moves if move.state}
    ways = [move for state in states for move in spelling.moves(state).moves if move.token == last]
    assert {move.units for move in ways} == {("light",), ()}  # over, or the beginning of "lights"
    whole, partial = sorted((move for move in ways if move.state), key=lambda move: move.units, reverse=True)
    end = len(tokenizer)
    assert whole.state
    assert partial.state
    assert end in spelling.moves(whole.state).tokens
    assert end not in spelling.moves(partial.state).tokens


@pytest.mark.weights
def test_one_token_can_say_several_units() -> None:
    """The grammar's units are syllables, and some Korean words are one token."""
    spelling, tokenizer = spelling_of(shipped("ko"), "whisper-base"), tokenizer_of("whisper-base")
    for move in spelling.moves(spelling.start()).moves:
        written = tokenizer.bytes_of(move.token).strip()
        assert written.startswith("".join(move.units).encode())
    assert max(len(move.units) for move in spelling.moves(spelling.start()).moves) > 1


@pytest.mark.parametrize("model", MODELS)
@GRAMMARS
def test_tokens_are_those_of_the_moves_and_none_stands_twice(model: str, grammar: Grammar) -> None:
    spelling = spelling_of(grammar, model)
    moves = spelling.moves(spelling.start())
    assert moves.tokens.tolist() == [move.token for move in moves.moves]
    assert len(set(moves.moves)) == len(moves.moves)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_that_roger_comes_with_has_not_too_many_ways_to_begin(model: str, language: str) -> None:
    spelling = spelling_of(shipped(language), model)
    n = len(spelling.moves(spelling.start()).moves)
    assert 10 < n < 5_000


# ---- open-ended text ----

OPEN = {
    "en": compiled("en", "remind me to {what}", "play {what} in the kitchen", "play music", "stop"),
    "ko": compiled("ko", "{what} 틀어줘", "{room} 불 켜줘"),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "play music"),
        ("en", "Stop."),
        ("en", "Please stop!"),
        ("ko", "거실 불 켜줘"),
        ("ko", "저기 주방 불켜줘."),
    ],
)
def test_phrases_without_open_ended_text_stay(model: str, language: str, text: str) -> None:
    assert says(OPEN[language], model, tokenizer_of(model).encode(text)) == {units(text)}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "remind me to eat"),
        ("en", "play jazz in the kitchen"),
        ("en", "play music in the kitchen"),  # all of its words are in the grammar
        ("en", "play * in the kitchen"),
        ("ko", "음악 틀어줘"),
        ("ko", "거실 불 틀어줘"),
        ("ko", "저기 틀어줘"),
    ],
)
def test_open_ended_text_is_left_to_the_free_search(model: str, language: str, text: str) -> None:
    assert says(OPEN[language], model, tokenizer_of(model).encode(text)) == set()


@given(seeds)
def test_nothing_is_begun_that_only_open_ended_text_could_end(by: random.Random) -> None:
    """It would take places in the beam."""
    grammar = OPEN[by.choice(["en", "ko"])]
    spelling = spelling_of(grammar, "tiny")
    state: State | None = spelling.start()
    while state is not None:
        moves = spelling.moves(state).moves
        assert moves
        state = by.choice(moves).state


def test_a_grammar_of_nothing_but_open_ended_text_allows_nothing() -> None:
    grammar = compiled("en", "{what}")
    assert grammar.parse("anything at all")
    spelling = spelling_of(grammar, "tiny")
    begun = [move.state for move in spelling.moves(spelling.start()).moves]
    assert all(state and not spelling.moves(state).moves for state in begun)
