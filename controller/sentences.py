"""From the text of an answer, as far as it has come, to the sentences that can be said."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 200
"""Characters after which a sentence that has no end is cut at a blank, so that nobody waits for its end."""

_END: Final = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s)|\n+")
_NO_END: Final = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|e\.g|i\.e|approx|no|vol|fig)|\b[a-z](?:\.[a-z])*|(?:^|\n)\s*\d+)\.$",
    re.IGNORECASE,
)
"""A full stop that ends no sentence: "Dr. No", "e.g. this", "J. R. R. Tolkien", and the "1." of a list."""
_UNSPEAKABLE: Final = re.compile(r"```\w*|https?://\S+|[*_`#>|~]+")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def complete(text: str, start: int, final: bool) -> tuple[list[str], int]:
    """The whole sentences of `text` from `start` on, and where the rest begins; `final` takes the rest too.

    It does not matter in which pieces the text has come: the same sentences are found.
    """
    found: list[str] = []
    while (end := _end(text, start)) is not None:
        found.append(spoken(text[start:end]))
        start = end
    if final:
        found.append(spoken(text[start:]))
        start = len(text)
    return [sentence for sentence in found if sentence], start


def spoken(text: str) -> str:
    """`text` without what cannot be said: marks of Markdown, addresses, pictograms."""
    words = _UNSPEAKABLE.sub(" ", _LINK.sub(r"\1", text))
    kept = "".join(
        " " if unicodedata.category(character) in ("So", "Sk", "Cs", "Cc", "Cf") else character for character in words
    )
    said = " ".join(kept.split())
    return said if any(character.isalnum() for character in said) else ""


def _end(text: str, start: int) -> int | None:
    """Where the sentence that begins at `start` ends; None where that is not known yet."""
    for end in _END.finditer(text, start):
        if end.end() - start > LONGEST:
            break
        if "\n" in end[0] or not _NO_END.search(text[start : end.end()]):
            return end.end()
    if len(text) - start <= LONGEST:
        return None
    return _cut(text, start)


def _cut(text: str, start: int) -> int:
    """After the last comma, else the last blank, within what is long enough."""
    stretch = text[start : start + LONGEST]
    for mark in (", ", "; ", " "):
        place = stretch.rfind(mark)
        if place > LONGEST // 4:
            return start + place + len(mark)
    return start + LONGEST
