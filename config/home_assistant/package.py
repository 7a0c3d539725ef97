"""The package home-assistant-intents: sentences by intent, in each language. Nothing of its text is copied here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final, TypeAlias

from config.home_assistant.templates import PREFIX, prepared
from controller.errors import RogerError

PACKAGE: Final = "home_assistant_intents"
SKIPPED: Final = f"{PREFIX}skip"
"""The rule of words that mean nothing, where they end a sentence: 해 주세요. English ones begin it, as Roger's do."""

_SKIPPED_LAST: Final = ("ko",)

HINT: Final = "install it: pip install home-assistant-intents"

Block: TypeAlias = Mapping[str, Any]
"""Sentences of an intent that mean the same: `sentences`, and in which cases they do."""


@dataclass(frozen=True)
class Vocabulary:
    """One language of the package.

    Attributes:
        intents: By name.
        rules: Parts of sentences, in Roger's phrase language, with `PREFIX` before their names.
        lists: What can be said for a slot, by the name of the list.
    """

    intents: Mapping[str, tuple[Block, ...]]
    rules: Mapping[str, str]
    lists: Mapping[str, Mapping[str, Any]]

    def words(self, name: str, value: str) -> str:
        """The phrase that says `value` of a list; empty where the list does not have it."""
        values = self.lists.get(name, {}).get("values", ())
        said = [prepared(one["in"]) for one in values if str(one.get("out", one["in"])) == value]
        return f"({'|'.join(said)})" if said else ""

    def values(self, name: str) -> list[str]:
        """The values of a list; none where it is a range or any words."""
        return [str(one.get("out", one["in"])) for one in self.lists.get(name, {}).get("values", ())]


def installed() -> bool:
    """Whether the package is there."""
    try:
        return resources.files(PACKAGE).joinpath("data").is_dir()
    except ModuleNotFoundError:
        return False


@lru_cache
def vocabulary(language: str) -> Vocabulary:
    """Raises `RogerError` CFG-12: the package is not installed."""
    try:
        file = resources.files(PACKAGE).joinpath("data", f"{language}.json")
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ModuleNotFoundError, OSError) as error:
        raise RogerError("CFG-12", "the package home-assistant-intents is not installed", HINT) from error
    intents = {name: tuple(intent["data"]) for name, intent in content["intents"].items()}
    rules = {PREFIX + name: prepared(body) for name, body in content["expansion_rules"].items()}
    if language in _SKIPPED_LAST:
        rules[SKIPPED] = "|".join(map(prepared, content["skip_words"]))
    return Vocabulary(intents, rules, content["lists"])
