"""The text of a file that was written with whatever editor was at hand."""

from __future__ import annotations

import codecs
import re
from typing import Final

MAX_BYTES: Final = 256 * 1024
"""More is no settings file; what comes behind is not read."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_ENDS: Final = re.compile(r"\r\n|\n|\r")
_INVISIBLE: Final = re.compile("[\x00\ufeff\u200b\u200e\u200f\u2060]")
_TYPOGRAPHIC: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
    }
)


def lines_of(content: bytes) -> list[str]:
    """The lines, without their ends and without characters that nobody sees."""
    return [_INVISIBLE.sub("", line) for line in _LINE_ENDS.split(decoded(content[:MAX_BYTES]))]


def decoded(content: bytes) -> str:
    """The text: UTF-8 or UTF-16 with or without a mark, else what Notepad calls ANSI, in Korea or in western Europe."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if wide := _wide(content):
        return content.decode(wide, "replace")
    for encoding in ("utf-8", "cp949", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def plain(text: str) -> str:
    """Typographic quotes, dashes and blanks, which editors put in by themselves, as they stand on the keyboard."""
    return text.translate(_TYPOGRAPHIC)


def _wide(content: bytes) -> str:
    """The kind of UTF-16 that has no mark: every other byte of Latin text is zero."""
    pairs = max(1, len(content) // 2)
    if content[1::2].count(0) > pairs * 0.4:
        return "utf-16-le" if content[0::2].count(0) < pairs * 0.4 else ""
    return "utf-16-be" if content[0::2].count(0) > pairs * 0.4 else ""
