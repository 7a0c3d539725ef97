"""A machine whose table is not sound refuses to start, and says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from controller.errors import RogerError
from controller.machine import TRIGGERS, Controller
from controller.simulator.recorded import RecordedEffects
from states.guards import GUARDS, Rules
from states.soundness import check, faults
from states.table import DEADLINES_S, TABLE, Row


def without(**wanted: str) -> list[Row]:
    return [row for row in TABLE if any(getattr(row, name) != value for name, value in wanted.items())]


def test_the_shipped_table_is_sound() -> None:
    assert list(faults(TABLE, DEADLINES_S, TRIGGERS, GUARDS)) == []


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (without(dest="acting"), "acting is unreachable"),
        (without(source="acting", trigger="timeout"), "acting is a trap"),
        (without(trigger="token"), "trigger 'token' has no row"),
        (without(source="querying", trigger="press"), "querying may ignore a press"),
        ([*TABLE, Row("idle", "pres", "recording")], "trigger 'pres' belongs to no event"),
        ([*TABLE, Row("idle", "step", "dreaming")], "state 'dreaming' does not exist"),
        ([*TABLE, Row("idle", "step", None, guard="is_sunny")], "guard 'is_sunny' does not exist"),
        ([*TABLE, Row("displaying", "timeout", "recording")], "displaying on timeout to recording is never taken"),
    ],
)
def test_an_unsound_table_is_refused(table: Sequence[Row], complaint: str) -> None:
    with pytest.raises(RogerError) as caught:
        Controller(RecordedEffects(), Rules(), table)
    assert caught.value.problem.code == "FSM-01"
    assert complaint in caught.value.problem.message


def test_a_state_without_deadline_is_refused() -> None:
    deadlines = {state: limit for state, limit in DEADLINES_S.items() if state != "transcribing"}
    with pytest.raises(RogerError, match="transcribing has no deadline"):
        check(TABLE, deadlines, TRIGGERS, GUARDS)
