"""`roger explore`: every reachable configuration of the machine, and whether it keeps its promises in each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.loader import load
from controller.app import rules_of
from controller.clock import stopwatch
from controller.commands.options import add_command, add_config_option
from controller.machine import TRIGGERS
from controller.simulator.counterexample import scenario_of
from controller.simulator.explore import Report, explore
from controller.simulator.writing import save
from states.invariants import PROMISES
from states.names import ALL
from states.table import IGNORED, TABLE

EPILOG: Final = """\
examples:
  roger explore               with the settings of roger.yaml
  roger explore --ignored     also list what is ignored, and why

The world may do anything at any time: press, release, double press, answer early, late, twice or not at all, fail,
belong to an older turn, lose the microphone, the display or the network, let deadlines pass and timers ring. After
every event all promises of states/invariants.py must hold, and time alone must lead back to idle. If one does not hold,
the shortest way to it is printed and saved as a scenario, to play with: roger simulate FILE

exit status: 0 all promises hold everywhere, 1 one does not
"""

TITLE: Final = "state x event: how often a row was taken; · is ignored on purpose"


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "explore",
        "prove that the machine cannot get stuck",
        "Walks every reachable configuration of machine and world, and holds every promise in each.",
        EPILOG,
    )
    command.add_argument("--ignored", action="store_true", help="list what is ignored, and why")
    command.add_argument(
        "--save",
        type=Path,
        default=Path("counterexample.yaml"),
        metavar="FILE",
        help="where a broken promise is saved as a scenario (default: %(default)s)",
    )
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 where all promises hold everywhere, else 1."""
    console = Console(highlight=False, soft_wrap=True)
    rules = rules_of(load(args.config))
    elapsed = stopwatch()
    report = explore(rules)
    took_s = elapsed()
    console.print(_coverage(report))
    if args.ignored:
        console.print(_ignored())
    console.print(
        f"{report.configurations} configurations, {report.edges} steps, {len(PROMISES)} kinds of promises, "
        f"{len(report.rows)} of {len(TABLE)} rows taken, in {took_s:.2f} s"
    )
    if not report.problems:
        console.print("every promise holds everywhere, and time alone leads home from everywhere", style="bold green")
        return 0
    _explain(report, args.save, console)
    return 1


def _coverage(report: Report) -> Table:
    """State by event: how often a row was taken; a dot is ignored on purpose."""
    table = Table(title=TITLE, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for state in ALL:
        table.add_column(state, justify="right", no_wrap=True)
    taken: dict[tuple[str, str], int] = {}
    for row, times in report.rows.items():
        taken[row.source, row.trigger] = taken.get((row.source, row.trigger), 0) + times
    handled = {(row.source, row.trigger) for row in TABLE}
    for trigger in sorted(TRIGGERS):
        cells = [_cell(taken.get((state, trigger), 0), (state, trigger) in handled) for state in ALL]
        table.add_row(trigger, *cells)
    return table


def _cell(times: int, handled: bool) -> Text:
    if not handled:
        return Text("·", "dim")
    return Text(str(times), "green") if times else Text("never", "bold red")


def _ignored() -> Table:
    table = Table(box=None, title="ignored on purpose", title_justify="left")
    for heading in ("event", "in", "because"):
        table.add_column(heading)
    for entry in IGNORED:
        others = [state for state in ALL if state not in entry.states]
        states = f"all but {', '.join(others)}" if len(others) < len(entry.states) else ", ".join(entry.states)
        table.add_row(entry.trigger, states, entry.why)
    return table


def _explain(report: Report, path: Path, console: Console) -> None:
    console.print("\nA promise is broken:", style="bold red")
    for problem in report.problems:
        console.print(Text(f"  {problem}", "red"))
    console.print(f"The shortest way to it ({len(report.events)} events):")
    for number, step in enumerate(report.path, 1):
        console.print(Text(f"  {number}. {step}"))
    save(scenario_of(report), path, "Found by roger explore.")
    console.print(f"Saved; see it happen with: roger simulate {path} --events")
