"""What must hold of a transition table before a machine may start on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from controller.errors import RogerError
from states.names import ALL, IDLE
from states.table import IGNORED, Row


def check(
    table: Sequence[Row], deadlines_s: Mapping[str, float], triggers: Collection[str], guards: Collection[str]
) -> None:
    """Raise `RogerError` FSM-01 naming everything that is wrong with the table; the arguments are those of `faults`."""
    found = list(faults(table, deadlines_s, triggers, guards))
    if found:
        raise RogerError("FSM-01", "; ".join(found), "mend states/table.py")


def faults(
    table: Sequence[Row], deadlines_s: Mapping[str, float], triggers: Collection[str], guards: Collection[str]
) -> Iterator[str]:
    """Everything that is wrong with the table.

    Args:
        triggers: All that events can trigger.
        guards: All questions that rows may ask.
    """
    yield from _unknown_names(table, triggers, guards)
    yield from _unused_triggers(table, triggers)
    yield from _unreachable(table)
    yield from _without_end(table, deadlines_s)
    yield from _shadowed(table)
    yield from _deaf(table)
    yield from _undecided(table, triggers)


def _unknown_names(table: Iterable[Row], triggers: Collection[str], guards: Collection[str]) -> Iterator[str]:
    for row in table:
        for state in {row.source, row.dest or row.source} - set(ALL):
            yield f"state {state!r} does not exist"
        if row.trigger not in triggers:
            yield f"trigger {row.trigger!r} belongs to no event"
        if row.guard is not None and row.guard not in guards:
            yield f"guard {row.guard!r} does not exist"


def _unused_triggers(table: Iterable[Row], triggers: Collection[str]) -> Iterator[str]:
    for trigger in sorted(set(triggers) - {row.trigger for row in table}):
        yield f"trigger {trigger!r} has no row"


def _unreachable(table: Sequence[Row]) -> Iterator[str]:
    for state in ALL:
        if state not in _reached(IDLE, table):
            yield f"{state} is unreachable"


def _without_end(table: Sequence[Row], deadlines_s: Mapping[str, float]) -> Iterator[str]:
    """Time alone must lead home: every state but idle has a deadline, and following timeouts ends in idle."""
    timeouts = [row for row in table if row.trigger == "timeout"]
    for state in ALL:
        if state == IDLE:
            continue
        if deadlines_s.get(state, 0) <= 0:
            yield f"{state} has no deadline"
        if IDLE not in _reached(state, timeouts):
            yield f"{state} is a trap: timeouts do not lead to idle"


def _shadowed(table: Sequence[Row]) -> Iterator[str]:
    always: set[tuple[str, str]] = set()
    for row in table:
        if (row.source, row.trigger) in always:
            yield f"{row.source} on {row.trigger} to {row.dest} is never taken: a row before it always is"
        if row.guard is None:
            always.add((row.source, row.trigger))


def _deaf(table: Sequence[Row]) -> Iterator[str]:
    for state in ALL:
        if not any(row.source == state and row.trigger == "press" and row.guard is None for row in table):
            yield f"{state} may ignore a press"


def _undecided(table: Sequence[Row], triggers: Collection[str]) -> Iterator[str]:
    """What a trigger does in a state is never left to chance: it has a row, or is ignored on purpose."""
    handled = {(row.source, row.trigger) for row in table}
    ignored = {(state, entry.trigger) for entry in IGNORED for state in entry.states}
    for state, trigger in sorted(handled & ignored):
        yield f"{trigger} in {state} has a row and is ignored"
    for state in ALL:
        for trigger in sorted(triggers):
            if (state, trigger) not in handled | ignored:
                yield f"{trigger} in {state} has no row and is not ignored on purpose"


def _reached(start: str, rows: Sequence[Row]) -> set[str]:
    reached = {start}
    frontier = [start]
    while frontier:
        state = frontier.pop()
        found = {row.dest for row in rows if row.source == state and row.dest} - reached
        reached |= found
        frontier += found
    return reached
