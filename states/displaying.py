"""displaying: the card that says how the turn ended, for as long as it takes to read."""

from controller.events import Event
from controller.ports import Effects
from controller.reading import reading_time_s
from controller.turn import Proposal, Turn
from states import speaking

LONGEST_S = 45.0
QUESTION_S = 10.0
"""At least so long there is to say yes."""
SEEN_S = 0.5
"""A press sooner than this after a question has come onto the screen is no answer to it."""


def enter(effects: Effects, turn: Turn) -> None:
    effects.cancel(turn.id)


def leave(effects: Effects, turn: Turn) -> None:
    """Nothing is under way."""


def note(turn: Turn, event: Event) -> Turn:
    return turn


def proposal(turn: Turn, shown_at: float, pressed_at: float) -> Proposal | None:
    """What a press at that time may say yes to; None where the card of `turn` is no question, or was hardly seen."""
    if turn.outcome != "confirm" or not turn.transcript or not turn.decision or pressed_at - shown_at < SEEN_S:
        return None
    return Proposal(turn.transcript, turn.decision, shown_at)


def lasts_s(turn: Turn, at_least: float, speaks: bool = False) -> float:
    """Seconds to show the card of `turn`: `at_least`, more for a long text, never over `LONGEST_S`."""
    problem = turn.problem
    texts = [turn.answer, *(result.text for result in turn.results)]
    if problem:
        texts += [problem.message, problem.hint]
    if turn.outcome == "confirm":
        at_least = max(at_least, QUESTION_S)
    text = " ".join(texts).strip()
    needed_s = max(reading_time_s(text), speaking.lasts_s(turn, text) if speaks else 0.0)
    return max(at_least, min(needed_s, LONGEST_S))
