"""What is said aloud, and when: whole sentences of an answer as they come, questions, and what actions say."""

from __future__ import annotations

from typing import Final

from controller.events import Event, StepDone, TokenArrived
from controller.sentences import complete
from controller.turn import Transcript, Turn

SPOKEN_STEPS: Final = ("say", "clock")
"""Steps whose result is said; that of the others is only shown."""
CHARACTERS_A_SECOND: Final = {"en": 13.0, "ko": 5.0}
"""At about 150 words a minute, and five syllables a second."""


def due(turn: Turn, event: Event, outcome: str) -> tuple[list[str], int]:
    """What an event has made ready to be said, and how many characters of the answer are then spoken for."""
    match event:
        case TokenArrived():
            return complete(turn.answer, turn.spoken, final=False)
        case StepDone(result=result) if result.kind in SPOKEN_STEPS and result.text:
            return [result.text], turn.spoken
    if outcome == "answer":
        return complete(turn.answer, turn.spoken, final=True)
    if outcome == "confirm" and turn.decision:
        return [turn.decision.question], turn.spoken
    return [], turn.spoken


def language(turn: Turn, text: str) -> str:
    """Which voice says `text`: that of its letters, else that of the question."""
    return language_of(text, (turn.transcript or Transcript()).language)


def language_of(text: str, otherwise: str) -> str:
    """Korean has Hangul in it, English Latin letters; numbers alone are of the language `otherwise`."""
    if any("가" <= character <= "힣" or "ㄱ" <= character <= "ㅣ" for character in text):
        return "ko"
    return "en" if any("a" <= character.lower() <= "z" for character in text) else otherwise


def lasts_s(turn: Turn, text: str) -> float:
    """About how many seconds it takes to say `text`."""
    return len(text) / CHARACTERS_A_SECOND.get(language(turn, text), CHARACTERS_A_SECOND["en"])
