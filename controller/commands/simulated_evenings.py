"""`roger simulate TRACE --latencies TRACE...`: the same evening again, with engines as fast as another device's."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.loader import load
from controller.app import Watch, rules_of
from controller.engines import make_classifier
from controller.simulator.dice import Dice
from controller.simulator.evening import script_of
from controller.simulator.latencies import USUAL, measured
from controller.simulator.play import Stage, changed, play
from controller.simulator.recording import Recording, parse, read
from controller.simulator.stages import TurnStages, percentile, stages
from controller.simulator.timeline import Timeline
from controller.trace import Trace, header

SEED = 0
"""The same question gets the same answer."""
WORDS: Final = {
    "held": "the button was held",
    "transcribe": "release to transcript",
    "classify": "transcript to decision",
    "act": "decision to the end of the action",
    "first_token": "question to the first word of the answer",
    "ask": "question to the end of the answer",
    "decided": "release to decision",
    "total": "release to what is shown",
}


def run(args: argparse.Namespace) -> int:
    """0 where every turn ends as it did, else 1."""
    console = Console(highlight=False, soft_wrap=True)
    config = load(args.config)
    known = [turn for path in args.latencies or () for turn in stages(read(path))]
    same = True
    for path in (path for path in args.scenarios if path.suffix == ".jsonl"):
        latencies = measured(known, Dice(SEED)) if known else USUAL
        stage = Stage(config, latencies, make_classifier(config))
        watchers = [Timeline(console).watch] if args.events else []
        recording = read(path)
        again = _again(recording, stage, watchers, args.trace)
        same = _compare(recording, again, len(known), console) and same
    return 0 if same else 1


def _again(recording: Recording, stage: Stage, watchers: Sequence[Watch], keep: Path | None) -> Recording:
    script = script_of(recording)
    config = changed(stage.config, script.scenario.config)
    stream = io.StringIO()
    trace = Trace(stream)
    trace.write(header(config, rules_of(config), str(recording.header["started"]), SEED, "simulated"))
    play(script, stage, trace, watchers)
    if keep:
        keep.write_text(stream.getvalue(), encoding="utf-8")
    return parse(Path(f"{recording.path.name} again"), stream.getvalue())


def _compare(recording: Recording, again: Recording, known: int, console: Console) -> bool:
    before, after = stages(recording), stages(again)
    source = f"latencies of {known} recorded turns" if known else "the usual latencies"
    console.print(f"{recording.path}: {len(before)} turns, played again with {source}", markup=False)
    console.print(_table(before, after))
    endings = [(turn.turn_id, _ending(turn), _ending(other)) for turn, other in zip(before, after, strict=False)]
    other = [ending for ending in endings if ending[1] != ending[2]]
    for turn_id, was, now in other:
        console.print(Text(f"turn {turn_id}: {was}, now {now}", "red"))
    if len(before) != len(after):
        console.print(Text(f"there were {len(before)} turns, now {len(after)}", "red"))
    if not other and len(before) == len(after):
        console.print("every turn ends as it did", style="green")
    return not other and len(before) == len(after)


def _table(before: Sequence[TurnStages], after: Sequence[TurnStages]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("seconds", "n", "was p50", "p95", "n", "now p50", "p95"):
        table.add_column(heading, justify="left" if heading == "seconds" else "right")
    for name, words in WORDS.items():
        cells = [cell for turns in (before, after) for cell in _cells([getattr(turn, f"{name}_s") for turn in turns])]
        table.add_row(words, *cells)
    return table


def _cells(values: Sequence[float | None]) -> list[str]:
    there = [value for value in values if value is not None]
    if not there:
        return ["0", "-", "-"]
    return [str(len(there)), f"{percentile(there, 50):.3f}", f"{percentile(there, 95):.3f}"]


def _ending(turn: TurnStages) -> str:
    if turn.problem:
        return f"failed with {turn.problem}"
    return turn.action or turn.outcome.replace("_", " ") or "interrupted"
