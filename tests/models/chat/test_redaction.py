"""A key that a server says is masked however it is cut; what is no key is shown as it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.secrecy import hidden, keep
from models.chat.redaction import Redaction

KEY = "sk-sk-abcsk-abd"


def shown(pieces: list[str], key: str = KEY) -> list[str]:
    redaction = Redaction(key)
    return [*map(redaction.feed, pieces), redaction.finish()]


@given(st.lists(st.sampled_from([KEY, KEY[:6], KEY[3:], "sk-", "s", "Well, ", "한국어", KEY[:-1]])), st.data())
def test_it_is_masked_however_it_is_cut(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert KEY not in "".join(shown(pieces))


@given(st.lists(st.text(alphabet="sk-ab yes", max_size=6), max_size=8))
def test_nothing_else_is_changed(pieces: list[str]) -> None:
    text = "".join(pieces)
    if "sk-sk-abc" not in text:
        assert "".join(shown(pieces)) == text


def test_an_answer_is_not_held_back_for_a_letter_that_a_key_begins_with() -> None:
    assert shown(["Yes", " it is", " so."]) == ["Yes", " it is", " so.", ""]


def test_a_key_that_breaks_off_is_not_shown_either() -> None:
    assert "".join(shown(["It is ", KEY[:-1]])) == "It is sk-***"


@pytest.mark.parametrize("key", ["", "abc"])
def test_what_is_too_short_keeps_no_secret(key: str) -> None:
    assert shown(["abc", "d"], key) == ["abc", "d", ""]


def test_secrets_that_were_read_are_hidden_in_any_text() -> None:
    for secret in ("zq-8417-and-more", "zq-8417", "zq"):
        keep(secret)
    assert hidden("zq-8417-and-more, zq-8417, zq") == "***, ***, zq"
