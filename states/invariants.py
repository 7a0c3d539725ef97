"""What must hold after every event, whatever the world does; checked over all reachable configurations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from controller.events import Event
from controller.turn import Scene
from states.names import ALL, DISPLAYING, IDLE, RECORDING


@dataclass(frozen=True, slots=True)
class Observation:
    """One handled event, seen from outside.

    Attributes:
        verdict: What the machine made of the event.
        listening: Whether the microphone is open now.
        actions: How many action batches each turn has started, by turn.
    """

    event: Event
    verdict: str
    before: Scene
    after: Scene
    listening: bool
    actions: dict[int, int]
    may_ask: bool
    asked: bool


def violations(seen: Observation) -> Iterator[str]:
    """Every promise that the machine broke with this event."""
    after = seen.after
    moved = seen.after != seen.before
    if seen.listening != (after.state == RECORDING):
        yield f"the microphone is {'open' if seen.listening else 'closed'} in {after.state}"
    if after.state != IDLE and after.until is None:
        yield f"{after.state} has no deadline"
    if after.state not in ALL:
        yield f"{after.state} is no state"
    if moved and seen.event.turn_id not in (0, seen.before.turn.id):
        yield "a result of an older turn moved the machine"
    if seen.event.trigger == "press" and not moved:
        yield f"a press in {seen.before.state} was not acknowledged"
    if any(count > 1 for count in seen.actions.values()):
        yield "a turn acted twice"
    if seen.asked and not seen.may_ask:
        yield "a question left the device although it must not"
    if after.state == DISPLAYING and not after.turn.outcome:
        yield "displaying does not know what to show"
