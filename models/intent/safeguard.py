"""What the user is asked before an action is carried out: always, or only where it was not heard surely enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from config.schema import Action, ActionsFile
from controller.errors import RogerError
from controller.ports import Classifier
from controller.template import fill, pick
from controller.turn import Decision, Transcript

QUIET_DB: Final = 20.0
"""Speech that is so much louder than what was heard before it is clear ..."""
LOUD_DB: Final = 5.0
"""... and here an action that asks for sureness needs half of what was missing to certainty on top."""


class Safeguard:
    """A `Classifier` that hands on what another one decided, with a question where the action calls for one."""

    def __init__(self, classifier: Classifier, actions: ActionsFile) -> None:
        self._classifier = classifier
        self._actions = actions.actions

    def classify(self, transcript: Transcript) -> Decision:
        """The other's decision; its reason says why the user has to be asked."""
        decision = self._classifier.classify(transcript)
        action = self._actions.get(decision.action)
        doubt = _doubt(action, decision, transcript) if action else ""
        if action is None or not doubt:
            return decision
        question = _question(action, decision, transcript.language)
        return replace(decision, question=question, reason=f"{decision.reason}; asks first: {doubt}")


def needed(confidence: float, snr_db: float | None) -> float:
    """How surely an action that demands `confidence` has to be heard over noise, 0 to 1; an unknown noise is none."""
    if not confidence or snr_db is None:
        return confidence
    loudness = min(max((QUIET_DB - snr_db) / (QUIET_DB - LOUD_DB), 0.0), 1.0)
    return confidence + (1 - confidence) * loudness / 2


def sureness(decision: Decision, transcript: Transcript) -> float:
    """How sure it is that the user asked for this, 0 to 1: no surer than what was heard."""
    heard = transcript.command_confidence if transcript.command else transcript.confidence
    return min(decision.score, heard)


def _doubt(action: Action, decision: Decision, transcript: Transcript) -> str:
    """Why the user has to be asked; empty where nothing has to be."""
    if action.confirm:
        return "confirm: true"
    sure, bar = sureness(decision, transcript), needed(action.confidence, transcript.snr_db)
    if sure >= bar:
        return ""
    noise = f" over noise ({transcript.snr_db:.0f} dB)" if bar > action.confidence else ""
    return f"{sure:.2f} sure, {bar:.2f} needed{noise}"


def _question(action: Action, decision: Decision, language: str) -> str:
    """In the user's own words, or the action's title with what was said."""
    slots = {slot.name: slot for slot in decision.slots}
    if not isinstance(action.confirm, bool):
        try:
            return fill(pick(action.confirm, language), slots)
        except RogerError:  # a slot that this phrase does not say
            pass
    title = pick(action.title, language) or decision.action.replace("_", " ")
    said = ", ".join(slot.text or str(slot.value) for slot in decision.slots)
    return f"{title}: {said}?" if said else f"{title}?"
