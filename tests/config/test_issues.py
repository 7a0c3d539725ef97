from __future__ import annotations

from pathlib import Path

import pytest

from config.issues import Issue, did_you_mean, masked, render, width


def issue(source: str, column: int, hint: str = "") -> Issue:
    return Issue("CFG-04", 'unknown key "phrasess"', hint, Path("/home/pi/actions.yaml"), 12, column, source)


def test_the_line_is_shown_with_a_caret_under_the_place_and_the_hint() -> None:
    assert render(issue("    phrasess:", 5, 'did you mean "phrases"?')) == (
        'actions.yaml:12:5 CFG-04 unknown key "phrasess"\n  |     phrasess:\n  |     ^\n  = did you mean "phrases"?'
    )


def test_without_a_line_or_a_hint_there_is_only_the_message() -> None:
    assert render(issue("", 1)) == 'actions.yaml:12:1 CFG-04 unknown key "phrasess"'


def test_the_caret_counts_hangul_as_two_columns() -> None:
    shown = render(issue('  ko: ["거실 불 [켜"]', 14)).splitlines()
    assert width(shown[1][: shown[1].index("[켜")]) == shown[2].index("^")


def test_a_long_line_is_cut_around_the_place() -> None:
    shown = render(issue("a" * 300 + "X" + "b" * 300, 301)).splitlines()
    assert shown[1].startswith("  | …a")
    assert shown[1].endswith("b…")
    assert shown[1][shown[2].index("^")] == "X"


def test_the_users_line_cannot_write_over_the_terminal() -> None:
    shown = render(issue("a: \x1b[2J\tb", 8))
    assert "\x1b" not in shown
    assert "a: ·[2J b" in shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  api_key: abc # mine", "  api_key: ***"),
        ("  api_key: 'abc'", "  api_key: ***"),
        ("headers: {Authorization: Bearer abc}", "headers: {Authorization: ***"),
        ("  model: sk-abcdefgh1234", "  model: ***"),
        ("  api_key: !env OPENAI_API_KEY", "  api_key: !env OPENAI_API_KEY"),
        ("  max_tokens: 300", "  max_tokens: 300"),
        ("  between_tokens_s: 10", "  between_tokens_s: 10"),
        ("  api_key:", "  api_key:"),
    ],
)
def test_what_looks_like_a_secret_is_never_shown(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    ("word", "meant"),
    [("phrasess", "phrases"), ("PHRASES", "phrases"), ("21", "GPIO21"), ("colour", ""), ("", "")],
)
def test_the_nearest_option_is_suggested(word: str, meant: str) -> None:
    expected = f'did you mean "{meant}"?' if meant else ""
    assert did_you_mean(word, ["phrases", "patterns", "GPIO121", "GPIO21"]) == expected
