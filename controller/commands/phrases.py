"""`roger phrases`: what Roger understands, counted and by example."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import reduce
from typing import Any, Final

from rich.console import Console

from config.loader import load
from config.schema import ActionsFile
from controller.clock import stopwatch
from controller.commands.options import add_command, add_config_option
from controller.commands.phrases_shown import (
    Listed,
    Sum,
    facts_of_listing,
    facts_of_sample,
    facts_of_sum,
    show_listing,
    show_samples,
    show_sums,
)
from controller.errors import RogerError
from controller.simulator.dice import Dice
from models.intent.compiled import LANGUAGES
from models.intent.counting import Count
from models.intent.samples import Sample, Sampler, Scope

EPILOG: Final = """\
examples:
  roger phrases                              every action: its phrases, how many sentences they make, one of them
  roger phrases --action timer               one action
  roger phrases --sample 20                  twenty sentences that Roger understands, and what they mean to it
  roger phrases --sample 20 --seed 7 --language ko
  roger phrases --count                      the sums
  roger phrases --json --config my-roger     for another program

Sentences are counted as they are said: "50%" and "fifty percent" are two. "With politeness" counts what Roger allows
around every phrase as well ("hey Roger, could you please ...", 좀, particles). The same seed draws the same sentences.
"""


WIDE: Final = 500
"""Columns where nobody looks: what is read by another program is not folded."""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "phrases",
        "show what Roger understands: counts and examples",
        "Goes through the compiled phrases of actions.yaml: how many sentences they make, and what some of them mean.",
        EPILOG,
    )
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--count", action="store_true", help="only the sums")
    shown.add_argument("--sample", type=_number, metavar="N", help="N sentences at random, and what they mean")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="another seed draws others (default: 0)")
    command.add_argument("--action", metavar="NAME", help="only this action of actions.yaml")
    command.add_argument("--language", choices=LANGUAGES, help="only this language")
    command.add_argument("--json", action="store_true", help="print it as JSON")
    add_config_option(command)
    command.set_defaults(run=run)


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def run(args: argparse.Namespace) -> int:
    """0; raises `RogerError` CFG-xx where the configuration is broken or has no such action."""
    actions = load(args.config).actions
    if args.action and args.action not in actions.actions:
        raise _no_action(args.action, actions)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    elapsed = stopwatch()
    sampler = Sampler(actions)
    scopes = _scopes(sampler, args)
    compiled_s = elapsed()
    if args.sample:
        samples = list(_drawn(sampler, scopes, args.sample, Dice(args.seed)))
        _print_json([*map(facts_of_sample, samples)]) if args.json else show_samples(samples, console)
    elif args.count:
        sums = _sums(scopes)
        _print_json([*map(facts_of_sum, sums)]) if args.json else show_sums(sums, compiled_s, console)
    else:
        listed = _listed(actions, sampler, scopes, args)
        _print_json(facts_of_listing(listed)) if args.json else show_listing(listed, console)
    return 0


def _no_action(name: str, actions: ActionsFile) -> RogerError:
    near = get_close_matches(name, actions.actions, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`roger phrases` lists them all"
    return RogerError("CFG-10", f'there is no action "{name}"', hint)


def _scopes(sampler: Sampler, args: argparse.Namespace) -> list[Scope]:
    languages = (args.language,) if args.language else LANGUAGES
    return [scope for scope in sampler.scopes(languages) if args.action in (None, scope.action)]


def _drawn(sampler: Sampler, scopes: Sequence[Scope], wanted: int, dice: Dice) -> Iterator[Sample]:
    """At random over the actions, then over their languages. What other actions take is not drawn again."""
    languages: dict[str, list[str]] = {}
    for scope in scopes:
        if scope.count.plain:
            languages.setdefault(scope.action, []).append(scope.language)
    while wanted and languages:
        action = dice.among(list(languages))
        language = dice.among(languages[action])
        sample = sampler.draw(action, language, lambda n: dice.number(0, n - 1))
        if sample:
            wanted -= 1
            yield sample
            continue
        languages[action].remove(language)
        languages = {action: left for action, left in languages.items() if left}


def _sums(scopes: Sequence[Scope]) -> list[Sum]:
    by_language = {
        language: [scope for scope in scopes if scope.language == language]
        for language in dict.fromkeys(scope.language for scope in scopes)
    }
    return [
        Sum(language, len(own), sum(scope.phrases for scope in own), reduce(Count.plus, (scope.count for scope in own)))
        for language, own in by_language.items()
    ]


def _listed(actions: ActionsFile, sampler: Sampler, scopes: Sequence[Scope], args: argparse.Namespace) -> Listed:
    names = (args.action,) if args.action else actions.actions
    patterns = {name: actions.actions[name].patterns for name in names if actions.actions[name].patterns}
    return Listed(scopes, [_example(sampler, scope, args.seed) for scope in scopes], patterns)


def _example(sampler: Sampler, scope: Scope, seed: int) -> str:
    """A plain sentence, the same for a seed whatever else is listed."""
    dice = Dice(seed)
    sample = sampler.draw(scope.action, scope.language, lambda n: dice.number(0, n - 1), polite=False)
    return sample.text if sample else ""


def _print_json(facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False, indent=1))
