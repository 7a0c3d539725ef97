"""Why a sentence is not understood, and what to write into actions.yaml to have it understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from config.schema import ActionsFile, ListSlot, SlotKind
from models.intent.grammar import Grammar
from models.intent.nearest import Nearest, Piece, as_said, nearest
from models.intent.patterns import Negation, PatternMatch
from models.intent.units import units

NEAR: Final = 0.6
"""From here on a sentence is taken for a variant of a phrase: so much of it fits."""
WHOLE: Final = PatternMatch("", "", ())


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a sentence that is not understood.

    Attributes:
        nearest: The phrase that comes nearest; None where there is none.
        why: In plain words, one reason each.
        yaml: What to add to actions.yaml; empty where other words have to be said instead.
    """

    nearest: Nearest | None
    why: tuple[str, ...]
    yaml: str


def advise(actions: ActionsFile, grammars: Mapping[str, Grammar], text: str, language: str) -> Advice:
    """Advice on `text`, which none of `grammars` understands; the phrases of `language` are looked at."""
    said = as_said(text, 0, len(units(text))).strip()
    if not said:
        return Advice(None, ("there are no words in it",), "")
    near = nearest(grammars[language], text)
    if Negation([language]).denies(WHOLE, text):
        why = 'it says "not": only a phrase that says so itself is taken for that'
        return Advice(near, (why,), _yaml(_new_action(said, language)))
    if near is None or near.share < NEAR:
        return Advice(near, ("no phrase is near",), _yaml(_new_action(said, language)))
    return _Near(actions, near, language).advice()


class _Near:
    """On a sentence that comes near to a phrase."""

    def __init__(self, actions: ActionsFile, near: Nearest, language: str) -> None:
        self._shared = actions.slots
        self._own = actions.actions[near.phrase.action].slots
        self._near = near
        self._language = language

    def advice(self) -> Advice:
        wrong = [piece for piece in self._near.pieces if piece.cost and not self._is_open_text(piece)]
        why = tuple(map(self._reason, wrong))
        slots = [piece for piece in wrong if _is_slot(piece)]
        if not all(isinstance(self._slot(piece), ListSlot) and piece.start < piece.end for piece in slots):
            return Advice(self._near, why, "")  # a number that is missing or out of range can be said, not written
        additions = [self._new_value(piece) for piece in slots]
        if len(slots) < len(wrong):
            additions.append(self._new_phrase())
        return Advice(self._near, why, _yaml(*additions))

    def _is_open_text(self, piece: Piece) -> bool:
        return _is_slot(piece) and self._slot(piece).type == "text" and piece.start < piece.end

    def _slot(self, piece: Piece) -> SlotKind:
        declared = self._declared(piece)
        return self._shared[declared] if isinstance(declared, str) else declared

    def _declared(self, piece: Piece) -> SlotKind | str:
        """The name of a shared slot, or the action's own slot."""
        return self._own.get(_name(piece), _name(piece))

    def _reason(self, piece: Piece) -> str:
        heard = self._near.heard(piece)
        if _is_slot(piece):
            slot = self._slot(piece)
            kind = piece.said if slot.type == "list" else f"{piece.said} ({slot.type})"
            return f'"{heard}" is no {kind}' if heard else f"{kind} was not said"
        if not piece.said:
            return f'the phrase has no "{heard}"'
        return f'"{heard}" was said in place of "{piece.said}"' if heard else f'"{piece.said}" was not said'

    def _new_value(self, piece: Piece) -> dict[str, Any]:
        word, declared = self._near.heard(piece).lower(), self._declared(piece)
        values = {"values": {word.replace(" ", "_"): {self._language: [word]}}}
        if isinstance(declared, str):
            return {"slots": {declared: values}}
        return {"actions": {self._near.phrase.action: {"slots": {_name(piece): values}}}}

    def _new_phrase(self) -> dict[str, Any]:
        phrase = "".join(self._template()).strip()
        return {"actions": {self._near.phrase.action: {"phrases": {self._language: [phrase]}}}}

    def _template(self) -> Iterator[str]:
        """What was said, with slots in place of values and without what Roger adds to every phrase by itself."""
        for piece in self._near.pieces:
            words = as_said(self._near.sentence, piece.start, piece.end)
            if words and not piece.is_filler:
                yield (" " * words.startswith(" ") + piece.said) if _is_slot(piece) else words


def _is_slot(piece: Piece) -> bool:
    return piece.said.startswith("{")


def _name(piece: Piece) -> str:
    return piece.said.strip("{}")


def _new_action(text: str, language: str) -> dict[str, Any]:
    return {"actions": {"my_action": {"phrases": {language: [text]}, "do": [{"say": "done"}]}}}


def _yaml(*additions: dict[str, Any]) -> str:
    whole: dict[str, Any] = {}
    for addition in additions:
        _merge(whole, addition)
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=1_000))


def _merge(whole: dict[str, Any], addition: dict[str, Any]) -> None:
    for key, value in addition.items():
        if isinstance(value, dict) and key in whole:
            _merge(whole[key], value)
        else:
            whole[key] = value
