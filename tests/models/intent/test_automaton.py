"""The automaton is deterministic and minimal, its weights add up, and the stripped one says the same sentences."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from models.intent.automaton import Automaton, determinise
from models.intent.positions import END, Positions, union
from models.intent.walk import Walk, stripped

SENTENCES = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(tuple), min_size=1, max_size=12)


def automaton_of(sentences: list[tuple[str, ...]], clashes: list[tuple[int, int]] | None = None) -> Automaton:
    """Each sentence has its index as weight."""
    positions = Positions()
    starts = union(*(positions.say(sentence, END, index) for index, sentence in enumerate(sentences)))
    found = clashes if clashes is not None else []
    return determinise(positions, [(start, 0) for start in starts], lambda *pair: found.append(pair))


def language(automaton: Automaton, state: int | None = None) -> dict[tuple[str, ...], int]:
    """Every sentence from a state, with its weight."""
    state = automaton.start if state is None else state
    final = automaton.finals[state]
    said: dict[tuple[str, ...], int] = {} if final is None else {(): final}
    for unit, (target, weight) in automaton.units[state].items():
        said |= {(unit, *rest): weight + more for rest, more in language(automaton, target).items()}
    return said


@given(SENTENCES)
def test_says_the_sentences_with_the_smallest_weight(sentences: list[tuple[str, ...]]) -> None:
    automaton = automaton_of(sentences)
    said = {sentence: weight + automaton.offset for sentence, weight in language(automaton).items()}
    assert said == {sentence: sentences.index(sentence) for sentence in sentences}


@given(SENTENCES)
def test_no_two_states_are_equal(sentences: list[tuple[str, ...]]) -> None:
    automaton = automaton_of(sentences)
    languages = [language(automaton, state) for state in range(len(automaton.finals))]
    for one, other in itertools.combinations(languages, 2):
        assert one != other


@given(SENTENCES)
def test_stripped_it_is_the_minimal_automaton_without_weights(sentences: list[tuple[str, ...]]) -> None:
    bare = stripped(automaton_of(sentences))
    assert set(language(bare)) == set(sentences)
    languages = [frozenset(language(bare, state)) for state in range(len(bare.finals))]
    assert len(set(languages)) == len(languages)
    assert Walk(bare, ()).count() == len(set(sentences))


def test_sentences_that_are_spelled_alike_are_told() -> None:
    clashes: list[tuple[int, int]] = []
    automaton_of([("a", "b"), ("c",), ("a", "b"), ("a", "c")], clashes)
    assert clashes == [(0, 2)]


def test_weights_move_to_the_beginning_so_that_ends_are_shared() -> None:
    automaton = automaton_of([(room, "light", "on") for room in "abcdef"])
    assert len(automaton.finals) == 4
    assert automaton.arcs == 8
