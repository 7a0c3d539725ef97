"""transcribing: the utterance is complete, the recogniser finishes its transcript."""

from dataclasses import replace

from controller.events import Event, PartialHeard, SpeechTranscribed
from controller.ports import Effects
from controller.turn import Turn


def enter(effects: Effects, turn: Turn) -> None:
    effects.transcribe(turn.id)


def leave(effects: Effects, turn: Turn) -> None:
    """A recogniser that is still at it is cancelled with its turn."""


def note(turn: Turn, event: Event) -> Turn:
    match event:
        case PartialHeard(text=text):
            return replace(turn, caption=text)
        case SpeechTranscribed(transcript=transcript):
            return replace(turn, transcript=transcript)
    return turn
