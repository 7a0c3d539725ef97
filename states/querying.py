"""querying: the bigger model answers, word by word."""

from dataclasses import replace

from controller.events import Event, PictureTaken, TokenArrived
from controller.ports import Effects
from controller.turn import Transcript, Turn


def enter(effects: Effects, turn: Turn) -> None:
    asks = turn.decision.asks if turn.decision else ""
    effects.ask(turn.id, turn.transcript or Transcript(), turn.picture, asks)


def leave(effects: Effects, turn: Turn) -> None:
    """A stream that is still open is cancelled with its turn."""


def note(turn: Turn, event: Event) -> Turn:
    match event:
        case PictureTaken(picture=picture):
            return replace(turn, picture=picture)
        case TokenArrived(text=text):
            return replace(turn, answer=turn.answer + text)
    return turn
