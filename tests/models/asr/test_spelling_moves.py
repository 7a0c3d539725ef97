"""What a move of the constraint says, and what it leaves to the free search."""

from __future__ import annotations

import random

import pytest
from hypothesis import given

from models.asr.spelling import State
from models.intent.grammar import Grammar
from models.intent.units import units
from tests.models.asr.grammars import compiled, shipped
from tests.models.asr.spelled import GRAMMARS, MODELS, says, seeds, spelling_of, tokenizer_of

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
