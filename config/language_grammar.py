"""What depends on the language and not on the user: what may stand around a phrase, and what speaks against one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

LOCALES: Final = Path(__file__).parent / "locale"
"""What depends on the language, in a folder for each."""


@dataclass(frozen=True)
class LanguageGrammar:
    """What a language allows around every phrase: config/locale/<language>/grammar.yaml, whose comments explain it.

    Attributes:
        start, end, between, before_slot: Phrases; empty where the language has none.
        counters: What may follow a number, such as "개"; a phrase.
        negation: A regular expression that finds "not".
        elsewhere: Rooms and things that a home has: heard clearly, they are never taken for ones that sound alike.
        reports: Words with which questions and reports begin, and orders do not.
        courtesies: Words around a sentence that change nothing about it.
        complaint: A regular expression of a whole complaint, with {} in the place of what is too much.
        complaints: What may be too much, as a regular expression, and the orders that may be meant.
        opposites: Pairs of words that turn an order around, each with its like.
        joins: Words between two orders of one sentence, and what the first ends with in their place.
        joins_values: Words between two values of a list.
        subjects: What people ask about, in groups of words.
        same: Words that stand for each other, each with its spellings.
        rules: Every phrase of this language may use them.
    """

    start: str = ""
    end: str = ""
    between: str = ""
    before_slot: str = ""
    negation: str = ""
    counters: str = ""
    elsewhere: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    courtesies: tuple[str, ...] = ()
    complaint: str = ""
    complaints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    subjects: tuple[tuple[str, ...], ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)
    joins_values: tuple[str, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)


@lru_cache
def language_grammar(language: str) -> LanguageGrammar:
    """The grammar of "en" or "ko", as it comes with Roger."""
    import yaml

    path = LOCALES / language / "grammar.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for words in ("elsewhere", "reports", "courtesies", "joins_values"):
        content[words] = tuple(content.get(words, ()))
    content["opposites"] = tuple((tuple(one), tuple(other)) for one, other in content.get("opposites", ()))
    content["subjects"] = tuple(map(tuple, content.get("subjects", ())))
    content["same"] = tuple(tuple(group) for group in content.get("same", ()))
    return LanguageGrammar(**{**content, "rules": MappingProxyType(content.get("rules", {}))})


def language_rules(language: str) -> Mapping[str, str]:
    """The rules that every phrase of this language may use; a user's own rule of the same name stands in front."""
    return language_grammar(language).rules
