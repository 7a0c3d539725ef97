"""idle: nothing is asked of the world; the only state without an end."""

from controller.events import Event
from controller.ports import Effects
from controller.turn import Turn


def enter(effects: Effects, turn: Turn) -> None:
    """Everything was tidied on the way here."""


def leave(effects: Effects, turn: Turn) -> None:
    """Nothing is under way."""


def note(turn: Turn, event: Event) -> Turn:
    return turn
