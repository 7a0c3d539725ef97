"""Lengths of time in words and digits as positions whose weights add up to seconds.

English: "an hour and a half", "one and a half hours", "ten minutes thirty seconds", "a quarter of an hour",
"1.5 hours", "90 s". Korean: 한 시간 반, 1시간 30분, 반 시간, 십 분, 삼십 초. Words go to 99, digits to 999
(hours to 99, and what stands after a larger unit to 59).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models.intent.numbers import digits, english, native_korean, sino_korean
from models.intent.positions import Follow, Positions, union
from models.intent.units import units

HOUR: Final = 3600
MINUTE: Final = 60
LARGEST_IN_WORDS: Final = 99
LARGEST_IN_DIGITS: Final = 999
LARGEST_AFTER: Final = 59
"""Of minutes after hours, and of seconds after either."""

_HALF: Final = ("a half", "½", "1/2")
_EN_NOUNS: Final = {
    HOUR: ("hour", "hours", "hr", "hrs", "h"),
    MINUTE: ("minute", "minutes", "min", "mins", "m"),
    1: ("second", "seconds", "sec", "secs", "s"),
}
ENGLISH_TIMES: Final = tuple(noun for nouns in _EN_NOUNS.values() for noun in nouns)
_EN_PARTS: Final = (("half", 2), ("quarter", 4))
_KO_NOUNS: Final = {HOUR: "시간", MINUTE: "분", 1: "초"}


def spoken_duration(language: str) -> Callable[[Positions, Follow], Follow]:
    """Every way to say a duration in "en" or "ko"."""
    return _english if language == "en" else _korean


def _english(positions: Positions, end: Follow) -> Follow:
    seconds = _and(positions, _en_counted(positions, 1, end, LARGEST_AFTER, LARGEST_AFTER))
    after_minutes = union(end, _en_fractions(positions, MINUTE, end), seconds)
    minutes = _and(positions, _en_counted(positions, MINUTE, after_minutes, LARGEST_AFTER, LARGEST_AFTER))
    after_hours = union(end, _en_fractions(positions, HOUR, end), minutes, seconds)
    return union(
        _en_counted(positions, 1, end),
        _en_counted(positions, MINUTE, after_minutes),
        _en_counted(positions, HOUR, after_hours, LARGEST_IN_WORDS, LARGEST_IN_WORDS),
        *(_en_parts(positions, unit, end) for unit in (HOUR, MINUTE)),
    )


def _and(positions: Positions, follow: Follow) -> Follow:
    return union(follow, positions.add("and", follow))


def _any(positions: Positions, words: tuple[str, ...], follow: Follow, weight: int = 0) -> Follow:
    return union(*(positions.say(units(word), follow, weight) for word in words))


def _en_counted(
    positions: Positions, unit: int, follow: Follow, words: int = LARGEST_IN_WORDS, figures: int = LARGEST_IN_DIGITS
) -> Follow:
    """ "ten minutes", "a minute", "minute"."""
    noun = _any(positions, _EN_NOUNS[unit], follow)
    return union(
        english(positions, 1, words, noun, unit),
        digits(positions, 1, figures, noun, unit),
        _any(positions, ("an", "a"), _any(positions, _EN_NOUNS[unit][:1], follow), unit),
    )


def _en_fractions(positions: Positions, unit: int, end: Follow) -> Follow:
    """What may stand after "an hour": "and a half", "and a quarter", "and three quarters"."""
    return positions.add(
        "and",
        union(
            _any(positions, ("a half", "half"), end, unit // 2),
            _any(positions, ("a quarter",), end, unit // 4),
            _any(positions, ("three quarters",), end, unit * 3 // 4),
        ),
    )


def _en_parts(positions: Positions, unit: int, end: Follow) -> Follow:
    """ "half an hour", "a quarter of an hour", "two and a half hours", "1.5 hours", "1 1/2 hours"."""
    one, noun = _any(positions, _EN_NOUNS[unit][:1], end), _any(positions, _EN_NOUNS[unit], end)
    of_one = union(one, *(_any(positions, words, one) for words in (("an", "a", "of an", "of a"),)))
    halves = union(positions.add("and", _any(positions, _HALF[:1], noun)), _any(positions, _HALF[1:], noun))
    return union(
        *(_any(positions, (name, f"a {name}"), of_one, unit // parts) for name, parts in _EN_PARTS),
        _any(positions, ("three quarters",), of_one, unit * 3 // 4),
        english(positions, 1, 20, positions.add("and", _any(positions, _HALF[:1], noun, unit // 2)), unit),
        digits(positions, 1, 20, _later(positions, halves, unit // 2), unit),
        _decimals(positions, unit, noun),
    )


def _later(positions: Positions, follow: Follow, weight: int) -> Follow:
    """The same positions, with a weight."""
    return union(*(positions.add(positions.labels[p], positions.follows[p], weight) for p in follow))


def _decimals(positions: Positions, unit: int, noun: Follow) -> Follow:
    """0.5, 1.5, 2.25: tenths and quarters up to 24."""
    shares = [n / 20 for n in range(1, 24 * 20) if n % 20 and (n % 2 == 0 or n % 5 == 0)]
    return union(*(positions.add(f"{share:g}", noun, round(share * unit)) for share in shares))


def _korean(positions: Positions, end: Follow) -> Follow:
    seconds = _ko_counted(positions, 1, end, LARGEST_AFTER, LARGEST_AFTER)
    after_minutes = union(end, positions.add("반", end, MINUTE // 2), seconds)
    minutes = _ko_counted(positions, MINUTE, after_minutes, LARGEST_AFTER, LARGEST_AFTER)
    after_hours = union(end, positions.add("반", end, HOUR // 2), minutes, seconds)
    parts = (
        union(
            positions.say("반" + noun, end, unit // 2),
            _decimals(positions, unit, positions.say(noun, end)),
        )
        for unit, noun in _KO_NOUNS.items()
        if unit > 1
    )
    return union(
        _ko_counted(positions, 1, end),
        _ko_counted(positions, MINUTE, after_minutes),
        _ko_counted(positions, HOUR, after_hours, LARGEST_IN_WORDS, LARGEST_IN_WORDS),
        *parts,
    )


def _ko_counted(
    positions: Positions, unit: int, follow: Follow, words: int = LARGEST_IN_WORDS, figures: int = LARGEST_IN_DIGITS
) -> Follow:
    noun = positions.say(_KO_NOUNS[unit], follow)
    return union(
        sino_korean(positions, 1, words, noun, unit),
        native_korean(positions, 1, min(words, 99 if unit == HOUR else 20), noun, unit),
        digits(positions, 1, figures, noun, unit),
    )
