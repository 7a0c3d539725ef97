"""`roger report`: what a device did, as one page to look at."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from config.loader import load
from controller.commands.options import add_command, add_config_option
from controller.errors import RogerError
from controller.simulator.recording import read
from controller.simulator.replay import same_screens

EPILOG: Final = """\
examples:
  roger report turn.jsonl                      writes turn.html beside it
  roger report turn.jsonl -o /tmp/look.html
  roger report traces/*.jsonl -o week.html     many: how long each stage took over all turns, then each trace

The page shows each turn as lanes over one time axis: button, state, microphone, recogniser, classifier, actions, the
bigger model, and the pictures on the OLED. States too short to see are drawn wider, and stretches in which nothing
happens are cut; both are marked. Point at anything, or tap it, for all that the trace says of it; arrow keys go on.

It is one file that loads nothing from anywhere, for a browser, a phone or a printer. It contains every word that was
heard: look at it before you pass it on.

Pictures are not in a trace. They are drawn again from what happened, with the screens.yaml of --config; where that is
not the device's, the page and this command say so.

exit status: 0 written, 2 a file that is no trace, or no place to write to
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "report",
        "make a page of a recorded trace, to look at",
        "Writes one self-contained HTML page of what a device did and how long it took.",
        EPILOG,
    )
    command.add_argument("traces", nargs="+", type=Path, metavar="TRACE", help="a trace (JSON Lines)")
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the page (default: beside the first trace, .html)"
    )
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the page is written."""
    from controller.simulator.report import page

    config = load(args.config)
    recordings = [read(path) for path in args.traces]
    output = args.output or args.traces[0].with_suffix(".html")
    _write(output, args.traces, page(recordings, config))
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"report: {output} ({output.stat().st_size / 1024:.0f} KB); open it in a browser", markup=False)
    others = [recording.path.name for recording in recordings if not same_screens(recording, config)]
    if others:
        console.print(
            f"  pictures of {', '.join(others)} are drawn by another screens.yaml than the device's;"
            " give the device's with --config DIR",
            style="dim",
            markup=False,
        )
    return 0


def _write(output: Path, traces: Sequence[Path], text: str) -> None:
    hint = "name another file with -o"
    if any(output.resolve() == trace.resolve() for trace in traces):
        raise RogerError("TRC-04", f"{output} is the trace itself, and would be lost", hint)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RogerError("TRC-04", f"{output} cannot be written: {error.strerror}", hint) from None
