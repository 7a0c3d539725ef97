"""Words that change nothing about what is asked for: "please", "could you", "hey Roger"; grammar.yaml lists them."""

from __future__ import annotations

import re
from functools import cache

from config.language_grammar import language_grammar
from models.intent.compiled import LANGUAGES
from models.intent.units import is_hangul


def bare(text: str) -> str:
    """`text` without them at its beginning and end; as it is where nothing else would be left."""
    before, after = _around()
    shorter = text
    while (stripped := after.sub("", before.sub("", shorter))) != shorter:
        shorter = stripped
    return shorter if shorter.strip() else text


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = [word for language in LANGUAGES for word in language_grammar(language).courtesies]
    any_of = "|".join(_bounded(word) for word in sorted(words, key=len, reverse=True))
    return (
        re.compile(rf"^\W*(?:{any_of})(?=\W)\W*", re.IGNORECASE),
        re.compile(rf"\W+(?:{any_of})\W*$", re.IGNORECASE),
    )


def _bounded(word: str) -> str:
    written = re.escape(word).replace(r"\ ", r"\s+")
    return written if is_hangul(word[0]) else rf"\b{written}\b"
