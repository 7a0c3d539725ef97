"""`roger bench intents`: how many sentences are understood, stage by stage."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.loader import Config, load
from controller.bench.intents import load_sentences, measured
from controller.commands.options import add_command, add_config_option
from controller.engines import make_classifier, make_stages, make_understanding
from controller.errors import RogerError
from models.intent.answering import Stage

STAGES: Final = ("rules", "meaning", "cascade")
EPILOG: Final = """\
examples:
  roger bench intents --data sentences.json
  roger bench intents --data sentences.json --stage cascade --json

Data: {"train": {"light_on": ["turn it on"]}, "dev": {"light_on": ["light please"]}, "unknown": ["who are you"]}; "test"
may stand in place of "dev". The train sentences become phrases of actions; nothing is learnt from the others.

right, wrong and refused are of the sentences that ask for something (in_domain), false_accepts of those that do not.
"""


def add(verbs: Any) -> None:
    """Register the command."""
    command = add_command(verbs, "intents", "how many sentences are understood as what they ask for", epilog=EPILOG)
    command.add_argument("--data", type=Path, required=True, metavar="FILE.json", help="sentences")
    command.add_argument("--stage", choices=STAGES, action="append", help="default: each by itself")
    command.add_argument(
        "--json", action="store_true", help="print JSON: the figures of all together, and below stages those of each"
    )
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, and print. Raises `RogerError` for what cannot be read or is not installed."""
    sentences = load_sentences(args.data)
    config = replace(load(args.config), actions=sentences.actions)
    stages = args.stage or list(STAGES)
    results = {stage: measured(sentences, _classifier(stage, config)) for stage in stages}
    if args.json:
        print(json.dumps(_object(results), indent=1))
    else:
        Console().print(_table(args.data, results))
    return 0


def _object(results: dict[str, dict[str, float]]) -> dict[str, object]:
    """The figures of all together, or of the last stage that was asked for; of several, those of each, too."""
    last = list(results.values())[-1]
    return {**last, "stages": results} if len(results) > 1 else dict(last)


def _classifier(stage: str, config: Config) -> Stage:
    if stage == "rules":
        return make_classifier(config)
    if stage == "cascade":
        return make_understanding(config)
    stages = make_stages(config)
    if stage not in stages:
        name = config.roger.understanding.model
        raise RogerError("MDL-02", f"{name} is not installed, or switched off", f"run: roger models fetch {name}")
    return stages[stage]


def _table(path: Path, results: dict[str, dict[str, float]]) -> Table:
    table = Table("", *results, title=path.name, title_justify="left", box=None)
    for row in _rows(results):
        table.add_row(*row)
    return table


def _rows(results: dict[str, dict[str, float]]) -> Iterator[list[str]]:
    shares = {"right": "in_domain", "wrong": "in_domain", "refused": "in_domain", "false_accepts": "unknown"}
    for name, of in shares.items():
        yield [name, *(f"{one[name]:g} of {one[of]:g} ({_percent(one[name], one[of])})" for one in results.values())]
    for name in ("ms_median", "ms_p95"):
        yield [name, *(f"{one[name]:.2f}" for one in results.values())]


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
