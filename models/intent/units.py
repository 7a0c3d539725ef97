"""Text to units, the letters of the grammar's alphabet.

Latin script: one word, lower case, apostrophes kept, hyphens split. Hangul: one syllable, because neither people nor
recognisers agree on Korean spaces. Digits: the whole number without its commas, "1,500" is 1500. "%" is a unit; so are
":" and "/" between digits and "-" before a number, which no template has: 3:30, 1/2 and -5 never pass for 3, 1 or 5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_UNIT = re.compile(
    r"[가-힣]"
    r"|(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
    r"|[^\W\d_가-힣]+(?:'[^\W\d_가-힣]+)*"
    r"|%|(?<=\d)[:/](?=\d)|(?<!\w)[-−](?=\d)"
)


_HALF = re.compile("[\ud800-\udfff]")
"""Of a character, as broken JSON may hold it; no other program takes it."""


def clean(text: str) -> str:
    """Composed (NFC), lower case, straight apostrophes, whole characters; as long as the composed text."""
    composed = _HALF.sub("\ufffd", unicodedata.normalize("NFC", text).replace("’", "'"))
    lowered = composed.lower()
    return lowered if len(lowered) == len(composed) else "".join(c.lower()[:1] for c in composed)


def units(text: str) -> tuple[str, ...]:
    """The units of a text, in order."""
    return tuple(_number(unit) if unit[0].isdecimal() else unit for unit in _UNIT.findall(clean(text)))


def pieces(texts: Iterable[str]) -> set[str]:
    """All that stands between spaces; no unit reaches over one, so these have the units of all the texts."""
    return {piece for text in texts for piece in text.split()}


def spans(text: str) -> list[tuple[int, int]]:
    """Where each of `units(text)` stands in `unicodedata.normalize("NFC", text)`."""
    return [match.span() for match in _UNIT.finditer(clean(text))]


def spell(sentence: tuple[str, ...]) -> str:
    """A text of which `units` makes `sentence` again: spaces wherever they are needed, none between Hangul."""
    text = ""
    for unit in sentence:
        text += unit if not text or (is_hangul(unit) and is_hangul(text[-1])) or unit == "%" else f" {unit}"
    return text


def is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


@lru_cache(maxsize=10_000)
def _number(digits: str) -> str:
    """The one spelling of a number: no commas, no zeros that change nothing."""
    plain = "".join(digit if digit in ".," else str(int(digit)) for digit in digits)  # of any script, of any length
    whole, _, fraction = plain.replace(",", "").partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
