"""Every reachable configuration keeps the promises, and the explorer would notice if one did not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from controller.simulator.explore import Report, explore, replay
from states.guards import Rules
from states.table import DEADLINES_S, TABLE, Row


@pytest.fixture(scope="module")
def report() -> Report:
    return explore()


def test_every_reachable_configuration_is_sound(report: Report) -> None:
    assert not report.problems, report.path
    assert report.configurations > 500
    assert report.edges > 5_000


def test_every_row_of_the_table_is_taken(report: Report) -> None:
    by_hand = {row for row in TABLE if row.trigger == "part"}  # health changes: tests/controller/test_machine.py
    for row in set(TABLE) - by_hand:
        assert (row.source, row.trigger, f"{row.source} -> {row.dest or row.source}") in report.taken, row


def changed(wanted: Row, replacement: Row | None) -> list[Row]:
    assert wanted in TABLE
    rows = [replacement if row == wanted else row for row in TABLE]
    return [row for row in rows if row is not None]


BUGS: dict[str, tuple[Sequence[Row], Rules]] = {
    "no deadline while transcribing": (
        TABLE,
        Rules(deadlines_s={state: limit for state, limit in DEADLINES_S.items() if state != "transcribing"}),
    ),
    "deaf while answering": (changed(Row("querying", "press", "recording"), None), Rules()),
    "acts twice": ([*TABLE, Row("acting", "transcribed", "acting")], Rules()),
    "asks without permission": (
        changed(
            Row("classifying", "failed", "querying", guard="may_ask"),
            Row("classifying", "failed", "querying"),
        ),
        Rules(),
    ),
    "displaying has no end": (changed(Row("displaying", "timeout", "idle"), None), Rules()),
    "forgets why": (
        changed(Row("acting", "done", "displaying", outcome="done"), Row("acting", "done", "displaying")),
        Rules(),
    ),
    "a press leads nowhere": (
        changed(Row("acting", "press", "recording"), Row("acting", "press", None)),
        Rules(),
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_explorer_finds_planted_bugs(bug: str) -> None:
    table, rules = BUGS[bug]
    report = explore(rules, table)
    assert report.problems, bug
    assert len(report.path) <= 8


def test_a_path_can_be_replayed() -> None:
    run = replay(("press", "release", "transcribe:0", "classify:0", "act:2"), Rules())
    assert run.controller.state == "displaying"
    assert run.controller.turn.outcome == "done"
