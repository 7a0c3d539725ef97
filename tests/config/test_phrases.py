"""The phrase language: what it reads, what hassil reads alike, and where it says that something is wrong."""

import pytest

from config.language_grammar import language_grammar, language_rules
from config.phrases import Choice, PhraseError, Sequence, Text, parse_phrase, slots_in, slots_in_pattern

RULES = {
    "on": "turn on [the] {room}",
    "polite": "please|<kindly>",
    "kindly": "be so kind {x}",
    "me": "a <you>",
    "you": "b <me>",
}


def test_a_phrase_keeps_its_spaces() -> None:
    expected = Sequence((Text("light"), Choice((Text("s"), Sequence(()))), Text(" on")))
    assert parse_phrase("light[s] on") == expected


@pytest.mark.parametrize(
    ("phrase", "slots"),
    [
        ("turn on the light", set()),
        ("{room} 불 (켜|꺼)", {"room"}),
        ("set [{room}|the light] to {level}", {"room", "level"}),
        ("(in {room};{when}) please", {"room", "when"}),
        ("<on> now", {"room"}),
        ("<polite>", {"x"}),
        (r"say \{room\}", set()),
    ],
)
def test_slots_of_a_phrase(phrase: str, slots: set[str]) -> None:
    assert slots_in(phrase, RULES) == slots


@pytest.mark.parametrize(
    ("phrase", "column", "message", "hint"),
    [
        ("turn (on", 5, "'(' is not closed", "add ')'"),
        ("turn [on (the]", 9, "'(' is not closed", "add ')'"),
        ("turn on)", 7, "')' closes nothing", "delete"),
        ("turn {room", 5, "'{' is not closed", "add '}'"),
        ("turn {Living Room} on", 6, "'Living Room' is no name for a slot", "letters"),
        ("turn () on", 5, "nothing between the brackets", "delete"),
        ("(a|b;c)", 4, "| and ; in one group", "brackets"),
        ("  ", 0, "an empty phrase", "delete the line"),
        ("turn \\", 5, "a \\ at the end", "\\\\"),
        ("please <onn> it", 7, "there is no rule <onn>", "did you mean <on>?"),
        ("please <xyzzy>", 7, "there is no rule <xyzzy>", "rules:"),
        ("oh <me>", 3, "contains itself", "take it out"),
    ],
)
def test_a_mistake_has_its_place(phrase: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(PhraseError) as caught:
        slots_in(phrase, RULES)
    assert caught.value.column == column
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_mistake_inside_of_a_rule_names_the_rule() -> None:
    with pytest.raises(PhraseError) as caught:
        slots_in("now <bad>", {"bad": "(a"})
    assert (caught.value.column, caught.value.message) == (4, "in rule <bad>: '(' is not closed")


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("turn on [the] (light|lamp)[s]", ["turn on light", "turn on the lamps"]),
        ("(please;turn on) light", ["please turn on light", "turn on please light"]),
        ("a[b|c]d (e|f g)", ["ad e", "abd f g", "acd e"]),
        ("거실 불[을] (켜|꺼)", ["거실 불 켜", "거실 불을 꺼"]),
    ],
)
def test_hassil_reads_the_same_sentences(phrase: str, said: list[str]) -> None:
    from hassil import Intents, recognize

    from config.schema import ActionsFile
    from models.intent.grammar import Grammar

    intents = Intents.from_dict({"language": "en", "intents": {"x": {"data": [{"sentences": [phrase]}]}}})
    language = "ko" if "불" in phrase else "en"
    actions = ActionsFile.model_validate({"actions": {"x": {"phrases": {language: [phrase]}, "do": [{"say": "x"}]}}})
    grammar = Grammar.compile(actions, language)
    for sentence in said:
        assert recognize(sentence, intents) is not None
        assert grammar.parse(sentence) is not None
        assert recognize(sentence + " x", intents) is None
        assert grammar.parse(sentence + " x") is None


def test_slots_of_a_pattern() -> None:
    assert slots_in_pattern("(?P<room>.+) light (?<level>[0-9]+)") == {"room", "level"}


@pytest.mark.parametrize(
    ("pattern", "column", "message"),
    [("(?P<room>x", 0, "missing )"), ("a**", 1, "bad repetition operator: **"), ("a(?=b)", 1, "invalid perl operator")],
)
def test_a_pattern_fails_with_what_re2_says(pattern: str, column: int, message: str) -> None:
    with pytest.raises(PhraseError) as caught:
        slots_in_pattern(pattern)
    assert caught.value.column == column
    assert message in caught.value.message


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_shipped_grammars_can_be_read(language: str) -> None:
    grammar, rules = language_grammar(language), language_rules(language)
    for phrase in (grammar.start, grammar.end, *rules.values()):
        assert slots_in(phrase, rules) == frozenset()
    assert slots_in_pattern(grammar.negation) == frozenset()
