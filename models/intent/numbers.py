"""Numbers in words and digits as positions whose weights add up to the value: "two hundred" (200) "five" (5).

Only the numbers of a range are spelled, so a slot of 1 to 30 has no "thirty-one". English: "a hundred and five",
"fifteen hundred". Korean: Sino-Korean 이십오, native 스물다섯 and its short forms before a counter (한, 두, 스무).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from models.intent.positions import Follow, Positions, union
from models.intent.units import units

Speller: TypeAlias = Callable[[Positions, int, int, Follow, int], Follow]
"""(positions, lowest, highest, what follows, weight of 1) -> every number of the range before what follows."""

_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH_NUMBERS: Final = (*_ONES, *_TENS)
_SINO: Final = "영일이삼사오육칠팔구"
_NATIVE_ONES: Final = (
    ("",),
    ("하나", "한"),
    ("둘", "두"),
    ("셋", "세"),
    ("넷", "네"),
    ("다섯",),
    ("여섯",),
    ("일곱",),
    ("여덟",),
    ("아홉",),
)
_NATIVE_TENS: Final = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def digits(positions: Positions, low: int, high: int, follow: Follow, scale: int = 1) -> Follow:
    """25: one unit for the whole number."""
    return union(*(positions.add(str(value), follow, value * scale) for value in range(low, high + 1)))


def english(positions: Positions, low: int, high: int, follow: Follow, scale: int = 1) -> Follow:
    """Zero to 9,999 in English; with "a hundred" and "fifteen hundred"."""
    heads = (h for h in range(1, 100) if h < 10 or h % 10)
    return union(
        _tens_and_ones(positions, low, high, follow, scale),
        *(_hundreds(positions, h, low, high, follow, scale) for h in heads),
        *(_thousands(positions, t, low, high, follow, scale) for t in range(1, 10)),
    )


def _tens_and_ones(positions: Positions, low: int, high: int, follow: Follow, scale: int) -> Follow:
    values = range(low, min(high, 99) + 1)
    return union(*(positions.say(english_below_hundred(value), follow, value * scale) for value in values))


def _hundreds(positions: Positions, count: int, low: int, high: int, follow: Follow, scale: int) -> Follow:
    rest = _rest(positions, low - count * 100, high - count * 100, 99, follow, scale, _after_hundred)
    return _counted(positions, count, "hundred", rest, count * 100 * scale)


def _thousands(positions: Positions, count: int, low: int, high: int, follow: Follow, scale: int) -> Follow:
    rest = _rest(positions, low - count * 1000, high - count * 1000, 999, follow, scale, _after_thousand)
    return _counted(positions, count, "thousand", rest, count * 1000 * scale)


def _after_hundred(positions: Positions, low: int, high: int, follow: Follow, scale: int) -> Follow:
    numbers = _tens_and_ones(positions, low, high, follow, scale)
    return union(numbers, positions.add("and", numbers)) if numbers else ()


def _after_thousand(positions: Positions, low: int, high: int, follow: Follow, scale: int) -> Follow:
    hundreds = (_hundreds(positions, h, low, high, follow, scale) for h in range(1, 10))
    return union(_after_hundred(positions, low, high, follow, scale), *hundreds)


def _rest(
    positions: Positions, low: int, high: int, largest: int, follow: Follow, scale: int, speller: Speller
) -> Follow:
    """What may stand after a head such as "two hundred", where low to high are still missing to the value."""
    low, high = max(low, 0), min(high, largest)
    if low > high:
        return ()
    numbers = speller(positions, max(low, 1), high, follow, scale) if high else ()
    return union(numbers, follow) if low == 0 else numbers


def _counted(positions: Positions, count: int, noun: str, rest: Follow, weight: int) -> Follow:
    if not rest:
        return ()
    heads = [english_below_hundred(count), *([("a",)] if count == 1 else [])]
    return union(*(positions.say((*head, noun), rest, weight) for head in heads))


def english_below_hundred(value: int) -> tuple[str, ...]:
    """The words of 0 to 99."""
    if value < 20:
        return (_ONES[value],)
    return (_TENS[value // 10 - 2],) + ((_ONES[value % 10],) if value % 10 else ())


def sino_korean(positions: Positions, low: int, high: int, follow: Follow, scale: int = 1) -> Follow:
    """영 to 구천구백구십구; 공 is also 0, and 2천 and 5백 are mixed as recognisers write them."""
    zero = union(*(positions.add(word, follow) for word in "영공")) if low <= 0 <= high else ()
    return union(zero, _sino(positions, max(low, 1), high, follow, scale))


def _sino(positions: Positions, low: int, high: int, follow: Follow, scale: int) -> Follow:
    ways = [positions.add(_SINO[v], follow, v * scale) for v in range(low, min(high, 9) + 1)]
    for noun, size in (("십", 10), ("백", 100), ("천", 1000)):
        for count in range(1, 10):
            rest = _rest(positions, low - count * size, high - count * size, size - 1, follow, scale, _sino)
            if rest:
                ways += [positions.say((*head, noun), rest, count * size * scale) for head in _sino_heads(count, size)]
    return union(*ways)


def _sino_heads(count: int, size: int) -> tuple[tuple[str, ...], ...]:
    if size == 10:
        return ((_SINO[count],),) if count > 1 else ((),)
    return ((_SINO[count],), (str(count),), *(((),) if count == 1 else ()))


def native_korean(positions: Positions, low: int, high: int, follow: Follow, scale: int = 1) -> Follow:
    """하나 to 아흔아홉, with the short forms before a counter."""
    ways = [
        positions.say(spelling, follow, value * scale)
        for value in range(max(low, 1), min(high, 99) + 1)
        for spelling in _native(value)
    ]
    return union(*ways)


def _native(value: int) -> list[str]:
    if value == 20:
        return ["스물", "스무"]
    return [_NATIVE_TENS[value // 10] + one for one in _NATIVE_ONES[value % 10]]


def spoken(language: str) -> Speller:
    """Every way to say a number in a language, digits included."""
    ways = (english, digits) if language == "en" else (sino_korean, native_korean, digits)

    def spell(positions: Positions, low: int, high: int, follow: Follow, scale: int = 1) -> Follow:
        return union(*(way(positions, low, high, follow, scale) for way in ways))

    return spell


def has_number(text: str) -> bool:
    """Whether a number stands in it, in digits or in English words; "one" is too often none."""
    return any(unit[0].isdecimal() or unit in _COUNTED for unit in units(text))


_COUNTED: Final = frozenset(ENGLISH_NUMBERS) - {"one"}
