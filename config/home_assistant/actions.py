"""Actions with the sentences of the vocabulary that the file uses, as if the user had written them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, get_args

from config.home_assistant.binding import Binding, bind, slots_of_intent
from config.home_assistant.package import Block, Vocabulary, vocabulary
from config.rules_steps import MARK
from config.schema_actions import Action, ActionsFile, HomeAssistant
from config.schema_types import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def vocabularies() -> Mapping[Language, Vocabulary]:
    """Raises `RogerError` CFG-12: the package is not installed."""
    return {language: vocabulary(language) for language in LANGUAGES}


@lru_cache
def blocks_of(intent: str) -> tuple[Block, ...]:
    """The sentences of an intent in all languages; none where there is no such intent."""
    return tuple(block for known in vocabularies().values() for block in known.intents.get(intent, ()))


@lru_cache
def slots_of(intent: str) -> Mapping[str, frozenset[str]]:
    """The slots that can be said in an intent, each with the lists of what is said for it."""
    return slots_of_intent(blocks_of(intent))


def binding_of(settings: HomeAssistant, used: Iterable[str]) -> Binding:
    """The binding of an action whose steps use these slots."""
    return bind(settings.intent, settings.domain, settings.slots, settings.only, used, slots_of(settings.intent))


def with_vocabulary(actions: ActionsFile) -> ActionsFile:
    """The same actions; those that are bound to an intent have its sentences behind their own phrases.

    Raises:
        RogerError: CFG-12, the package is not installed.
    """
    if not actions.use:
        return actions
    known = vocabularies()
    rules = {language: {**actions.rules.get(language, {}), **known[language].rules} for language in LANGUAGES}
    bound = {name: _with_sentences(action, known) for name, action in actions.actions.items()}
    return actions.model_copy(update={"rules": rules, "actions": bound})


def _with_sentences(action: Action, known: Mapping[Language, Vocabulary]) -> Action:
    if not action.home_assistant:
        return action
    chosen = action.home_assistant
    settings = HomeAssistant(intent=chosen) if isinstance(chosen, str) else chosen
    binding = binding_of(settings, _used(action.model_dump(include={"do", "confirm"})))
    phrases = {
        language: list(dict.fromkeys([*action.phrases.get(language, ()), *binding.phrases(known[language])]))
        for language in known
    }
    return action.model_copy(update={"phrases": {language: said for language, said in phrases.items() if said}})


def _used(value: Any) -> Iterator[str]:
    """Slots in the texts of a value, at any depth."""
    if isinstance(value, str):
        yield from (mark[1] for mark in MARK.finditer(value) if mark[1])
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _used(part)
