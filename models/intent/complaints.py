"""Who complains wants something: "it's too dark in the kitchen" is tried as "turn on the light in the kitchen"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from config.language_grammar import language_grammar
from controller.turn import Decision, Transcript
from models.intent.answering import Stage
from models.intent.compiled import LANGUAGES
from models.intent.units import clean

_AROUND: Final = " \t\n.,!?…。"
STAGE: Final = "complaints"
LONGEST: Final = 120
"""Characters; nobody complains at such length to a light."""


class Complaints:
    """A `Stage` that knows what would help, as far as there is an action for it; grammar.yaml says what that may be.

    Args:
        anywhere: Decides on orders that name no place.
        somewhere: On those that do; has to be exact, since a film may be too dark, too.
    """

    def __init__(self, anywhere: Stage, somewhere: Stage) -> None:
        self._anywhere = anywhere
        self._somewhere = somewhere

    def classify(self, transcript: Transcript) -> Decision:
        """The first order that is understood; unknown for everything that is no complaint."""
        for order, has_place in meant(transcript.text):
            stage = self._somewhere if has_place else self._anywhere
            decision = stage.classify(replace(transcript, text=order, command=""))
            if decision.action:
                return replace(decision, stage=STAGE, reason=f'as "{order}": {decision.reason}', stages=())
        return Decision(reason="no complaint that something helps against")


def meant(text: str) -> Iterator[tuple[str, bool]]:
    """The orders that a complaint may mean, and whether they name a place; nothing where `text` is no complaint."""
    if len(text) > LONGEST:
        return
    plain = clean(text).strip(_AROUND)
    for pattern, orders in _complaints():
        match = pattern.fullmatch(plain)
        if match:
            where, rest = match["where"] or "", match["rest"] or ""
            yield from ((_placed(order, where, rest), bool(where or rest)) for order in orders)


def _placed(order: str, where: str, rest: str) -> str:
    """English says last where, Korean first."""
    if not order.isascii():
        return f"{where} {order}".strip()
    return f"{order}{rest}" + (f" in {where}" if where else "")


@cache
def _complaints() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    found = []
    for language in LANGUAGES:
        grammar = language_grammar(language)
        for much, orders in grammar.complaints.items():
            found.append((re.compile(grammar.complaint.replace("{}", much)), tuple(orders)))
    return tuple(found)
