"""`roger models`: what there is, what is installed, and getting it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.loader import Config, ConfigError, load
from controller.commands.options import add_command, add_config_option
from controller.errors import Problem
from models.store.catalog import Model, catalogue
from models.store.fetch import fetch, installed, verify

EPILOG: Final = """\
examples:
  roger models list                       names, languages, licences, sizes; what is installed
  roger models fetch                      those that roger.yaml names, for hearing and understanding
  roger models fetch whisper-base         English and Korean
  roger models verify                     are the files what they were when they were installed?

Models lie in models/weights, or in the folder that the environment variable ROGER_MODELS names. To use one, write its
name, or any folder with a model of your own, into roger.yaml under recognizer: model. To remove one, delete its folder.
"""

FETCH_EPILOG: Final = """\
A download that was interrupted goes on where it stopped. Nothing is visible before it is complete and checked.
Packages are found by pip, so its index, proxy and certificates are used.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers, "models", "list, get and check the models that hear and understand", epilog=EPILOG
    )
    verbs = command.add_subparsers(title="what to do", metavar="VERB", required=True)
    listing = add_command(verbs, "list", "all models, and which are installed")
    listing.add_argument("--json", action="store_true", help="for programs: one JSON list")
    listing.set_defaults(run=run, verb=_list)
    fetching = add_command(verbs, "fetch", "download, convert and install models", epilog=FETCH_EPILOG)
    names = "as `roger models list` shows it; default: those that roger.yaml names"
    fetching.add_argument("names", nargs="*", metavar="NAME", help=names)
    fetching.add_argument("--unpinned", action="store_true", help="accept weights whose checksum is not known")
    fetching.set_defaults(run=run, verb=_fetch)
    checking = add_command(verbs, "verify", "compare installed files with their checksums")
    checking.add_argument("names", nargs="*", metavar="NAME", help="default: all that are installed, and roger.yaml's")
    checking.set_defaults(run=run, verb=_verify)
    for verb in (listing, fetching, checking):
        add_config_option(verb)


def run(args: argparse.Namespace) -> int:
    """0 where all is well, 2 where `verify` found problems. Raises `RogerError` MDL-xx."""
    return int(args.verb(args))


def _list(args: argparse.Namespace) -> int:
    if args.json:
        print(json.dumps([_facts(model) for model in catalogue().values()], indent=2))
    else:
        _table(Console(), _in_use(args))
    return 0


def _configured(args: argparse.Namespace) -> str:
    """The model that roger.yaml names; empty where it cannot be read: `roger check` says why."""
    try:
        return load(args.config).roger.recognizer.model
    except ConfigError:
        return ""


def _in_use(args: argparse.Namespace) -> list[str]:
    """All models that roger.yaml names; none where it cannot be read."""
    try:
        return _named(load(args.config))
    except ConfigError:
        return []


def _named(config: Config) -> list[str]:
    settings = config.roger
    meaning = settings.understanding
    understanding = [meaning.model, meaning.english_model] if meaning.meaning else []
    return [settings.recognizer.model, *filter(None, understanding)]


def _facts(model: Model) -> dict[str, object]:
    folder = installed(model.name)
    facts = model.model_dump(
        include={"name", "about", "kind", "engine", "languages", "licence", "download_bytes", "installed_bytes"}
    )
    tested = any(source.tested for source in model.sources)
    return facts | {"pinned": model.pinned, "tested": tested, "installed": str(folder) if folder else None}


def _table(console: Console, in_use: Sequence[str]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "engine", "languages", "licence"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "name")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("installed?")
    for model in catalogue().values():
        languages = ", ".join(model.languages)
        size = f"{model.installed_bytes / 1e6:.0f} MB"
        state = _state(model) + (", in use" if model.name in in_use else "")
        table.add_row(model.name, model.engine, languages, model.licence, size, state)
    console.print(table)


def _state(model: Model) -> str:
    if installed(model.name):
        return "yes"
    return "no" if model.pinned else "no, not pinned"


def _fetch(args: argparse.Namespace) -> int:
    for name in args.names or _named(load(args.config)):
        fetch(name, console=Console(), unpinned=args.unpinned)
    return 0


def _verify(args: argparse.Namespace) -> int:
    console = Console()
    names = args.names or sorted({name for name in catalogue() if installed(name)} | {_configured(args)} - {""})
    return max((_report(console, name, verify(name)) for name in names), default=0)


def _report(console: Console, name: str, problems: list[Problem]) -> int:
    if not problems:
        console.print(f"{name}: intact", highlight=False)
    for problem in problems:
        console.print(f"{problem.code} {problem.message}; {problem.hint}", highlight=False, soft_wrap=True)
    return 2 if problems else 0
