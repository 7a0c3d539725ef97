"""What the user is asked before an action is carried out: always, or only where it was not heard surely enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from config.schema import Action, ActionsFile
from controller.errors import RogerError
from controller.ports import Classifier
from controller.template import fill, pick
from controller.turn import Decision, Transcript
from models.intent.answering import slot_settings

QUIET_DB: Final = 20.0
"""Speech that is so much louder than what was heard before it is clear ..."""
LOUD_DB: Final = 5.0
"""... and here an action that asks for sureness needs half of what was missing to certainty on top."""


class Safeguard:
    """A `Classifier` that hands on what another one decided, with a question where the action calls for one."""

    def __init__(self, classifier: Classifier, actions: ActionsFile) -> None:
        self._classifier = classifier
        self._actions = actions

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        """The other's decision; its reason says why the user has to be asked."""
        decision = self._classifier.classify(transcript, lacking)
        if not decision.action:
            return decision
        if any(self._asks(order) for order in decision.orders):
            return self._asking(decision)
        if decision.missing:
            return replace(decision, question=self._missing(decision, transcript.language))
        doubts = [_doubt(self._actions.actions[order.action], order, transcript) for order in decision.orders]
        if not any(doubts):
            return decision
        questions = [
            _question(self._actions.actions[order.action], order, transcript.language) for order in decision.orders
        ]
        doubt = next(filter(None, doubts))
        return replace(decision, question=" ".join(questions), reason=f"{decision.reason}; asks first: {doubt}")

    def _asks(self, order: Decision) -> str:
        """What the bigger model is asked with, where the action is to ask it; else empty."""
        ask = self._actions.actions[order.action].do[0].ask
        return "" if ask is None else "camera" if ask.image == "camera" else "chat"

    def _asking(self, decision: Decision) -> Decision:
        """It answers one question at a time, and carries out nothing beside it."""
        if decision.then:
            return Decision(reason="a question and an order in one sentence", stages=decision.stages)
        return replace(decision, asks=self._asks(decision), question="", missing="")

    def _missing(self, decision: Decision, language: str) -> str:
        """What to ask for a slot that was not said."""
        action = self._actions.actions[decision.action]
        slot = slot_settings(self._actions, action, decision.missing)
        title = pick(action.title, language) or decision.action.replace("_", " ")
        return (pick(slot.ask, language) if slot else "") or f"{title}: {decision.missing.replace('_', ' ')}?"


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
