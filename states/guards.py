"""The questions that decide between rows of the table. Pure: the event and what is known, yes or no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from controller.events import ActionChosen, Event, SpeechTranscribed, TextTyped
from controller.turn import Picture, RunningTimer, Turn
from states.table import DEADLINES_S


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user's settings mean to the machine.

    Attributes:
        hold_s: A press shorter than this is a tap.
        tap: A tap keeps recording until the next press; without it, a tap is too short to be anything.
        may_ask: Questions that no action answers may go to the bigger model.
        deadlines_s: How long each state may last, in seconds.
        speaks: Answers are spoken as well as shown.
    """

    hold_s: float = 0.3
    tap: bool = True
    may_ask: bool = False
    deadlines_s: Mapping[str, float] = field(default_factory=lambda: DEADLINES_S)
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """All that a guard may look at."""

    rules: Rules
    turn: Turn
    timers: tuple[RunningTimer, ...]
    picture: Picture | None = None


Guard = Callable[[Event, Known], bool]


def tapped(event: Event, known: Known) -> bool:
    return known.rules.tap and not known.turn.latched and not long_enough(event, known)


def long_enough(event: Event, known: Known) -> bool:
    return event.at - known.turn.pressed_at >= known.rules.hold_s


def has_words(event: Event, known: Known) -> bool:
    """Or a picture, which needs none where somebody can look at it."""
    text = ""
    if isinstance(event, SpeechTranscribed):
        text = event.transcript.text
    if isinstance(event, TextTyped):
        text = event.text
    return bool(text.strip()) or (known.picture is not None and known.rules.may_ask)


def must_ask(event: Event, known: Known) -> bool:
    return isinstance(event, ActionChosen) and bool(event.decision.question)


def asks(event: Event, known: Known) -> bool:
    return known.turn.outcome == "confirm"


def said_yes(event: Event, known: Known) -> bool:
    """A tap while a yes was asked for; who holds the button says something else."""
    proposal = known.turn.proposal
    wants_yes = proposal is not None and not proposal.decision.missing
    return wants_yes and not known.turn.latched and not long_enough(event, known)


def may_ask(event: Event, known: Known) -> bool:
    return known.rules.may_ask


def timer_rings(event: Event, known: Known) -> bool:
    return any(timer.rung for timer in known.timers)


def rings_over_question(event: Event, known: Known) -> bool:
    return asks(event, known) and timer_rings(event, known)


GUARDS: Final[Mapping[str, Guard]] = {
    guard.__name__: guard
    for guard in (
        said_yes,
        tapped,
        long_enough,
        has_words,
        must_ask,
        may_ask,
        asks,
        rings_over_question,
        timer_rings,
    )
}
