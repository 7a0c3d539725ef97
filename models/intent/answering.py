"""The user was asked for what an order lacked: "Which room?" This takes "the kitchen" as the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from config.schema import Action, ActionsFile, SlotKind, TextSlot
from controller.turn import Decision, Slot, Transcript
from models.intent.compiled import grammars_of
from models.intent.filling import filled, needed
from models.intent.units import units

_AROUND: Final = " \t\n.,!?…。"
MOST_BESIDE: Final = 4
"""Units beside the value; a longer sentence is no answer, but says something of its own."""


class Stage(Protocol):
    """Decides by what was said alone."""

    def classify(self, transcript: Transcript) -> Decision: ...


class Answering:
    """A `Classifier` that takes answers, and leaves everything else to `stage`."""

    def __init__(self, stage: Stage, actions: ActionsFile) -> None:
        self._stage = stage
        self._actions = actions
        self._grammars = grammars_of(actions)

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        """A phrase goes first; then what was lacking, if it was said; then everything else."""
        decision = self._stage.classify(transcript)
        if lacking is None or decision.stage == "rules":
            return decision
        return self._answered(transcript, lacking) or decision

    def _answered(self, transcript: Transcript, lacking: Decision) -> Decision | None:
        """`lacking` with its slot; None where that was not said."""
        action = self._actions.actions.get(lacking.action)
        slot = self._said(action, transcript, lacking.missing) if action else None
        if action is None or slot is None:
            return None
        slots = (*lacking.slots, slot)
        lacks = next(iter(sorted(needed(action) - {one.name for one in slots})), "")
        reason = f'"{slot.text}" answers: {lacking.question}'
        return replace(lacking, slots=slots, missing=lacks, question="", reason=reason, stages=())

    def _said(self, action: Action, transcript: Transcript, name: str) -> Slot | None:
        text = transcript.text.strip(_AROUND)
        if isinstance(slot_settings(self._actions, action, name), TextSlot):
            return Slot(name, text, text)
        found = filled(action, text, self._grammars["ko" if transcript.language == "ko" else "en"])
        slot = next((one for one in found if one.name == name), None)
        return slot if slot and len(units(text)) - len(units(slot.text)) <= MOST_BESIDE else None


def slot_settings(actions: ActionsFile, action: Action, name: str) -> SlotKind | None:
    """What actions.yaml says of an action's slot."""
    declared = action.slots.get(name, name)
    return actions.slots.get(declared) if isinstance(declared, str) else declared
