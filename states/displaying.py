"""displaying: the card that says how the turn ended, for as long as it takes to read."""

from controller.events import Event
from controller.ports import Effects
from controller.turn import Turn

READING_CHARACTERS_A_SECOND = 12.0
"""Slow silent reading, short of the 14 to 17 characters a second that subtitles are held to."""

LONGEST_S = 45.0


def enter(effects: Effects, turn: Turn) -> None:
    effects.cancel(turn.id)


def leave(effects: Effects, turn: Turn) -> None:
    """Nothing is under way."""


def note(turn: Turn, event: Event) -> Turn:
    return turn


def lasts_s(turn: Turn, at_least: float) -> float:
    """Seconds to show the card of `turn`: `at_least`, more for a long text, never over `LONGEST_S`."""
    problem = turn.problem
    texts = [turn.answer, *(result.text for result in turn.results)]
    if problem:
        texts += [problem.message, problem.hint]
    reading = sum(map(len, texts)) / READING_CHARACTERS_A_SECOND
    return max(at_least, min(reading, LONGEST_S))
