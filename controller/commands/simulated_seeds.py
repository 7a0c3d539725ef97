"""`roger simulate --seeds N`: random people and random faults, and what fails made small enough to be read."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from config.loader import load
from controller.clock import stopwatch
from controller.engines import make_classifier
from controller.simulator.play import Stage
from controller.simulator.random_users import script_of
from controller.simulator.seeds import Failure, StillView, failures, shrunk
from controller.simulator.writing import save

BATCH: Final = 20
SHOWN: Final = 20
"""Failing seeds that are made small; the others are only named."""


def run(args: argparse.Namespace) -> int:
    """0 where every seed held, else 1."""
    console = Console(highlight=False, soft_wrap=True)
    load(args.config)
    seeds = range(args.first, args.first + args.seeds)
    elapsed = stopwatch()
    found = 0
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("seeds", total=len(seeds))
        for done, failed in _played(seeds, args.config):
            for failure in failed:
                found += 1
                _tell(failure, found, args, progress.console)
            progress.advance(task, done)
    text = f"{len(seeds) - found} seeds held, {found} did not, in {elapsed():.1f} s"
    console.print(text, style="bold red" if found else "bold green")
    return 1 if found else 0


def _played(seeds: Sequence[int], folder: Path) -> Iterator[tuple[int, Sequence[Failure]]]:
    """(how many were played, which of them failed), batch by batch, on all cores."""
    cores = os.cpu_count() or 1
    if len(seeds) <= BATCH or cores == 1:
        yield len(seeds), list(failures(seeds, _stage(folder)))
        return
    batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        for batch, failed in zip(batches, pool.map(_play, batches, [folder] * len(batches)), strict=True):
            yield len(batch), failed


def _play(seeds: Sequence[int], folder: Path) -> list[Failure]:
    return list(failures(seeds, _stage(folder)))


@cache
def _stage(folder: Path) -> Stage:
    """Made once in each process."""
    logging.getLogger("controller").setLevel(logging.CRITICAL)  # what breaks is counted, not logged
    config = load(folder)
    return Stage(config, classifier=make_classifier(config), on_screen=StillView)


def _tell(failure: Failure, number: int, args: argparse.Namespace, console: Console) -> None:
    """One line a seed that says how to see it again; the first ones are also made small."""
    again = f"roger simulate --seeds 1 --first {failure.seed}"
    console.print(f"seed {failure.seed}: {failure.what}; again with: {again}", style="red", markup=False)
    if number > SHOWN:
        return
    small = shrunk(failure, _stage(args.config))
    path = args.save / f"seed-{failure.seed}.yaml"
    comment = f"Seed {failure.seed}: {failure.what}"
    save(small.scenario, path, comment)
    steps = f"{len(script_of(failure.seed).scenario.timeline)} steps to {len(small.scenario.timeline)}"
    console.print(f"  from {steps}: roger simulate {path} --events", markup=False)
