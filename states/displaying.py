"""displaying: the card that says how the turn ended, for as long as it takes to read."""

from controller.events import Event
from controller.ports import Effects
from controller.reading import reading_time_s
from controller.turn import Turn

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
    return max(at_least, min(reading_time_s(" ".join(texts).strip()), LONGEST_S))
