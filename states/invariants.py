"""What must hold after every event, whatever the world does: proven over all reachable configurations, and watched
on the device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from controller.events import DeadlinePassed, Event, JobFailed, PictureGiven, TextTyped
from controller.turn import RunningTimer, Scene
from states.displaying import SEEN_S
from states.guards import Rules
from states.ledger import WORK, Books
from states.names import ACTING, ALL, CLASSIFYING, DISPLAYING, IDLE, QUERYING, RECORDING


@dataclass(frozen=True, slots=True)
class Observation:
    """One handled event, seen from outside.

    Attributes:
        moved: The machine took the event: its verdict was neither "stale" nor "ignored".
    """

    event: Event
    moved: bool
    before: Scene
    after: Scene
    books: Books
    rules: Rules


def violations(seen: Observation) -> Iterator[str]:
    """Every promise that the machine broke with this event."""
    promises = PROMISES
    if not seen.moved and seen.after is seen.before:
        promises = (_the_button_is_answered,)  # all else is as it was
    for promise in promises:
        yield from promise(seen)


def _the_microphone_is_open_only_while_recording(seen: Observation) -> Iterator[str]:
    if seen.books.listening != (seen.after.state == RECORDING):
        yield f"the microphone is {'open' if seen.books.listening else 'closed'} in {seen.after.state}"


def _it_never_hears_itself(seen: Observation) -> Iterator[str]:
    speaking, state = seen.books.speaking, seen.after.state
    if speaking and state == RECORDING:
        yield "it speaks while it listens"
    if speaking not in (0, seen.after.turn.id):
        yield f"an older turn speaks in {state}"
    if speaking and not seen.rules.speaks:
        yield "it speaks although it must not"


def _every_state_but_idle_has_a_deadline(seen: Observation) -> Iterator[str]:
    state, until = seen.after.state, seen.after.until
    if state not in ALL:
        yield f"{state} is no state"
    if state == IDLE:
        return
    if until is None:
        yield f"{state} has no deadline"
    elif until <= seen.after.since:
        yield f"the deadline of {state} had passed before it began"
    elif seen.books.deadline != until:
        yield f"nothing will wake {state} at its deadline"


def _old_results_change_nothing(seen: Observation) -> Iterator[str]:
    if not seen.moved and seen.after != seen.before:
        yield f"{seen.event.trigger} was refused, and changed something"
    if not seen.moved:
        return
    event, before = seen.event, seen.before
    if event.turn_id not in (0, before.turn.id):
        yield "a result of an older turn moved the machine"
    if isinstance(event, DeadlinePassed) and event.at != before.until:
        yield f"an old deadline ended {before.state}"
    if isinstance(event, JobFailed) and event.job != before.state:
        yield f"a failure in {event.job} ended {before.state}"


def _the_button_is_answered(seen: Observation) -> Iterator[str]:
    trigger, state = seen.event.trigger, seen.before.state
    counts = trigger == "press" or (trigger == "release" and state == RECORDING)
    if counts and seen.after == seen.before:
        yield f"a {trigger} in {state} was not acknowledged"
    held_s = seen.event.at - seen.before.turn.pressed_at
    if counts and held_s >= seen.rules.hold_s and seen.after.turn.outcome == "too_short":
        yield f"a press of {held_s:g} s counted as too short"


def _turns_follow_one_another(seen: Observation) -> Iterator[str]:
    before, after = seen.before.turn.id, seen.after.turn.id
    if after not in (before, before + 1):
        yield f"turn {after} follows turn {before}"
    begins_in = CLASSIFYING if isinstance(seen.event, TextTyped) else RECORDING
    if after != before and seen.after.state != begins_in:
        yield f"a turn began in {seen.after.state}"
    if after == before and seen.after.state == RECORDING != seen.before.state:
        yield "recording began without a new turn"


def _a_turn_acts_at_most_once(seen: Observation) -> Iterator[str]:
    acted, asked, turn_id = seen.books.acted, seen.books.asked, seen.after.turn.id
    if acted.count(turn_id) > 1:
        yield "a turn acted twice"
    if asked.count(turn_id) > 1:
        yield "a turn asked twice"
    if asked.count(turn_id) and not seen.rules.may_ask:
        yield "a question left the device although it must not"


def _what_has_to_be_asked_is_asked(seen: Observation) -> Iterator[str]:
    """Only a tap, after the question could be read, carries out what must be asked about."""
    turn, trigger = seen.after.turn, seen.event.trigger
    if seen.after.state == DISPLAYING and turn.outcome == "confirm" and not (turn.decision and turn.decision.question):
        yield "there is a question without words"
    if not (seen.after.state == ACTING != seen.before.state and turn.decision and turn.decision.question):
        return
    proposal = turn.proposal
    if proposal is None or proposal.decision != turn.decision:
        yield "acting without having asked"
    elif seen.before.state != RECORDING or trigger != "release" or seen.before.turn.latched:
        yield f"a {trigger} in {seen.before.state} was taken for a yes"
    elif seen.event.at - turn.pressed_at >= seen.rules.hold_s:
        yield "a press that was held was taken for a yes"
    elif turn.pressed_at - proposal.shown_at < SEEN_S:
        yield "a yes before the question could be read"


def _work_is_that_of_the_state(seen: Observation) -> Iterator[str]:
    state, turn_id = seen.after.state, seen.after.turn.id
    for name, owner in seen.books.jobs:
        if owner != turn_id:
            yield f"{name} of an older turn goes on in {state}"
        elif state in (IDLE, DISPLAYING):
            yield f"{name} goes on in {state}"
    if state in WORK and (WORK[state], turn_id) not in seen.books.jobs:
        yield f"{state} has asked for no work"


def _nothing_is_forgotten(seen: Observation) -> Iterator[str]:
    state, turn = seen.after.state, seen.after.turn
    heard = turn.picture or (turn.transcript is not None and turn.transcript.text.strip())
    if state in (CLASSIFYING, ACTING, QUERYING) and not heard:
        yield f"{state} does not know what was heard"
    if state == ACTING and not (turn.decision and turn.decision.action):
        yield "acting does not know what to do"
    if state == ACTING and turn.decision and any(order.missing for order in turn.decision.orders):
        yield "acting does not know all that it needs"
    if state == DISPLAYING and not turn.outcome:
        yield "displaying does not know what to show"
    if turn.outcome == "failed" and turn.problem is None:
        yield "a failure is shown without its cause"


def _pictures_are_kept(seen: Observation) -> Iterator[str]:
    """One that was given waits for its question, or is taken away again."""
    before, after = seen.before.picture, seen.after.picture
    if before and not after and not isinstance(seen.event, PictureGiven) and seen.after.turn.picture != before:
        yield "a picture was lost"


def _timers_are_kept(seen: Observation) -> Iterator[str]:
    """Only a press removes a timer, and only one that has rung."""
    kept = {_name(timer) for timer in seen.after.timers}
    for timer in seen.before.timers:
        if _name(timer) not in kept and not (timer.rung and seen.event.trigger == "press"):
            yield f"the timer {timer.label!r} was lost"
    if seen.event.trigger == "ring":
        for timer in seen.after.timers:
            if timer.ends_at <= seen.event.at and not timer.rung:
                yield f"the timer {timer.label!r} rang unseen"


def _name(timer: RunningTimer) -> tuple[str, float]:
    return timer.label, timer.ends_at


PROMISES: Final[tuple[Callable[[Observation], Iterator[str]], ...]] = (
    _the_microphone_is_open_only_while_recording,
    _it_never_hears_itself,
    _every_state_but_idle_has_a_deadline,
    _old_results_change_nothing,
    _the_button_is_answered,
    _turns_follow_one_another,
    _a_turn_acts_at_most_once,
    _what_has_to_be_asked_is_asked,
    _work_is_that_of_the_state,
    _nothing_is_forgotten,
    _pictures_are_kept,
    _timers_are_kept,
)
"""Each looks at one event and yields what was broken, in words."""
