"""Run to completion: one thread takes one event at a time, in the order in which they came."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Protocol

from controller.clock import Callback, SystemClock, VirtualClock
from controller.events import Event


class Loop(Protocol):
    """Brings events and due timers to the machine's thread."""

    def post(self, event: Event) -> None:
        """Queue an event; from any thread."""

    def run(self, finished: Callable[[], bool]) -> None:
        """Handle what comes until `finished()`, asked after each event and timer, or `stop`."""

    def stop(self) -> None:
        """Make `run` return; from any thread."""


class SystemLoop:
    """Waits in real time and costs nothing while nothing happens."""

    def __init__(self, clock: SystemClock, handle: Callable[[Event], object]) -> None:
        self._clock = clock
        self._handle = handle
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._stopped = False
        clock.on_earlier = lambda: self._queue.put(None)

    def post(self, event: Event) -> None:
        self._queue.put(event)

    def stop(self) -> None:
        self._stopped = True
        self._queue.put(None)

    def run(self, finished: Callable[[], bool] = lambda: False) -> None:
        while not self._stopped and not finished():
            callback = self._clock.pop_due(self._clock.now())
            if callback:
                callback()
            else:
                self._take_one()

    def _take_one(self) -> None:
        due = self._clock.next_due()
        try:
            event = self._queue.get(timeout=None if due is None else max(0.0, due - self._clock.now()))
        except queue.Empty:
            return
        if event is not None:
            self._handle(event)


class VirtualLoop:
    """Jumps from one due timer to the next; ends when nothing is left that could happen."""

    def __init__(self, clock: VirtualClock, handle: Callable[[Event], object]) -> None:
        self._clock = clock
        self._handle = handle
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stopped = False

    def post(self, event: Event) -> None:
        self._queue.put(event)

    def stop(self) -> None:
        self._stopped = True

    def run(self, finished: Callable[[], bool] = lambda: False) -> None:
        while not self._stopped and not finished():
            if not self._queue.empty():
                self._handle(self._queue.get())
                continue
            callback = self._next_callback()
            if callback is None:
                return
            callback()

    def _next_callback(self) -> Callback | None:
        due = self._clock.next_due()
        if due is None:
            return None
        self._clock.advance_to(due)
        return self._clock.pop_due(due)
