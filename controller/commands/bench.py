"""`roger bench commands`: how many of somebody's spoken commands are understood, and how fast."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from config.issues import ConfigError
from config.loader import Config, load
from config.schema import ActionsFile
from config.secret_tags import secrets_of
from config.validation import validate
from config.yaml_reader import read_document
from controller.audio import read_wav
from controller.bench.fuzzy import repaired
from controller.bench.noise import mixed
from controller.bench.orders import Heard, Label, load_labels, repaired_too, summed_up
from controller.bench.spoken import speak
from controller.commands import bench_article, bench_intents
from controller.commands.options import add_command, add_config_option
from controller.engines import make_classifier, make_recognizer
from controller.errors import RogerError
from controller.ports import Classifier, Frame
from controller.turn import Decision, Transcript
from models.intent.compiled import grammars_of

EPILOG: Final = """\
examples:
  roger bench commands --actions my-actions.yaml --clips recordings --labels labels.json
  roger bench commands ... --noise kitchen.wav --snr 6,12,18,24
  roger bench commands ... --unknown other-speech --json

Labels: {"clip.wav": {"intent": "light_on", "slots": {"room": "kitchen"}}}. A clip counts as right where the action and
every slot are. Clips of --unknown must be refused; each that is not is a false accept; folders in it are kinds. Audio
is paced as if it were spoken, and the button is released at its end.

Beside what Roger decides: free_right is what the words alone are taken for, fuzzy_right what they are after a repair to
the nearest sentence. rss_mb is the highest of this process so far.
"""
CLEAN: Final = "clean"
SOUNDS: Final = (".wav", ".flac", ".ogg")


def add(subparsers: Any) -> None:
    """Register the command."""
    bench = add_command(subparsers, "bench", "measure on your own recordings", epilog=EPILOG)
    verbs = bench.add_subparsers(metavar="WHAT", required=True)
    bench_intents.add(verbs)
    bench_article.add(verbs)
    command = add_command(
        verbs, "commands", "how many spoken commands are understood, in how much noise, how fast", epilog=EPILOG
    )
    command.add_argument("--actions", type=Path, required=True, metavar="FILE", help="an actions.yaml")
    command.add_argument("--clips", type=Path, metavar="DIR", help="recordings")
    command.add_argument("--labels", type=Path, metavar="FILE.json", help="what they ask for")
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
    if bool(args.clips) != bool(args.labels) or not (args.clips or args.unknown):
        args.parser.error("give --clips with --labels, or --unknown, or all three")
    config = configured(args.config, args.actions, args.model)
    clips = [*_labelled(args), *_unknown(args.unknown)]
    recognizer, classifier = make_recognizer(config), make_classifier(config)
    noise = read_wav(args.noise) if args.noise else None
    heard: dict[str, list[Heard]] = {}
    results: dict[str, dict[str, Any]] = {}
    with Progress(console=Console(stderr=True), transient=True, disable=args.json) as progress:
        for condition in [CLEAN, *filter(None, args.snr.split(","))]:
            heard[condition] = [
                Heard(speak(_samples(clip, condition, noise), recognizer, classifier), clip.label, clip.kind)
                for clip in progress.track(clips, description=condition)
            ]
            results[condition] = summed_up(heard[condition])
        for condition in progress.track(heard, description="repairing"):  # last, as it needs memory of its own
            results[condition] |= repaired_too(heard[condition], partial(_repaired, config, classifier))
    recognizer.close()
    _print(config.roger.recognizer.model, results, args.json)
    return 0


def _samples(clip: _Clip, condition: str, noise: Frame | None) -> Frame:
    """Read when it is needed: hundreds of recordings in memory would be counted as the recogniser's."""
    samples = read_wav(clip.path)
    return samples if noise is None or condition == CLEAN else mixed(samples, noise, float(condition), clip.path.name)


def _repaired(config: Config, classifier: Classifier, transcript: Transcript) -> Decision:
    sentence = repaired(grammars_of(config.actions)[transcript.language], transcript.text)
    return classifier.classify(Transcript(sentence, transcript.language))


def _print(model: str, results: dict[str, dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"model": model, "conditions": results}, indent=2))
        return
    table = Table("", *results, title=f"{model}: spoken commands", title_justify="left", box=None)
    for name in next(iter(results.values())):
        table.add_row(name, *(_shown(figures[name]) for figures in results.values()))
    Console().print(table)


def _shown(figure: Any) -> str:
    if isinstance(figure, dict):
        return "\n".join(f"{kind} {count}" for kind, count in figure.items())
    return f"{figure:g}"


def configured(folder: Path, actions_file: Path, model: str | None) -> Config:
    """The configuration of `folder` with other actions, and another recogniser if one is named.

    Raises:
        ConfigError: What is wrong in either; CFG-01 where the actions cannot be read.
    """
    config = load(folder)
    content = actions_file.read_bytes() if actions_file.is_file() else None
    if content is None:
        raise RogerError("CFG-01", f"{actions_file} cannot be read: there is no such file")
    document, issues = read_document(actions_file, content, secrets_of(actions_file.parent))
    actions, found = validate(ActionsFile, document) if document.readable else (None, [])
    if actions is None or issues or found:
        raise ConfigError([*issues, *found])
    recognizer = config.roger.recognizer
    if model:
        recognizer = recognizer.model_copy(update={"model": model})
    return replace(config, actions=actions, roger=config.roger.model_copy(update={"recognizer": recognizer}))


class _Clip(NamedTuple):
    path: Path
    label: Label | None
    kind: str


def _labelled(args: argparse.Namespace) -> list[_Clip]:
    if not args.labels:
        return []
    labels = sorted(load_labels(args.labels).items())[: args.limit]
    clips = [_Clip(args.clips / name, label, "") for name, label in labels]
    missing = next((clip.path for clip in clips if not clip.path.is_file()), None)
    if missing:
        raise RogerError("ASR-01", f"{missing}: there is no such file", f"{args.labels} names it; check --clips")
    return clips


def _unknown(folder: Path | None) -> list[_Clip]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SOUNDS) if folder else []
    return [_Clip(path, None, path.parent.relative_to(folder).as_posix()) for path in paths if folder]
