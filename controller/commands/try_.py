"""`roger try`: how a recording or a text is understood, and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from config.loader import Config, load
from controller.commands.options import add_command, add_config_option
from controller.commands.tried_facts import facts
from controller.commands.tried_shown import show
from controller.commands.trying import Trial, Tried

EPILOG: Final = """\
examples:
  roger try "could you turn on the kitchen lamp"     a text: understanding alone
  roger try "거실 불 좀 켜 줘"
  roger try --wav tests/audio/demo_lamp.wav          a recording, through the recogniser of roger.yaml
  roger try --wav *.wav --json                       many, for another program
  roger try --wav a.wav --config my-roger            with a configuration of your own

It shows what was heard freely and how surely, the nearest sentence that you can ask with all that speaks for and
against it, what was decided, and what would be done. Nothing is done. Where nothing is understood, it says what is
nearest and what to write into actions.yaml.

exit status: 0 all understood, 1 something was not, 2 an error that is explained on the screen
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "try",
        "explain how a recording or a text is understood",
        "Puts recordings and texts through the real engines, and shows what led to the decision.",
        EPILOG,
    )
    command.add_argument("texts", nargs="*", metavar="TEXT", help="what somebody might say, in quotes")
    command.add_argument("--wav", nargs="+", type=Path, default=[], metavar="FILE", help="recordings")
    command.add_argument(
        "--llm", choices=("off", "local", "remote"), help="in place of understanding.llm of roger.yaml"
    )
    command.add_argument("--json", action="store_true", help="print it as JSON, one list")
    add_config_option(command)
    command.set_defaults(run=run, parser=command)


def run(args: argparse.Namespace) -> int:
    """0 where everything was understood, else 1."""
    if not args.texts and not args.wav:
        args.parser.error("give a TEXT in quotes, or --wav FILE")
    config = load(args.config)
    if args.llm:
        understanding = config.roger.understanding.model_copy(update={"llm": args.llm})
        config = replace(config, roger=config.roger.model_copy(update={"understanding": understanding}))
    console = Console(highlight=False, soft_wrap=True)
    tried = []
    for one in _tried(config, args):
        tried.append(one)
        if not args.json:
            show(one, config, console)
    if args.json:
        print(json.dumps([facts(one) for one in tried], ensure_ascii=False, indent=1))
    return 0 if all(one.decision.action for one in tried) else 1


def _tried(config: Config, args: argparse.Namespace) -> Iterator[Tried]:
    trial = Trial(config)
    yield from map(trial.text, args.texts)
    yield from map(trial.recording, args.wav)
