"""classifying: the intent stage turns the transcript into one declared action, or into "unknown"."""

from dataclasses import replace

from controller.events import ActionChosen, Event, NothingChosen
from controller.ports import Effects
from controller.turn import Decision, Transcript, Turn


def enter(effects: Effects, turn: Turn) -> None:
    effects.classify(turn.id, turn.transcript or Transcript(), lacking(turn), turn.picture)


def lacking(turn: Turn) -> Decision | None:
    """What the last turn asked a slot for, so that "the kitchen" is understood; None where it asked for none."""
    return turn.proposal.decision if turn.proposal and turn.proposal.decision.missing else None


def leave(effects: Effects, turn: Turn) -> None:
    """A classifier that is still at it is cancelled with its turn."""


def note(turn: Turn, event: Event) -> Turn:
    match event:
        case ActionChosen(decision=decision) | NothingChosen(decision=decision):
            return replace(turn, decision=decision)
    return turn
