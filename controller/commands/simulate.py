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
  roger simulate --seeds 1000                        random people, random faults
  roger simulate evening.jsonl --latencies pi4.jsonl the same evening, with engines as slow as those of another device

A scenario is a YAML file: what happens to a device, what its engines make of it, and what must come of it. Nothing
leaves the computer: programs are not started, web requests are not sent. See docs/simulator.md.

exit status: 0 all held, 1 something did not, 2 an error that is explained on the screen
"""

TRACES: Final = ".jsonl"


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
        "scenarios", nargs="*", type=Path, metavar="SCENARIO", help="a scenario file, a folder of them, or a trace"
    )
    command.add_argument(
        "--latencies",
        nargs="+",
        type=Path,
        metavar="TRACE",
        help="play a trace with engines that take as long as in these traces",
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
    seeds = command.add_argument_group("random people and random faults")
    seeds.add_argument("--seeds", type=_count, metavar="N", help="play N seeds; what fails is made small and saved")
    seeds.add_argument("--first", type=int, default=0, metavar="SEED", help="the first of them (default: 0)")
    seeds.add_argument(
        "--save", type=Path, default=Path("failing-seeds"), metavar="DIR", help="where to (default: %(default)s)"
    )
    command.add_argument("--trace", type=Path, metavar="FILE", help="write the trace (JSON Lines)")
    add_config_option(command)
    command.set_defaults(run=run, parser=command)


def _recording(name: str) -> Utterance:
    return Utterance(path=Path(name))


def _text(text: str) -> Utterance:
    return Utterance(text=text)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def run(args: argparse.Namespace) -> int:
    """0 where everything held that was expected."""
    kinds = {
        "simulated_turns": args.turns,
        "simulated_evenings": [path for path in args.scenarios if path.suffix == TRACES],
        "simulated_scenarios": [path for path in args.scenarios if path.suffix != TRACES],
        "simulated_seeds": args.seeds,
    }
    chosen = [name for name, given in kinds.items() if given]
    if not chosen and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        chosen = ["simulated_by_hand"]
    if not chosen:
        args.parser.error("give a scenario, --wav FILE, --say TEXT or --seeds N; in a terminal it can be used by hand")
    if args.mic and chosen != ["simulated_by_hand"]:
        args.parser.error("--mic is for use by hand, without anything else to play")
    if len(chosen) > 1:
        args.parser.error("give one of: scenarios; traces; --wav and --say; --seeds")
    return int(importlib.import_module(f"controller.commands.{chosen[0]}").run(args))
