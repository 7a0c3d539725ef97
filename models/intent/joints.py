"""Where one sentence may hold two orders: "turn off the lights and set a timer", "불 끄고 타이머 맞춰 줘"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from config.language_grammar import language_grammar
from config.schema import ActionsFile, ListSlot
from models.intent.compiled import LANGUAGES
from models.intent.durations import ENGLISH_TIMES
from models.intent.numbers import ENGLISH_NUMBERS
from models.intent.units import is_hangul, spans, units

Values = Mapping[str, frozenset[tuple[str, ...]]]
"""The units of what is said for the values of each list."""


@dataclass(frozen=True, slots=True)
class Joint:
    """One order ends at `start` of a text, with `ending`, and the next begins at `end`.

    Attributes:
        is_said: There is a word between them, such as "and"; else only a comma or a full stop.
    """

    start: int
    end: int
    ending: str = ""
    is_said: bool = False


def joints(text: str) -> list[Joint]:
    """Wherever two orders may meet, in the order of the text."""
    pattern, endings = _between_orders()
    return [
        Joint(match.start(), match.end(), endings.get(match["word"] or "", ""), match["word"] is not None)
        for match in pattern.finditer(text)
        if not _is_in_a_quantity(text[: match.start()], text[match.end() :])
    ]


def _is_in_a_quantity(before: str, after: str) -> bool:
    """ "A hundred *and* fifty", "five minutes *and* ten seconds", "an hour *and* a half"."""
    open_end, beginning = _quantities()
    return bool(open_end.search(before[-20:]) and beginning.match(after))


def parts(text: str, at: Iterable[Joint]) -> Iterator[str]:
    """The orders of `text` if it is cut at these joints."""
    ends = [Joint(0, 0), *at, Joint(len(text), len(text))]
    yield from (f"{text[one.end : two.start]}{two.ending}".strip() for one, two in pairwise(ends))


def resolved(part: str, before: str) -> str:
    """ "Turn it off" after "turn on the fan" as "turn the fan off"; a part without such a word as it is."""
    named = _VERB.sub("", before, count=1)
    return _PRONOUN.sub(lambda _: named, part, count=1) if named else part


_VERB: Final = re.compile(r"^\S+(?:\s+(?:on|off|up|down|for))?(?:\s+|$)", re.IGNORECASE)
_PRONOUN: Final = re.compile(r"\b(?:it|them)\b", re.IGNORECASE)


def list_values(actions: ActionsFile) -> Values:
    """Of all lists, those of single actions too."""
    own = (pair for action in actions.actions.values() for pair in action.slots.items())
    values: dict[str, set[tuple[str, ...]]] = {}
    for name, slot in (*actions.slots.items(), *own):
        if isinstance(slot, ListSlot):
            spoken = (word for languages in slot.values.values() for words in languages.values() for word in words)
            values.setdefault(name, set()).update(map(units, spoken))
    return {name: frozenset(said) for name, said in values.items()}


def each_value(text: str, values: Values) -> list[str]:
    """ "The kitchen and bedroom lights on" as "the kitchen lights on", "the bedroom lights on"; else `text` alone."""
    text = unicodedata.normalize("NFC", text)
    for match in _between_values().finditer(text):
        end = _second_value_ends(text, match, values)
        if end:
            first, second = text[: match.start()] + text[end:], text[: _first_value(text, match, values)]
            second += text[match.end() :]
            return list(dict.fromkeys([*each_value(first, values), *each_value(second, values)]))
    return [text]


_MOST_UNITS: Final = 12
"""Of a value that is one of several."""


def _second_value_ends(text: str, match: re.Match[str], values: Values) -> int:
    """Where the value after the joint ends, if one of the same list stands before it; else 0."""
    before, after = units(text[: match.start()]), units(text[match.end() :])
    for said in values.values():
        if not any(before[-length:] in said for length in range(1, min(len(before), _MOST_UNITS) + 1)):
            continue
        longest = max(
            (length for length in range(1, min(len(after), _MOST_UNITS) + 1) if after[:length] in said), default=0
        )
        if longest:
            return match.end() + spans(text[match.end() :])[longest - 1][1]
    return 0


def _first_value(text: str, match: re.Match[str], values: Values) -> int:
    """Where the value before the joint begins."""
    before, places = units(text[: match.start()]), spans(text[: match.start()])
    lengths = range(min(len(before), _MOST_UNITS), 0, -1)
    longest = next(length for length in lengths if any(before[-length:] in said for said in values.values()))
    return places[-longest][0]


@cache
def _between_orders() -> tuple[re.Pattern[str], Mapping[str, str]]:
    endings = {word: end for language in LANGUAGES for word, end in language_grammar(language).joins.items()}
    words = "|".join(map(_bounded, sorted(endings, key=len, reverse=True)))
    return re.compile(
        rf"\s*[,;.]?\s*(?P<word>{words})(?:[\s,]+|$|(?<=고))|(?P<mark>[,;.?!])\s+", re.IGNORECASE
    ), endings


@cache
def _quantities() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a quantity may end with before an "and", and what goes on with one after it."""
    numbers = "|".join(ENGLISH_NUMBERS)
    opened = "|".join(("hundred", "thousand", *ENGLISH_TIMES))
    return (
        re.compile(rf"\b(?:{opened})$", re.IGNORECASE),
        re.compile(rf"(?:\d|(?:{numbers})\b|an?\s+(?:half|quarter)\b)", re.IGNORECASE),
    )


@cache
def _between_values() -> re.Pattern[str]:
    words = [word for language in LANGUAGES for word in language_grammar(language).joins_values]
    return re.compile(rf"\s*(?:,\s*)?(?:{'|'.join(map(_bounded, words))}|,)\s*(?:(?:the|my|our)\s+)?", re.IGNORECASE)


def _bounded(word: str) -> str:
    """Korean needs no space around a word."""
    written = re.escape(word).replace(r"\ ", r"\s*" if is_hangul(word[0]) else r"\s+")
    return written if is_hangul(word[0]) else rf"\b{written}\b"
