"""`roger bench commands`: how many of somebody's spoken commands are understood, and how fast."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from config.issues import ConfigError
from config.loader import Config, load
from config.schema import ActionsFile
from config.secret_tags import secrets_of
from config.validation import validate
from config.yaml_reader import read_document
from controller.app import make_classifier, make_recognizer
from controller.audio import read_wav
from controller.bench.noise import mixed
from controller.bench.orders import Label, load_labels, summed_up
from controller.bench.spoken import Spoken, speak
from controller.commands.options import add_command, add_config_option
from controller.errors import RogerError
from controller.ports import Frame

EPILOG: Final = """\
examples:
  roger bench commands --actions my-actions.yaml --clips recordings --labels labels.json
  roger bench commands ... --noise kitchen.wav --snr 6,12,18,24
  roger bench commands ... --unknown other-speech --json

Labels: {"clip.wav": {"intent": "light_on", "slots": {"room": "kitchen"}}}. A clip counts as right where the action and
every slot are. Clips of --unknown must be refused; each that is not is a false accept. Audio is paced as if it were
spoken, and the button is released at its end.
"""
CLEAN: Final = "clean"
SOUNDS: Final = (".wav", ".flac", ".ogg")


def add(subparsers: Any) -> None:
    """Register the command."""
    bench = add_command(subparsers, "bench", "measure on your own recordings", epilog=EPILOG)
    verbs = bench.add_subparsers(metavar="WHAT", required=True)
    command = add_command(
        verbs, "commands", "how many spoken commands are understood, in how much noise, how fast", epilog=EPILOG
    )
    command.add_argument("--actions", type=Path, required=True, metavar="FILE", help="an actions.yaml")
    command.add_argument("--clips", type=Path, required=True, metavar="DIR", help="recordings")
    command.add_argument("--labels", type=Path, required=True, metavar="FILE.json", help="what they ask for")
    command.add_argument("--noise", type=Path, metavar="WAV", help="noise to mix in")
    command.add_argument("--snr", default="", metavar="DB,DB", help="signal-to-noise ratios, such as 6,12,18,24")
    command.add_argument("--unknown", type=Path, metavar="DIR", help="recordings that ask for nothing")
    command.add_argument("--limit", type=int, metavar="N", help="only the first N clips")
    command.add_argument("--model", help="another recogniser than roger.yaml's")
    command.add_argument("--json", action="store_true", help="print JSON")
    add_config_option(command)
    command.set_defaults(run=run, parser=command)


def run(args: argparse.Namespace) -> int:
    """Measure, and print. Raises `RogerError` for what cannot be read."""
    if bool(args.snr) != bool(args.noise):
        args.parser.error("--noise and --snr go together")
    config = _configured(args)
    recognizer, classifier = make_recognizer(config), make_classifier(config)
    conditions = [CLEAN, *filter(None, args.snr.split(","))]
    clips = _clips(args)
    noise = read_wav(args.noise) if args.noise else None
    results: dict[str, dict[str, float | int]] = {}
    with Progress(console=Console(stderr=True), transient=True, disable=args.json) as progress:
        for condition in conditions:
            spoken: list[tuple[Spoken, Label | None]] = []
            for name, samples, label in progress.track(clips, description=condition):
                heard = (
                    samples if noise is None or condition == CLEAN else mixed(samples, noise, float(condition), name)
                )
                spoken.append((speak(heard, recognizer, classifier), label))
            results[condition] = summed_up(spoken)
    recognizer.close()
    _print(config.roger.recognizer.model, results, args.json)
    return 0


def _print(model: str, results: dict[str, dict[str, float | int]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"model": model, "conditions": results}, indent=2))
        return
    table = Table("", *results, title=f"{model}: spoken commands", title_justify="left", box=None)
    for name in next(iter(results.values())):
        table.add_row(name, *(f"{figures[name]:g}" for figures in results.values()))
    Console().print(table)


def _configured(args: argparse.Namespace) -> Config:
    config = load(args.config)
    content = args.actions.read_bytes() if args.actions.is_file() else None
    if content is None:
        raise RogerError("CFG-01", f"{args.actions} cannot be read: there is no such file")
    document, issues = read_document(args.actions, content, secrets_of(args.actions.parent))
    actions, found = validate(ActionsFile, document) if document.readable else (None, [])
    if actions is None or issues or found:
        raise ConfigError([*issues, *found])
    recognizer = config.roger.recognizer
    if args.model:
        recognizer = recognizer.model_copy(update={"model": args.model})
    return replace(config, actions=actions, roger=config.roger.model_copy(update={"recognizer": recognizer}))


def _clips(args: argparse.Namespace) -> list[tuple[str, Frame, Label | None]]:
    labels = load_labels(args.labels)
    known = [(name, read_wav(args.clips / name), label) for name, label in sorted(labels.items())][: args.limit]
    return [*known, *((name, samples, None) for name, samples in _unknown(args.unknown))]


def _unknown(folder: Path | None) -> Iterator[tuple[str, Frame]]:
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix in SOUNDS:
            yield path.name, read_wav(path)
