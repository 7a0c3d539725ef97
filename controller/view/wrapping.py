"""Breaking text into lines: between words, and inside those that are too long for a line of their own."""

from __future__ import annotations

from collections.abc import Iterator

from controller.view.font import Font


def wrap(text: str, font: Font, width: int) -> list[str]:
    """The lines of `text`, none wider than `width` pixels (but a single character that is)."""
    return [line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph, font, width)]


def shorten(text: str, font: Font, width: int) -> str:
    """`text` if it fits in `width` pixels, else its beginning and an ellipsis."""
    if font.width(text) <= width:
        return text
    while text and font.width(text.rstrip() + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrap_paragraph(text: str, font: Font, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.width(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _break_word(word, font, width)
        yield from full
    yield line


def _break_word(word: str, font: Font, width: int) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and font.width(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts
