"""Breaking text into lines: between words, and inside those that are too long for a line of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from controller.view.font import Font


def printable(text: str) -> str:
    """`text` with Hangul and accents in one character each, and without characters that have no picture.

    Decomposed Hangul (NFD) is what file names on a Mac and some models give; without this it falls apart.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(character for character in composed if character.isspace() or _has_picture(character))


@lru_cache(512)
def wrap(text: str, font: Font, width: int) -> tuple[str, ...]:
    """The lines of `text`, none wider than `width` pixels (but a single character that is)."""
    return tuple(line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph.split(), font, width))


def keeps_words_whole(text: str, font: Font, width: int) -> bool:
    """Whether no word of `text` is too long for a line."""
    return all(font.width(word) <= width for word in text.split())


def shorten(text: str, font: Font, width: int) -> str:
    """`text` if it fits in `width` pixels, else its beginning and an ellipsis."""
    if font.width(text) <= width:
        return text
    while text and font.width(text.rstrip() + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _has_picture(character: str) -> bool:
    """Not a control, a format character such as a joiner, a lone surrogate, or a mark on the letter before."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Mn", "Me")


def _wrap_paragraph(words: list[str], font: Font, width: int) -> Iterator[str]:
    line, used, space = "", 0, font.width(" ")
    for word in words:
        wide = font.width(word)
        if line and used + space + wide <= width:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            yield line
        *full, line = _break_word(word, font, width) if wide > width else [word]
        used = font.width(line)
        yield from full
    yield line


def _break_word(word: str, font: Font, width: int) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and font.width(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts
