"""`roger bench article`: twelve phrases, by every installed language model and by Roger's own stages."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.loader import load
from controller.bench.article import PUBLISHED, Outcome, actions, asked, by_model, by_stage
from controller.commands.options import add_command, add_config_option
from controller.engines import make_stages, make_understanding
from controller.errors import RogerError
from models.store.catalog import catalogue
from models.store.installed import installed

EPILOG: Final = """\
examples:
  roger bench article
  roger bench article --model ~/qwen2.5-0.5b-instruct-q4_k_m.gguf --json

Models: those of the catalogue that are installed, and any --model. None of the phrases stands in the actions that the
stages learn from. The last lines are what the article says of a Raspberry Pi 4.
"""


def add(verbs: Any) -> None:
    """Register the command."""
    command = add_command(verbs, "article", "twelve phrases for a light, by every method", epilog=EPILOG)
    command.add_argument("--model", type=Path, action="append", default=[], metavar="FILE.gguf", help="one more model")
    command.add_argument("--threads", type=int, default=2, help="of a language model (2)")
    command.add_argument("--json", action="store_true", help="print JSON")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, and print. Raises `RogerError` MDL-xx."""
    console = Console(stderr=args.json, highlight=False)
    outcomes = []
    for outcome in _outcomes(args, console):
        console.print(f"{outcome.method}: {outcome.right} of {outcome.of}", style="dim")
        outcomes.append(outcome)
    if args.json:
        print(json.dumps([asdict(outcome) for outcome in outcomes], indent=1))
    else:
        Console().print(_table(outcomes))
    return 0


def _outcomes(args: argparse.Namespace, console: Console) -> Iterator[Outcome]:
    config = replace(load(args.config), actions=actions())
    stages = make_stages(config)
    if "meaning" in stages:
        yield asked("Roger, without rules", by_stage(stages["meaning"]))
    yield asked("Roger, all stages", by_stage(make_understanding(config)))
    for path in [*_models(), *args.model]:
        try:
            for method, decide in by_model(path, args.threads):
                yield asked(f"{path.stem}, {method}", decide)
        except (RogerError, ImportError) as error:
            console.print(f"{path.stem}: {error}", style="yellow")


def _models() -> Iterator[Path]:
    for name, entry in catalogue().items():
        folder = installed(name)
        if folder and entry.kind == "llm":
            yield from sorted(folder.glob("*.gguf"))


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("", "right", "ms a phrase", box=None)
    for outcome in outcomes:
        share = f"{outcome.right} of {outcome.of} ({100 * outcome.right / outcome.of:.0f} %)"
        table.add_row(outcome.method, share, f"{1000 * outcome.median_s:.0f}")
    for model, (right, seconds) in PUBLISHED.items():
        table.add_row(f"{model}, in the article, on a Pi 4", f"{100 * right:.0f} %", f"{1000 * seconds:.0f}")
    return table
