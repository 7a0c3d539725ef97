"""Writes turns as they end, on a thread of its own: the machine never waits for the disk."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from config.schema import HistorySettings
from controller.errors import Problem, RogerError
from controller.events import Event, PartChanged
from controller.history.record import Collector, Record
from controller.history.store import Store, explained, set_aside
from controller.ports import Cancellation, Clock
from controller.turn import Part, Scene
from controller.worker import Worker
from states.names import IDLE

NAME: Final = "history"
RETRY_S: Final = 30.0
MOST_WAITING: Final = 1_000
"""Turns that are kept in memory while nothing can be written; the oldest go first."""
PRUNE_EVERY: Final = 100


class Keeper:
    """Give `watch` to the assistant, and `close` it after the assistant.

    Args:
        worker: Writes, and posts how that went.
        who: "device", or the name of a session on the web page.
        saved: Told of each turn once it is on the disk.
    """

    def __init__(
        self,
        path: Path,
        settings: HistorySettings,
        worker: Worker,
        clock: Clock,
        who: str = "device",
        saved: Callable[[int], None] = lambda turn: None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._worker = worker
        self._clock = clock
        self._saved = saved
        started = clock.wall()
        self._collector = Collector(f"{started.isoformat()} {who}", who, started)
        self._waiting: deque[Record] = deque(maxlen=MOST_WAITING)
        self._store: Store | None = None
        self._written = 0
        self._status = ""

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        """As `controller.app.Watch`."""
        self._keep(self._collector.watch(event, scene, self._clock.wall()))

    def close(self) -> None:
        """Once what waits is written, or could not be."""
        self._keep(self._collector.rest())
        self._worker.submit(0, IDLE, self._close)
        self._worker.close()

    def _keep(self, records: list[Record]) -> None:
        if records:
            self._waiting.extend(records)
            self._worker.submit(0, IDLE, self._write)

    def _write(self, _: Cancellation) -> Iterator[Event]:
        records = list(self._waiting)
        if not records:
            return
        problem = self._add(records)
        if problem and problem.code == "HIS-02":
            set_aside(self._path, self._clock.wall().strftime("%Y%m%d-%H%M%S"))
            yield PartChanged(part=Part(NAME, "missing", problem=problem))
            self._status, problem = "missing", self._add(records)
        if problem:
            self._clock.call_at(self._clock.now() + RETRY_S, lambda: self._worker.submit(0, IDLE, self._write))
            yield from self._report(Part(NAME, "missing", problem=problem))
            return
        for record in records:
            self._waiting.popleft()
            self._saved(record.turn)
        yield from self._report(Part(NAME, "ready"))
        self._prune(len(records))

    def _add(self, records: list[Record]) -> Problem | None:
        """Why they could not be written; None where they are on the disk."""
        try:
            self._store = self._store or Store(self._path)
            self._store.add(records)
        except (RogerError, sqlite3.Error) as error:
            if self._store:
                self._store.close()
            self._store = None
            return (error if isinstance(error, RogerError) else explained(error, self._path)).problem
        return None

    def _prune(self, written: int) -> None:
        """At the start, and then now and again."""
        often = self._written // PRUNE_EVERY != (self._written + written) // PRUNE_EVERY
        if self._store and (often or not self._written):
            before = self._clock.wall() - timedelta(days=self._settings.keep_days)
            self._store.prune(before.isoformat(), self._settings.keep_turns)
        self._written += written

    def _report(self, part: Part) -> Iterator[Event]:
        """Once each time that it changes; that it works is worth no word at the start."""
        if part.status not in (self._status, "ready" if not self._status else ""):
            yield PartChanged(part=part)
        self._status = part.status

    def _close(self, _: Cancellation) -> list[Event]:
        if self._store:
            self._store.close()
        return []
