"""`roger simulate`: the unchanged machine on a PC: played from scenarios, from recordings, or by hand."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any, Final

from controller.commands.options import add_command, add_config_option
from controller.simulator.playlist import Utterance

EPILOG: Final = """\
examples:
  roger simulate                                     the device's front panel in this terminal, to be used by hand
  roger simulate --mic                               the same, with the microphone of this computer
  roger simulate tests/scenarios                     play scenarios, and say what held and what did not
  roger simulate my.yaml --events                    one, with every event
  roger simulate --wav hello.wav                     a recording through the real engines, as if it were spoken now
  roger simulate --fast --wav a.wav --wav b.wav      as fast as it can; the times are those of the real thing
  roger simulate --say "거실 불 켜 줘"                 text in place of speech: understanding and actions only
  roger simulate --wav a.wav --trace t.jsonl --frames out/

A scenario is a YAML file: what happens to a device, what its engines make of it, and what must come of it. Nothing
leaves the computer: programs are not started, web requests are not sent. See docs/simulator.md.

exit status: 0 all held, 1 something did not, 2 an error that is explained on the screen
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "simulate",
        "drive the machine on a PC: scenarios, recordings, text",
        "Runs the unchanged machine in a simulated world, on a clock that nobody waits for.",
        EPILOG,
    )
    command.add_argument(
        "scenarios", nargs="*", type=Path, metavar="SCENARIO", help="a scenario file, or a folder of them"
    )
    command.add_argument("--events", action="store_true", help="print every event of the scenarios")
    command.add_argument("--mic", action="store_true", help="by hand: speak, through the real engines, and do not type")
    turns = command.add_argument_group("turns in place of a scenario, in the order given")
    turns.add_argument("--wav", dest="turns", action="append", type=_recording, metavar="FILE", help="a recording")
    turns.add_argument("--say", dest="turns", action="append", type=_text, metavar="TEXT", help="a text instead")
    turns.add_argument("--fast", action="store_true", help="do not wait in real time")
    turns.add_argument("--frames", type=Path, metavar="DIR", help="write every screen as PNG, and all as one GIF")
    turns.add_argument("--model", help="another recogniser than roger.yaml's, a name of `roger models list`")
    turns.add_argument("--language", choices=("en", "ko", "auto"), help="another language than roger.yaml's")
    command.add_argument("--trace", type=Path, metavar="FILE", help="write the trace (JSON Lines)")
    add_config_option(command)
    command.set_defaults(run=run, parser=command)


def _recording(name: str) -> Utterance:
    return Utterance(path=Path(name))


def _text(text: str) -> Utterance:
    return Utterance(text=text)


def run(args: argparse.Namespace) -> int:
    """0 where everything held that was expected."""
    kinds = {"simulated_turns": args.turns, "simulated_scenarios": args.scenarios}
    chosen = [name for name, given in kinds.items() if given]
    if not chosen and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        chosen = ["simulated_by_hand"]
    if not chosen:
        args.parser.error("give a scenario, or --wav FILE, or --say TEXT; in a terminal it can be used by hand")
    if args.mic and chosen != ["simulated_by_hand"]:
        args.parser.error("--mic is for use by hand, without scenarios, --wav and --say")
    if len(chosen) > 1:
        args.parser.error("give scenarios, or --wav and --say, not both")
    return int(importlib.import_module(f"controller.commands.{chosen[0]}").run(args))
