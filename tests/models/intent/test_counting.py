"""How many sentences there are: against counts by hand, and against the grammar's own walk."""

from __future__ import annotations

from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, load
from config.schema import ActionsFile
from models.intent.compiled import LANGUAGES
from models.intent.counting import Count, counts, ways_of
from models.intent.grammar import Grammar

SLOTS: dict[str, Any] = {
    "room": {
        "type": "list",
        "values": {
            "kitchen": {"en": ["kitchen", "cook room"], "ko": ["부엌"]},
            "hall": {"en": ["hall"], "ko": ["복도"]},
        },
    },
    "what": {"type": "text"},
    "number": {"type": "integer", "min": 1, "max": 3},
}


def counted(language: str, *phrases: str) -> list[Count]:
    """Each phrase is an action of its own."""
    actions = {
        f"a{number}": {"phrases": {language: [phrase]}, "do": [{"say": ""}]} for number, phrase in enumerate(phrases)
    }
    grammar = Grammar.compile(ActionsFile.model_validate({"slots": SLOTS, "actions": actions}), language)
    return counts(grammar, ways_of(grammar.automaton, grammar.slots.kinds))


@pytest.mark.parametrize(
    ("language", "phrase", "sentences"),
    [
        ("en", "good night", 1),
        ("en", "(turn|switch) on [the] (lamp|light)[s]", 2 * 2 * 4),
        ("en", "(big;red) ball", 2),
        ("en", "go to {room}", 3),
        ("en", "channel {number}", 2 * 3),
        ("en", "channel two", 2),
        ("en", "from {room} to {room}", 9),
        ("ko", "(불|등) [다] 꺼", 4),
        ("ko", "{room} 불 꺼", 2),
    ],
)
def test_sentences_are_counted_exactly(language: str, phrase: str, sentences: int) -> None:
    (count,) = counted(language, phrase)
    assert (count.closed, count.plain, count.has_text) == (sentences, sentences, False)
    assert count.polite > sentences


def test_open_ended_text_counts_as_one_and_is_told() -> None:
    (count,) = counted("en", "(play|start) [the] [{what}]")
    assert (count.closed, count.plain, count.has_text) == (4, 8, True)


def test_a_sentence_belongs_to_the_first_phrase_that_says_it() -> None:
    counts_of = counted("en", "good (night|morning)", "[very] good night", "good morning")
    assert [count.plain for count in counts_of] == [2, 1, 0]


def test_numbers_beyond_any_machine_word_stay_exact() -> None:
    (count,) = counted("en", " ".join(f"({c}{c}x|{c}{c}y)" for c in "abcdefghijklmnopqrstuvwxyz" * 4))
    assert count.plain == 2**104


def test_no_phrases_have_no_counts() -> None:
    assert counted("ko") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counts_of_the_shipped_actions_add_up_to_the_whole(language: str) -> None:
    grammar = Grammar.compile(load(DEFAULT_FOLDER).actions, language)
    each = counts(grammar, ways_of(grammar.automaton, grammar.slots.kinds))
    assert len(each) == len(grammar.phrases)
    assert sum(count.polite for count in each) == grammar.count()
