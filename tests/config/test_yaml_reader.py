from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.issues import Issue
from config.yaml_nodes import Document
from config.yaml_reader import SecretError, read_document


def read(text: str | bytes) -> tuple[Document, list[Issue]]:
    def secret(tag: str, name: str) -> SecretStr:
        if name == "MISSING":
            raise SecretError("there is no MISSING", "set it")
        return SecretStr(f"{tag} {name}")

    return read_document(Path("actions.yaml"), text.encode() if isinstance(text, str) else text, secret)


def value(text: str) -> Any:
    document, issues = read(text)
    assert not issues
    return document.root.value


def told(text: str | bytes) -> list[str]:
    return [f"{issue.line}:{issue.column} {issue.code} {issue.message}" for issue in read(text)[1]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("False", False),
        ("0x3C", 60),
        ("0o17", 15),
        ("12", 12),
        ("-3", -3),
        ("007", "007"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("0.3", 0.3),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("2026-11-23", "2026-11-23"),
        (".inf", ".inf"),
        ("", None),
        ("~", None),
        ("null", None),
        ("'12'", "12"),
        ('"on"', "on"),
        ("!!str 12", "12"),
        ("9" * 40, "9" * 40),
    ],
)
def test_plain_values_are_what_they_look_like(written: str, meant: Any) -> None:
    assert value(f"key: {written}") == {"key": meant}


def test_keys_are_always_text() -> None:
    assert value("on: 1\n12: 2\ntrue: 3\n~: 4") == {"on": 1, "12": 2, "true": 3, "~": 4}


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert value("") == value("# nothing\n") == {}


def test_a_byte_order_mark_is_not_part_of_the_file() -> None:
    assert told(b"\xef\xbb\xbfa: 1\na: 2") == ['2:1 CFG-03 "a" is written twice, first at actions.yaml:1:1']


def test_every_key_and_value_has_its_place_in_characters() -> None:
    root = read("거실: {불: [켜, '꺼']}\n침실:\n  - 불\n")[0].root
    assert root.keys["침실"] == (2, 1)
    assert root.get("거실").keys["불"] == (1, 6)
    assert [node.place for node in root.get("거실", "불").items] == [(1, 10), (1, 13)]
    assert root.get("침실").items[0].place == (3, 5)


def test_aliases_and_merge_keys_work() -> None:
    lines = [
        "base: &base {pin: GPIO5, pwm: true}",
        "lamp: {<<: *base, pin: GPIO6}",
        "both: {<<: [{a: 1, b: 2}, {b: 3, c: 4}]}",
        "same: *base",
    ]
    assert value("\n".join(lines)) == {
        "base": {"pin": "GPIO5", "pwm": True},
        "lamp": {"pin": "GPIO6", "pwm": True},
        "both": {"a": 1, "b": 2, "c": 4},
        "same": {"pin": "GPIO5", "pwm": True},
    }


def test_secrets_are_read_and_never_shown() -> None:
    document, _ = read("a: !env KEY\nb: !file key.txt\n")
    assert document.root.value["a"].get_secret_value() == "!env KEY"
    assert document.root.value["b"].get_secret_value() == "!file key.txt"
    assert "key.txt" not in repr(document.root.value)


def test_a_missing_secret_is_told_at_its_place() -> None:
    issue = read("chat:\n  api_key: !env MISSING\n")[1][0]
    assert (issue.code, issue.line, issue.column) == ("CFG-11", 2, 12)
    assert (issue.message, issue.hint) == ("there is no MISSING", "set it")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [b\nc: d", "1:4 CFG-02 a bracket that is never closed, or a comma is missing inside"),
        ("a: [\n", "2:1 CFG-02 a value is missing here, or a bracket is one too many"),
        ("a:\n\tb: 1", "2:1 CFG-02 a tab"),
        ("phrases:\n  - [the] light", '2:5 CFG-02 a text that begins with "[" needs quotes'),
        ("a:\n  output: {room}_light", '2:11 CFG-02 a text that begins with "{" needs quotes'),
        ("a: b: c", '1:5 CFG-02 a ":" that fits nowhere'),
        ("a: 1\n b: 2", '2:3 CFG-02 a ":" that fits nowhere'),
        ("a:\n  b: 1\n c: 2", "3:2 CFG-02 this does not fit with the lines above"),
        ("a: 'b\n", "1:4 CFG-02 a quote that is never closed"),
        ('a: "^dim \\d+"', "1:10 CFG-02 a \\ in double quotes"),
        ("a: @home", '1:4 CFG-02 a text that begins with "@" needs quotes'),
        ("a: *b", "1:4 CFG-02 an alias without an anchor above it"),
        ("a: &x 1\nb: &x 2", "2:4 CFG-02 an anchor of a name that is taken"),
        ("a: 1\n---\nb: 2", "2:1 CFG-02 a second document begins here"),
        ("a: | x", '1:6 CFG-02 text behind "|" or ">"'),
        ("a: - b", '1:4 CFG-02 a "- " that fits nowhere'),
        ("a: !!python/name:os.system [ls]", "1:4 CFG-02 the tag !!python/name:os.system cannot be here"),
        ("a: !include x.yaml", "1:4 CFG-02 unknown tag !include"),
        ("a: !env [x]", "1:4 CFG-02 the tag !env cannot be here"),
        ("<<: 3", "1:5 CFG-02 << needs a mapping"),
        ("? [a]\n: b", "1:3 CFG-05 a key must be one word or text"),
        ("a: 1\nb: \x07", "2:4 CFG-02 the character U+0007 cannot be in YAML"),
        ("a:\n\u00a0 b: 1", "2:1 CFG-02 U+00A0 looks like a space and is none"),
        ("a:\n  \u3000b: 1", "2:3 CFG-02 U+3000 looks like a space and is none"),
        (b"a: caf\xe9\n", "1:7 CFG-02 this is not UTF-8"),
        ("거실: 1\n거실: 2", '2:1 CFG-03 "거실" is written twice, first at actions.yaml:1:1'),
        ("a: &a [*a]", "1:4 CFG-02 an anchor that contains itself"),
        ("[" * 200 + "]" * 200, "1:102 CFG-02 more than 100 blocks inside one another"),
        ("[" * 100_000, "1:1001 CFG-02 too many brackets inside one another"),
        ("- " * 100_000, "1:200001 CFG-02 indented too far"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_at_its_place(text: str | bytes, expected: str) -> None:
    assert told(text) == [expected]


def test_a_few_aliases_that_stand_for_billions_of_values_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    assert [issue.split(" ", 1)[1] for issue in told("\n".join(lines))] == ["CFG-02 more than 1,000,000 values"]


@pytest.mark.parametrize(
    ("line", "offset", "column"),
    [
        ("a: plain text", 6, 10),
        ("a: 'it''s here'", 5, 11),  # the h; '' is one character
        (r'a: "\"\u0041\x41\U00000041b"', 4, 27),
        ("거실: '불을 켜'", 3, 9),
        ("a: |\n  block", 3, 4),
        ("a: two\n  lines", 5, 4),
    ],
)
def test_a_place_inside_a_text_is_found_through_quotes_and_escapes(line: str, offset: int, column: int) -> None:
    document, _ = read(line)
    node = next(iter(document.root.fields.values()))
    assert document.inside(node, offset) == (1, column)
