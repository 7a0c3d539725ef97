"""`roger doctor`: each part of the device in turn, with cause and remedy."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from config.loader import DEFAULT_FOLDER, Config, ConfigError, Issue, load
from controller.clock import SystemClock
from controller.commands.doctor_shown import Progress
from controller.commands.options import add_command, add_config_option
from controller.doctor.case import Case
from controller.doctor.examination import CHECKS, Examined, examine
from controller.doctor.finding import Status
from controller.doctor.host import Host
from controller.doctor.installed import Installed, installed
from controller.doctor.report import as_json, exit_status

EPILOG: Final = f"""\
examples:
  roger doctor                             everything; say something when it listens
  roger doctor --only microphone,display   these two
  roger doctor --quick                     nothing that makes a noise, draws, or takes seconds
  roger doctor --json > report.json        for a program, or to send to somebody who helps
  sudo roger doctor                        also sees which program has a pin, a bus or a microphone

checks:
  {", ".join(list(CHECKS)[:7])},
  {", ".join(list(CHECKS)[7:])}

what the signs say:
  ✓ well   ! works, but not well, or not for long   ✗ does not work   • a running Roger has it   – not needed here

Each ! and ✗ comes with a code and, after →, with what mends it. Afterwards the OLED shows a card for each, or that all
is well. A Roger that runs goes on: what it holds is not touched. Only the names and certificates of servers are looked
at; nothing that you say, and no key, is sent. Without --config it goes by what roger.service runs with.
What each code means: docs/troubleshooting.md

exit status: 0 all well, 1 warnings, 2 faults, 130 interrupted
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "doctor",
        "what is wrong with this device, and what mends it",
        "Looks at each part in turn: pins, buses, display, microphone, speaker, models, memory, disk, clock, network.",
        EPILOG,
    )
    command.add_argument("--only", type=_names, default=(), metavar="CHECK,CHECK", help="these checks, see below")
    command.add_argument("--quick", action="store_true", help="nothing that makes a noise, draws or takes seconds")
    command.add_argument("--json", action="store_true", help="one JSON object, described in docs/doctor.md")
    add_config_option(command)
    command.set_defaults(run=run, config=None)


def _names(written: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in written.split(",") if name.strip())
    if unknown := [name for name in names if name not in CHECKS]:
        raise argparse.ArgumentTypeError(f'there is no check "{unknown[0]}"; there are: {", ".join(CHECKS)}')
    return names


def run(args: argparse.Namespace) -> int:
    """0 where all is well, 1 where there are warnings, 2 where there are faults."""
    from controller.doctor.adapters import RealPorts

    clock, host = SystemClock(), Host()
    config, issues = _configuration(_folder(args.config, host))
    case = Case(host, RealPorts(clock), config, clock, issues, args.quick, frozenset(args.only))
    return examined_by(case, args.only or tuple(CHECKS), args.json, Console(highlight=False, stderr=args.json))


def examined_by(case: Case, names: Sequence[str], for_programs: bool, console: Console) -> int:
    """Make the checks, print what they found, and show it on the OLED."""
    from controller.doctor.cards import show
    from controller.doctor.holders import running_roger

    examined: list[Examined] = []
    with Progress(console, quiet=for_programs) as progress:
        case = replace(case, roger=running_roger(case.host), note=progress.note)

        def done(check: Examined) -> None:
            examined.append(check)
            progress.done(check)

        progress.title(case.host.model)
        examine(case, [name for name in CHECKS if name in names], done, progress.begun)
        if _has_display(examined) and not case.quick:
            progress.note("showing it on the display")
            show(case, examined)
        progress.summary(examined)
    if for_programs:
        report = as_json(examined, version("roger-assistant"), case.host.model, case.clock.wall())
        print(json.dumps(report, ensure_ascii=False, indent=1))
    return exit_status(examined)


def _has_display(examined: Sequence[Examined]) -> bool:
    """Whether it was looked at, and draws."""
    return any(check.name == "display" and check.status in (Status.OK, Status.WARNING) for check in examined)


def _folder(given: Path | None, host: Host) -> Path:
    """What was asked for; else what roger.service runs with, and then also in its environment."""
    service = installed(host) if given is None else Installed()
    for name, value in service.environment.items():
        os.environ.setdefault(name, value)
    return given or service.config or DEFAULT_FOLDER


def _configuration(folder: Path) -> tuple[Config, Sequence[Issue]]:
    """The user's; where it is broken, the one that comes with Roger, and what is wrong."""
    try:
        return load(folder), ()
    except ConfigError as error:
        return load(DEFAULT_FOLDER), error.issues
