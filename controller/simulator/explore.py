"""Walk every reachable configuration of machine and world, shortest paths first, and hold the promises in each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from controller.events import Event
from controller.simulator.bench import Bench, Configuration
from states.guards import Rules
from states.table import TABLE, Row

Step = str
Path = tuple[Step, ...]


@dataclass
class Report:
    """What an exploration found.

    Attributes:
        edges: Steps that were tried, over all configurations.
        rows: How often each row of the table was taken.
        refused: How often an event was refused, by (state, trigger) and verdict.
        problems: Broken promises; empty where all hold.
        path: The shortest way to them.
        events: The same way, as events and when each was given to the machine.
        rules: The settings they occurred under.
    """

    configurations: int = 0
    edges: int = 0
    rows: dict[Row, int] = field(default_factory=dict)
    refused: dict[tuple[str, str, str], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    path: Path = ()
    events: Sequence[tuple[float, Event]] = ()
    rules: Rules = field(default_factory=Rules)


def explore(rules: Rules | None = None, table: Sequence[Row] = TABLE) -> Report:
    """Explore with and without the bigger model, with and without tapping; then with a voice, and with a web page.

    Stops at the first broken promise.
    """
    report = Report()
    base = rules or Rules()
    worlds = [(replace(base, may_ask=may_ask, tap=tap), False) for may_ask in (True, False) for tap in (True, False)]
    asking = worlds[0][0]
    for world, page in (*worlds, (replace(asking, speaks=True), False), (asking, True)):
        _explore(world, table, report, page)
        if report.problems:
            return report
    return report


def lead(path: Sequence[Step], rules: Rules, table: Sequence[Row] = TABLE) -> Bench:
    """A fresh machine that was led along `path`."""
    bench = Bench(rules, table)
    for step in path:
        bench.do(step)
    return bench


def _explore(rules: Rules, table: Sequence[Row], report: Report, page: bool) -> None:
    bench = Bench(rules, table, page)
    seen = {bench.fingerprint()}
    queue: deque[tuple[Path, Configuration]] = deque([((), bench.save())])
    while queue and not report.problems:
        path, configuration = queue.popleft()
        for step in _steps(bench, configuration):
            bench.restore(configuration)
            bench.do(step)
            report.edges += 1
            _count(bench, report)
            if bench.problems or _is_new(bench, seen, queue, (*path, step)):
                _note(bench, (*path, step), rules, table, report)
    report.configurations += len(seen)


def _steps(bench: Bench, configuration: Configuration) -> Iterator[Step]:
    bench.restore(configuration)
    yield from list(bench.steps())


def _is_new(bench: Bench, seen: set[tuple[object, ...]], queue: deque[tuple[Path, Configuration]], path: Path) -> bool:
    """Keep a configuration that was not seen before, and see that time alone leads home from it."""
    if not bench.rows:
        return False  # nothing was taken, so nothing is new
    mark = bench.fingerprint()
    if mark in seen:
        return False
    seen.add(mark)
    queue.append((path, bench.save()))
    bench.settle()
    return True


def _count(bench: Bench, report: Report) -> None:
    for row in bench.rows:
        report.rows[row] = report.rows.get(row, 0) + 1
    for refused in bench.refused:
        report.refused[refused] = report.refused.get(refused, 0) + 1


def _note(bench: Bench, path: Path, rules: Rules, table: Sequence[Row], report: Report) -> None:
    if bench.problems and not report.problems:
        report.problems, report.path, report.rules = list(bench.problems), path, rules
        again = lead(path, rules, table)
        if not again.problems:
            again.settle()
        report.events = again.events
