"""Which module stands for which state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from controller.events import Event
from controller.ports import Effects
from controller.turn import Turn
from states import acting, classifying, displaying, idle, querying, recording, transcribing


class State(Protocol):
    """What a state's module offers."""

    def enter(self, effects: Effects, turn: Turn) -> None:
        """Ask for the state's work."""

    def leave(self, effects: Effects, turn: Turn) -> None:
        """Stop what must not outlast the state."""

    def note(self, turn: Turn, event: Event) -> Turn:
        """The turn with what an event brought to it in this state."""


BEHAVIOUR: Final[Mapping[str, State]] = {
    module.__name__.rpartition(".")[2]: module
    for module in (idle, recording, transcribing, classifying, acting, querying, displaying)
}
