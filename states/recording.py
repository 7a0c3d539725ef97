"""recording: the only state in which the microphone is open. The recogniser works along, so a caption can be shown."""

from dataclasses import replace

from controller.events import ButtonReleased, Event, PartialHeard
from controller.ports import Effects
from controller.turn import Turn


def enter(effects: Effects, turn: Turn) -> None:
    effects.listen(turn.id)


def leave(effects: Effects, turn: Turn) -> None:
    effects.stop_listening(turn.id)


def note(turn: Turn, event: Event) -> Turn:
    match event:
        case PartialHeard(text=text):
            return replace(turn, caption=text)
        case ButtonReleased():
            return replace(turn, latched=True)  # matters only where the row stays here
    return turn
