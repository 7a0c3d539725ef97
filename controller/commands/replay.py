"""`roger replay`: what a device did, done again by a fresh machine, and where that comes out otherwise."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from config.loader import Config, load
from controller.clock import stopwatch
from controller.commands.options import add_command, add_config_option
from controller.engines import make_recognizer
from controller.simulator.hearing_again import hear_again
from controller.simulator.recording import Recording, read
from controller.simulator.replay import Difference, first_difference, replay, same_screens, view_of

EPILOG: Final = """\
examples:
  roger replay turn.jsonl                      one trace
  roger replay traces/*.jsonl                  many, one line each
  roger replay turn.jsonl --listen             and hear the kept audio again, with the recogniser of roger.yaml
  roger replay turn.jsonl --config my-config   with the screens.yaml of the device, so that pictures can be compared

A trace holds everything that came in: button, words, decisions, answers, deadlines. A fresh machine is given the same
and must decide, do and show the same, byte for byte. The settings that decide that are in the trace; pictures also
depend on screens.yaml, and are compared where it is the same.

exit status: 0 the same, 1 another, 2 a file that is no trace
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "replay",
        "run a recorded trace again, and compare",
        "Feeds the inputs of a trace to a fresh machine and demands the same transitions, effects and pictures.",
        EPILOG,
    )
    command.add_argument(
        "--listen", action="store_true", help="also put the audio that was kept (trace.audio) through the recogniser"
    )
    command.add_argument("traces", nargs="+", type=Path, metavar="TRACE", help="a trace (JSON Lines)")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 where every trace replays to the same bytes, else 1."""
    config = load(args.config)
    console = Console(highlight=False, soft_wrap=True)
    recordings = [read(path) for path in args.traces]
    same = [_replay(recording, config, console) for recording in recordings]
    if args.listen:
        same.append(_listen(recordings, config, console))
    return 0 if all(same) else 1


def _replay(recording: Recording, config: Config, console: Console) -> bool:
    frames = same_screens(recording, config)
    elapsed = stopwatch()
    lines = replay(recording, view_of(recording, config))
    took_s = elapsed()
    difference = first_difference(recording, lines, frames)
    for number in recording.changed:
        console.print(f"{recording.path.name}:{number} is not as it was recorded:", style="bold red")
        console.print(Text(f"  {recording.lines[number - 1]}"))
    if difference:
        _show(difference, recording, console)
    else:
        console.print(f"{recording.path}: the same, {_summary(recording, frames)}, in {took_s * 1000:.0f} ms")
    if recording.cut:
        console.print("  the last line is cut off, as after a power cut, and was left out", style="dim")
    if not frames:
        console.print("  pictures are not compared: screens.yaml is another one; give the device's with --config DIR")
    return difference is None and not recording.changed


def _listen(recordings: Sequence[Recording], config: Config, console: Console) -> bool:
    """Whether the recogniser of roger.yaml hears what was heard."""
    recognizer = make_recognizer(config)
    turns = [turn for recording in recordings for turn in hear_again(recording, recognizer)]
    other = [turn for turn in turns if turn.now != turn.recorded]
    for turn in other:
        console.print(Text(f"turn {turn.turn_id}: heard {turn.now!r}, recorded {turn.recorded!r}", "red"))
    name = config.roger.recognizer.model
    console.print(f"{name} hears {len(turns) - len(other)} of {len(turns)} kept turns as they were heard", markup=False)
    if not turns:
        console.print("  no audio was kept: set trace.audio: true in roger.yaml before you record", style="dim")
    return not other


def _summary(recording: Recording, frames: bool) -> str:
    kinds = [next(iter(json.loads(line))) for line in recording.lines[1:]]
    seconds = recording.inputs[-1].at - recording.inputs[0].at if recording.inputs else 0.0
    counts = {"events": kinds.count("event"), "effects": kinds.count("effect"), "pictures": kinds.count("frame")}
    if not frames:
        del counts["pictures"]
    return ", ".join(f"{count} {name}" for name, count in counts.items()) + f", {seconds:.1f} s"


def _show(difference: Difference, recording: Recording, console: Console) -> None:
    console.print(f"{recording.path.name}:{difference.line} is the first line that differs:", style="bold red")
    for offset, text in enumerate(difference.context):
        number = difference.line - len(difference.context) + offset
        console.print(Text(f"  {number:>5}   {text}", "dim"))
    console.print(Text(f"  {difference.line:>5} - {difference.recorded}", "red"))
    console.print(Text(f"        + {difference.replayed or '(nothing)'}", "green"))
    console.print("  - stands in the trace, + is what the machine does now", style="dim")
