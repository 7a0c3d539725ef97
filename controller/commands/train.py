"""`roger train`: learn the actions now, and say what came of it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.loader import Config, load
from controller.clock import stopwatch
from controller.commands.options import add_command, add_config_option
from controller.engines import make_meaning
from controller.errors import RogerError
from models.intent.examples import phrases_of
from models.intent.learning import Bar

EPILOG: Final = """\
examples:
  roger train                        the configuration that comes with Roger
  roger train --config ~/my-roger    your own

Roger does this by itself where actions.yaml is new, when `roger run`, `roger try` or `roger simulate --wav` starts.
What was learnt is kept in ~/.cache/roger until a phrase changes; for more than 3,000 phrases it takes minutes.
docs/understanding.md says what is learnt, and what the bar is.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(subparsers, "train", "learn other wordings for the actions, now", epilog=EPILOG)
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Learn, and print. Raises `RogerError` CFG-xx, MDL-xx."""
    config = load(args.config)
    console = Console(highlight=False, soft_wrap=True)
    elapsed = stopwatch()
    with console.status("learning") as status:

        def given_up() -> bool:
            status.update(f"learning, {elapsed():.0f} s")
            return False

        meaning = make_meaning(config, given_up)
    if meaning is None:
        name = config.roger.understanding.model
        raise RogerError("MDL-02", f"{name} is not installed, or switched off", f"run: roger models fetch {name}")
    console.print(_summary(config, elapsed()))
    console.print(_bars(meaning.bars))
    return 0


def _summary(config: Config, took_s: float) -> str:
    phrases = phrases_of(config.actions)
    return f"{len(config.actions.actions)} actions with {phrases} phrases, ready in {took_s:.1f} s"


def _bars(bars: Mapping[str, Bar]) -> Table:
    """What an answer has to reach, by language."""
    table = Table("language", "score needed", "lead needed", box=None)
    for language, bar in sorted(bars.items()):
        table.add_row(language, f"{bar.score:+.1f}", f"{bar.lead:.1f}")
    return table
