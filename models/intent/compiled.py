"""The grammars of the user's actions, compiled once for all who need them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from config.phrases import PhraseError
from config.schema import ActionsFile, Language
from controller.errors import RogerError
from models.intent.grammar import Grammar

LANGUAGES: Final[tuple[Language, ...]] = ("en", "ko")

_lock = threading.Lock()
_last: tuple[ActionsFile, Mapping[str, Grammar]] | None = None


def grammars_of(actions: ActionsFile) -> Mapping[str, Grammar]:
    """By language. Recogniser and intent stage ask for the same at the same time, from threads of their own.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read; names the action.
    """
    global _last
    with _lock:
        if _last is None or _last[0] is not actions:
            _last = (actions, {language: _compiled(actions, language) for language in LANGUAGES})
        return _last[1]


def _compiled(actions: ActionsFile, language: str) -> Grammar:
    try:
        return Grammar.compile(actions, language)
    except PhraseError as error:
        raise RogerError("CFG-08", error.message, error.hint) from error
