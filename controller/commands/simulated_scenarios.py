"""`roger simulate SCENARIO...`: plays scenarios, and says what held and what did not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from config.loader import Config, load
from controller.app import Watch
from controller.clock import VirtualClock, stopwatch
from controller.commands.tracing import open_trace
from controller.engines import make_classifier
from controller.errors import RogerError
from controller.simulator.play import Played, Stage, changed, play
from controller.simulator.scenario import Script, load_script
from controller.simulator.timeline import Timeline


def run(args: argparse.Namespace) -> int:
    """0 where every scenario held, else 1. All files are read before the first is played."""
    console = Console(highlight=False, soft_wrap=True)
    scripts = [load_script(path) for path in _files(args.scenarios)]
    config = load(args.config)
    stage = Stage(config, classifier=make_classifier(config))
    elapsed = stopwatch()
    played = [_play(script, stage, args, console) for script in scripts]
    if len(played) > 1:
        failed = sum(bool(one.mismatches) for one in played)
        virtual_s = sum(one.lasted_s for one in played)
        text = f"{len(played) - failed} held, {failed} did not; {virtual_s:.0f} s of device time in {elapsed():.1f} s"
        console.print(text, style="bold red" if failed else "bold green")
    return 1 if any(one.mismatches for one in played) else 0


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.yaml"))
        if not found:
            raise RogerError("CFG-01", f"{path} holds no scenario", "a scenario is a file that ends with .yaml")
        yield from found


def _play(script: Script, stage: Stage, args: argparse.Namespace, console: Console) -> Played:
    timeline = Timeline(console)
    watchers = [timeline.watch] if args.events else []
    if args.events:
        console.print(Text(f"\n{script.name}", "bold"), Text(script.scenario.title, "dim"))
    played = _traced(script, stage, args.trace, watchers) if args.trace else play(script, stage, watchers=watchers)
    _show(played, console)
    return played


def _traced(script: Script, stage: Stage, path: Path, watchers: Sequence[Watch]) -> Played:
    config: Config = changed(stage.config, script.scenario.config)
    with open_trace(path, config, VirtualClock()) as trace:
        return play(script, stage, trace, watchers)


def _show(played: Played, console: Console) -> None:
    held = not played.mismatches
    mark = Text("held   " if held else "FAILED ", "green" if held else "bold red")
    console.print(mark, Text(played.script.name, "bold"), Text(f" {played.script.scenario.title}"), sep="")
    for mismatch in played.mismatches:
        place = f"line {mismatch.line}, " if mismatch.line else ""
        console.print(Text(f"       {place}at {mismatch.at:.2f} s: {mismatch.what}", "red"))
