"""The screen's own words, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from config.language_grammar import LOCALES


@dataclass(frozen=True, slots=True)
class Texts:
    """What messages.yaml of one language holds.

    Attributes:
        messages: By name, for {t.name} in screens.yaml.
        why: By the recogniser's reason for hearing nothing.
        parts: Names of the parts of the device.
        errors: What happened, by code. A code that is not there keeps the error's own words, which are English.
        hints: What to do about it, by code.
    """

    messages: Mapping[str, str]
    why: Mapping[str, str]
    parts: Mapping[str, str]
    errors: Mapping[str, str]
    hints: Mapping[str, str]


@cache
def load_texts(language: str) -> Texts:
    """The texts of "en" or "ko"."""
    return Texts(**yaml.safe_load((LOCALES / language / "messages.yaml").read_text(encoding="utf-8")))
