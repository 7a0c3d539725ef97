"""The first stage of understanding: phrases and regular expressions, to the last word and with a reason."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Final

from config.phrases import PhraseError, slots_in_pattern
from config.schema import ActionsFile, Language
from controller.errors import RogerError
from controller.turn import Decision, Slot, Transcript
from models.intent.chart import Fill
from models.intent.compiled import LANGUAGES, grammars_of
from models.intent.grammar import Parse, text_of
from models.intent.patterns import Negation, PatternMatch, Patterns
from models.intent.units import units

_AROUND: Final = " \t\n.,!?…。"
LONGEST: Final = 5_000
"""Characters, more than anybody says in five minutes; more is no order."""


class RulesClassifier:
    """Phrases of all languages first, then patterns; what neither knows is unknown.

    Args:
        language: Breaks ties where the transcript's own language is neither.

    Attributes:
        grammars: The compiled phrases, by language.

    Raises:
        RogerError: CFG-08, a phrase or pattern that cannot be read.
    """

    def __init__(self, actions: ActionsFile, language: Language) -> None:
        self._language = language
        self._actions = actions.actions
        self.grammars = grammars_of(actions)
        try:
            self._patterns = Patterns([pair for name in actions.actions for pair in self._checked(name)])
        except PhraseError as error:
            raise RogerError("CFG-08", error.message, error.hint) from error
        self._negation = Negation(LANGUAGES)

    def _checked(self, name: str) -> list[tuple[str, str]]:
        """The patterns of an action, all of their groups slots that exist."""
        action = self._actions[name]
        for pattern in action.patterns:
            try:
                for group in slots_in_pattern(pattern):
                    self.grammars["en"].slots.kind(action, group)
            except PhraseError as error:
                message = f"action {name}, pattern {pattern}: {error.message}"
                raise PhraseError(message, error.column, error.hint) from None
        return [(name, pattern) for pattern in action.patterns]

    def classify(self, transcript: Transcript) -> Decision:
        """The action that `transcript` asks for, with the phrase or pattern as the reason.

        The text goes first; where it asks for nothing, the command that the recogniser heard in it.
        """
        decision = self._decide(transcript, transcript.text)
        if decision.action or not transcript.command:
            return decision
        heard = self._decide(transcript, transcript.command)
        return replace(heard, reason=f"{heard.reason}; {transcript.nearest}") if heard.action else decision

    def _decide(self, transcript: Transcript, said: str) -> Decision:
        if len(said) > LONGEST:
            return Decision(reason="too long for an order")
        text = unicodedata.normalize("NFC", said).strip(_AROUND)
        language = transcript.language if transcript.language in LANGUAGES else self._language
        parses = [parse for grammar in self.grammars.values() if (parse := grammar.parse(text))]
        if parses:
            return _from_phrase(text, max(parses, key=lambda parse: _preference(parse, language)))
        return self._from_pattern(text, language) or self._unknown(text)

    def _from_pattern(self, text: str, language: str) -> Decision | None:
        for match in self._patterns.all(text):
            slots = self._slots(match, text, language)
            if slots is not None and not self._negation.denies(match, text):
                return Decision(match.action, slots, "rules", f"pattern: {match.pattern}", 1.0)
        return None

    def _slots(self, match: PatternMatch, text: str, language: str) -> tuple[Slot, ...] | None:
        """What the groups of a match mean; None where one of them is no value of its slot."""
        slots = []
        for name, start, end in match.groups:
            said = text[start:end].strip(_AROUND)
            value = self._value(match.action, name, said, language)
            if value is None:
                return None
            slots.append(Slot(name, value, said))
        return tuple(slots)

    def _value(self, action: str, name: str, said: str, language: str) -> str | int | None:
        for tongue in sorted(LANGUAGES, key=lambda tongue: tongue != language):
            value = self.grammars[tongue].slots.kind(self._actions[action], name).value(units(said))
            if value is not None:
                return said if value == "" else value
        return None

    def _unknown(self, text: str) -> Decision:
        understood = max((grammar.understood(text) for grammar in self.grammars.values()), key=len)
        return Decision(reason=f'no phrase matches; understood "{understood}"' if understood else "no phrase matches")


def _preference(parse: Parse, language: str) -> tuple[int, int, int, bool, int]:
    rank = parse.reading.rank
    return rank.literal, rank.open, rank.extra, parse.phrase.language == language, rank.order


def _from_phrase(text: str, parse: Parse) -> Decision:
    slots = tuple(_slot(text, fill) for fill in parse.fills)
    return Decision(parse.phrase.action, slots, "rules", str(parse.phrase), 1.0)


def _slot(text: str, fill: Fill) -> Slot:
    said = text_of(text, fill.start, fill.end)
    return Slot(fill.slot, said if fill.value == "" else fill.value, said)
