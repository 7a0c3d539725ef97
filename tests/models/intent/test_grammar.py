"""Phrases to meanings: what is read, what is not, who wins, and the grammar as a constraint."""

import random
import re
from typing import Any

import pytest

from config.language_grammar import language_grammar
from config.phrases import PhraseError
from config.schema import ActionsFile
from models.intent.grammar import Grammar
from models.intent.units import units
from models.intent.walk import Walk

ROOMS = {
    "type": "list",
    "values": {
        "living_room": {"en": ["living room", "lounge"], "ko": ["거실"]},
        "kitchen": {"en": ["kitchen"], "ko": ["부엌", "주방"]},
        "tv_corner": {"en": ["TV corner"]},
    },
}
SLOTS = {"room": ROOMS, "level": {"type": "percent"}, "count": {"type": "integer"}, "what": {"type": "text"}}


THOUSANDS = "(a|b|c|d|e|f|g|h|i|j)" * 4


def actions(**phrases: Any) -> ActionsFile:
    """One action for each argument: a phrase or a list of phrases, English but where there is Hangul."""
    made = {}
    for name, texts in phrases.items():
        listed = [texts] if isinstance(texts, str) else texts
        korean = any("가" <= character <= "힣" for character in "".join(listed))
        made[name] = {"phrases": {"ko" if korean else "en": listed}, "do": [{"say": "x"}]}
    return ActionsFile.model_validate({"slots": SLOTS, "actions": made})


def meaning(grammar: Grammar, text: str) -> tuple[str, dict[str, str | int]] | None:
    parse = grammar.parse(text)
    return (parse.phrase.action, {fill.slot: fill.value for fill in parse.fills}) if parse else None


@pytest.mark.parametrize(
    "text",
    [
        "turn on the living room light",
        "Turn on the living room lights, please.",
        "Hey Roger, could you please turn on the lounge lamp for me? Thanks!",
        "switch on living room lamp",
    ],
)
def test_english_around_a_phrase(text: str) -> None:
    grammar = Grammar.compile(actions(on="<turn_on> {room} <light>"), "en")
    assert meaning(grammar, text) == ("on", {"room": "living_room"})


@pytest.mark.parametrize(
    "text",
    [
        "거실 불 켜",
        "거실불켜줘",
        "거실 불 좀 켜 줘",
        "거실의 불을 지금 켜 주세요",
        "저기 거실에 있는 조명 좀 켜줄래?",
        "로저야 거실 불 켜 줄 수 있어?",
        "거실 불 켜줘요 부탁해",
        "거실에 불도 켜라",
    ],
)
def test_korean_particles_spaces_and_endings(text: str) -> None:
    grammar = Grammar.compile(actions(on="{room} <불> <켜>"), "ko")
    assert meaning(grammar, text) == ("on", {"room": "living_room"})


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("<turn_on> [the] <light>", "don't turn on the light"),
        ("<turn_on> [the] <light>", "please do not turn on the light"),
        ("<turn_on> [the] <light>", "never turn on the light"),
        ("<turn_on> [the] <light>", "turn on the light not"),
        ("<불> <켜>", "불 켜지 마"),
        ("<불> <켜>", "불 켜지 마세요"),
        ("<불> <켜>", "불 켜지 말아 줘"),
        ("<불> <켜>", "불 안 켜"),
        ("<불> <켜>", "불 못 켜"),
        ("<불> <켜>", "불 켜지 않아도 돼"),
        ("<불> <꺼>", "불 끄지 마"),
        ("음악 <틀어>", "음악 틀지 마"),
        ("{count} 분 <맞춰>", "오 분 맞추지 마"),
    ],
)
def test_a_negation_is_never_understood(phrase: str, text: str) -> None:
    language = "ko" if "가" <= phrase[1] <= "힣" or "분" in phrase or "음악" in phrase else "en"
    assert Grammar.compile(actions(x=phrase), language).parse(text) is None


@pytest.mark.parametrize(
    ("language", "phrase"), [("en", "<turn_on> <light>"), ("ko", "<불> (<켜>|<꺼>|<맞춰>|<틀어>)")]
)
def test_no_filler_and_no_ending_holds_a_negation(language: str, phrase: str) -> None:
    grammar, choose = Grammar.compile(actions(x=phrase), language), random.Random(3).randrange
    negation = re.compile(language_grammar(language).negation)
    assert not [sample for sample in (grammar.sample(choose) for _ in range(3_000)) if negation.search(sample)]


def test_contractions_and_spellings_stand_for_each_other() -> None:
    grammar = Grammar.compile(actions(ask="what is on tv channel two"), "en")
    assert grammar.parse("What's on television channel 2?") is not None
    assert Grammar.compile(actions(ask="what's up"), "en").parse("what is up") is not None


def test_a_group_that_touches_a_word_is_part_of_it() -> None:
    grammar = Grammar.compile(actions(x="(light|lamp)[s] [un]lock(ed|ing)"), "en")
    assert grammar.parse("lamps unlocking") is not None
    assert grammar.parse("lamp s un lock ing") is None


def test_words_of_another_language_stand_in() -> None:
    grammar = Grammar.compile(actions(on="{room} <불> <켜>"), "ko")
    assert meaning(grammar, "TV corner 불 켜줘") == ("on", {"room": "tv_corner"})


def test_more_literal_words_win_over_slots_and_the_order() -> None:
    grammar = Grammar.compile(actions(any="play {what}", jazz="play jazz", some="play {what} loud"), "en")
    assert meaning(grammar, "play jazz") == ("jazz", {})
    assert meaning(grammar, "play rock loud") == ("some", {"what": ""})
    assert meaning(grammar, "play rock") == ("any", {"what": ""})


def test_a_closed_slot_wins_over_open_text() -> None:
    grammar = Grammar.compile(actions(text="show {what}", room="show {room}"), "en")
    assert meaning(grammar, "show kitchen") == ("room", {"room": "kitchen"})


def test_a_number_wins_over_a_particle_that_sounds_like_a_digit() -> None:
    grammar = Grammar.compile(actions(x="{count} 으로 <맞춰>"), "ko")
    assert meaning(grammar, "이십이로 맞춰줘") is None
    assert meaning(Grammar.compile(actions(x="{count} [로] <맞춰>"), "ko"), "이십이로 맞춰줘") == ("x", {"count": 22})


def test_equal_sentences_of_two_actions_are_reported_and_the_first_takes_them() -> None:
    grammar = Grammar.compile(actions(one="good (night|morning)", two="[very] good night"), "en")
    assert meaning(grammar, "good night") == ("one", {})
    assert meaning(grammar, "very good night") == ("two", {})
    assert [(a.winner.action, a.loser.action) for a in grammar.ambiguities] == [("one", "two")]


def test_every_pair_of_actions_is_reported_also_where_they_share_their_ends() -> None:
    grammar = Grammar.compile(actions(one="a p x", two="a p [z] x", three="b p x", four="b p [z] x"), "en")
    assert [(a.winner.action, a.loser.action) for a in grammar.ambiguities] == [("one", "two"), ("three", "four")]


def test_a_kind_is_compiled_once_however_many_use_it() -> None:
    few = Grammar.compile(actions(a="set a to {level}"), "en")
    many = Grammar.compile(actions(**{f"a{n}": f"set thing {'x' * n} to {{level}}" for n in range(1, 30)}), "en")
    assert len(many.slots.kinds) == len(few.slots.kinds)


def test_an_empty_grammar_understands_nothing() -> None:
    grammar = Grammar.compile(ActionsFile(), "en")
    assert grammar.parse("turn on") is None
    assert grammar.parse("") is None
    assert grammar.count() == 0


def test_a_phrase_that_may_be_silent_is_not_understood_in_silence() -> None:
    grammar = Grammar.compile(actions(x="[stop]"), "en")
    assert grammar.parse("") is None
    assert grammar.parse("please") is None
    assert meaning(grammar, "stop") == ("x", {})


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("turn on {nowhere}", "there is no slot 'nowhere'"),
        ("<nothing> on", "there is no rule <nothing>"),
        ("a (b", "'(' is not closed"),
        (THOUSANDS, "too many spellings"),
        ("(a;b;c;d;e;f)", "more than 5 parts"),
    ],
)
def test_a_phrase_that_cannot_be_compiled_names_its_action(phrase: str, message: str) -> None:
    with pytest.raises(PhraseError) as caught:
        Grammar.compile(actions(broken=phrase), "en")
    assert message in caught.value.message
    assert "action broken, phrase en 1" in caught.value.message


def test_a_phrase_that_nobody_can_say_is_refused() -> None:
    with pytest.raises(PhraseError, match="several hundred words"):
        Grammar.compile(actions(long="word " * 2_000), "en")


def test_a_recursive_rule_is_refused() -> None:
    file = ActionsFile.model_validate(
        {
            "rules": {"en": {"a": "x <b>", "b": "y <a>"}},
            "actions": {"r": {"phrases": {"en": ["<a>"]}, "do": [{"say": ""}]}},
        }
    )
    with pytest.raises(PhraseError, match="contains itself"):
        Grammar.compile(file, "en")


def stepped(grammar: Grammar, text: str) -> bool:
    """Whether the constraint lets a sentence through, unit by unit."""
    position = grammar.start()
    for unit in units(text):
        steps = grammar.follow(position)
        if unit not in steps and Walk.ANY not in steps:
            return False
        position = steps.get(unit) or steps[Walk.ANY]
    return grammar.final(position)


@pytest.mark.parametrize(
    "text", ["turn on the kitchen light", "set kitchen to fifty percent please", "play some old song"]
)
def test_the_constraint_lets_through_what_is_understood(text: str) -> None:
    grammar = Grammar.compile(actions(on="turn on {room} light", set="set {room} to {level}", play="play {what}"), "en")
    assert grammar.parse(text) is not None
    assert stepped(grammar, text)


@pytest.mark.parametrize(
    "text", ["turn on the", "set kitchen to", "play", "don't turn on the kitchen light", "set fifty to kitchen"]
)
def test_the_constraint_stops_what_is_not(text: str) -> None:
    grammar = Grammar.compile(actions(on="turn on {room} light", set="set {room} to {level}", play="play {what}"), "en")
    assert not stepped(grammar, text)


def test_the_constraint_knows_what_comes_next() -> None:
    grammar = Grammar.compile(actions(on="turn on {room} light"), "en")
    position = grammar.follow(grammar.follow(grammar.start())["turn"])["on"]
    steps = grammar.follow(position)
    assert set(steps) == {"the", "my", "our", "living", "lounge", "kitchen", "tv", "t", "television"}
    assert grammar.walk.inside(steps["living"]) == grammar.walk.inside(steps["tv"])
    assert set(grammar.follow(steps["living"])) == {"room"}


def test_count_is_the_number_of_sentences() -> None:
    plain = Grammar.compile(actions(x="a (b|c) [d]"), "en")
    around = Grammar.compile(actions(x="z"), "en").count()
    assert plain.count() == 4 * around


def test_samples_are_different_sentences_that_are_understood() -> None:
    grammar = Grammar.compile(actions(on="<turn_on> {room} <light>", set="set {room} to {level}"), "en")
    choose = random.Random(7).randrange
    samples = [grammar.sample(choose) for _ in range(200)]
    assert len(set(samples)) > 100
    assert all(grammar.parse(sample) is not None for sample in samples)
