"""Where traces are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.loader import Config
from controller.app import rules_of
from controller.ports import Clock
from controller.trace import Trace, header, prune


@contextmanager
def open_trace(path: Path | None, config: Config, clock: Clock) -> Iterator[Trace]:
    """The trace at `path`, else a new one in the folder that roger.yaml names, else none."""
    path = path or _in_folder(config, clock)
    if path is None:
        yield Trace(None)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        trace = Trace(stream, path)
        trace.write(header(config, rules_of(config), clock.wall().isoformat()))
        yield trace


def _in_folder(config: Config, clock: Clock) -> Path | None:
    settings = config.roger.trace
    if not settings.folder:
        return None
    folder = config.folder / settings.folder
    prune(folder, settings.keep - 1)
    return folder / f"{clock.wall():%Y-%m-%d-%H%M%S}.jsonl"
