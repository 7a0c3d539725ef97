"""The screen's own words, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

LOCALES: Final = Path(__file__).parent.parent.parent / "config" / "locale"


@dataclass(frozen=True, slots=True)
class Texts:
    """What messages.yaml of one language holds.

    Attributes:
        messages: By name, for {t.name} in screens.yaml.
        why: By the recogniser's reason for hearing nothing.
        parts: Names of the parts of the device.
        errors: By code: cause and remedy in one sentence; a code that is not there keeps the error's own words.
    """

    messages: Mapping[str, str]
    why: Mapping[str, str]
    parts: Mapping[str, str]
    errors: Mapping[str, str]


def load_texts(language: str) -> Texts:
    """The texts of "en" or "ko"."""
    return Texts(**yaml.safe_load((LOCALES / language / "messages.yaml").read_text(encoding="utf-8")))
