"""Where traces are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from config.loader import Config
from controller.app import rules_of
from controller.engines import runtime_folder, state_folder
from controller.ports import Clock
from controller.trace import Trace, header, prune
from controller.trace_ring import RingTrace
from controller.worker import ThreadWorker


@contextmanager
def open_trace(path: Path | None, config: Config, clock: Clock) -> Iterator[Trace]:
    """The trace at `path`, else a new one in the folder that roger.yaml names, else that of a service, else none."""
    path = path or _in_folder(config, clock)
    memory = runtime_folder()
    if path is None and memory and config.roger.history.enabled:  # who wants nothing kept gets no traces either
        ring = RingTrace(
            memory,
            state_folder() / "traces",
            config.roger.trace.keep,
            lambda: header(config, rules_of(config), clock.wall().isoformat()),
            lambda: f"{clock.wall():%Y-%m-%d-%H%M%S}",
            ThreadWorker("trace", clock, lambda event: None),
        )
        with closing(ring):
            yield ring
        return
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
