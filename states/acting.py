"""acting: the steps of the chosen action run, in order."""

from dataclasses import replace

from controller.events import Event, StepDone
from controller.ports import Effects
from controller.turn import Decision, Transcript, Turn


def enter(effects: Effects, turn: Turn) -> None:
    language = (turn.transcript or Transcript()).language
    effects.act(turn.id, turn.decision or Decision(), language)


def leave(effects: Effects, turn: Turn) -> None:
    """Steps that have not started are cancelled with their turn."""


def taken_up(turn: Turn) -> Turn:
    """`turn` with what it said yes to, where it has decided nothing itself."""
    if turn.decision or not turn.proposal:
        return turn
    return replace(turn, transcript=turn.proposal.transcript, decision=turn.proposal.decision)


def note(turn: Turn, event: Event) -> Turn:
    match event:
        case StepDone(result=result):
            return replace(turn, results=(*turn.results, result))
    return turn
