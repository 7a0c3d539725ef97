"""Users' regular expressions: all of them in one RE2 set, so a transcript is read once however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import re2

from config.language_grammar import language_grammar
from models.intent.units import clean

BYTES: Final = 16 << 20
BYTES_A_PATTERN: Final = 32 << 10
"""RE2 gives up without a word where its memory is too small for the set."""


class PatternMatch(NamedTuple):
    """A pattern that matches the whole of a text.

    Attributes:
        groups: Of each named group that took part: its name, where it begins and ends, in spoken order.
    """

    action: str
    pattern: str
    groups: tuple[tuple[str, int, int], ...]


class Patterns:
    """Patterns in the order of the file; each has to match the whole text, in capitals or not.

    Args:
        patterns: Pairs (action, pattern), all of which RE2 can read.
    """

    def __init__(self, patterns: list[tuple[str, str]]) -> None:
        self._patterns = patterns
        self._options = _options(BYTES + BYTES_A_PATTERN * len(patterns))
        self._set: Any = re2.Set.FullMatchSet(self._options)
        for _, pattern in patterns:
            self._set.Add(pattern)
        self._set.Compile()

    def all(self, text: str) -> Iterator[PatternMatch]:
        """Every pattern that matches `text`, in the order of the file."""
        indexes: list[int] = (self._set.Match(clean(text)) or []) if self._patterns else []
        for index in sorted(indexes):
            yield self._match(*self._patterns[index], text)

    def _match(self, action: str, pattern: str, text: str) -> PatternMatch:
        match = re2.compile(pattern, self._options).fullmatch(clean(text))
        spans = [(name, *match.span(index)) for name, index in match.re.groupindex.items()]
        said = sorted((span for span in spans if span[1] >= 0), key=lambda span: span[1:])
        return PatternMatch(action, pattern, tuple(said))


class Negation:
    """Finds "not" in what a pattern let pass unread; grammar.yaml of each language says how it is said."""

    def __init__(self, languages: Iterable[str]) -> None:
        options = _options(BYTES)
        self._not = [re2.compile(language_grammar(language).negation, options) for language in languages]

    def denies(self, match: PatternMatch, text: str) -> bool:
        """Whether `text` says "not" outside of the match's groups, where the pattern itself does not."""
        outside, at = [], 0
        for _, start, end in match.groups:
            outside.append(text[at:start])
            at = max(at, end)
        said = clean(" … ".join([*outside, text[at:]]))
        return any(negation.search(said) and not negation.search(match.pattern) for negation in self._not)

    def words(self, text: str) -> Iterator[str]:
        """Whatever says "not" in `text`, in any of the languages."""
        yield from (match.group() for negation in self._not for match in negation.finditer(clean(text)))


def _options(max_mem: int) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = max_mem
    return options
