"""The only module that reads time. Real time on the device, virtual time everywhere else; the machine cannot tell."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from controller.ports import Clock

Callback = Callable[[], None]


def stopwatch() -> Callable[[], float]:
    """Start measuring; each call of the result gives the seconds since."""
    started = time.perf_counter()
    return lambda: time.perf_counter() - started


def stopwatch_of(clock: Clock) -> Callable[[], float]:
    """As `stopwatch`, in the time of `clock`."""
    started = clock.now()
    return lambda: clock.now() - started


def cpu_stopwatch() -> Callable[[], float]:
    """As `stopwatch`, in seconds of CPU time of the whole process."""
    started = time.process_time()
    return lambda: time.process_time() - started


class _Timers:
    """Callbacks by the time they are due; those due at the same time keep their order. Safe from every thread."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callback]] = []
        self._order = itertools.count()
        self._lock = threading.Lock()
        self.on_earlier: Callback = lambda: None
        """Called when a callback became the earliest one, so that a waiting loop waits less."""

    def call_at(self, when: float, callback: Callback) -> None:
        with self._lock:
            entry = (when, next(self._order), callback)
            heapq.heappush(self._heap, entry)
            earlier = self._heap[0] is entry
        if earlier:
            self.on_earlier()

    def next_due(self) -> float | None:
        with self._lock:
            return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> Callback | None:
        """The earliest callback that is due at `now`, taken out; None where there is none."""
        with self._lock:
            return heapq.heappop(self._heap)[2] if self._heap and self._heap[0][0] <= now else None


class SystemClock(_Timers):
    """Seconds since it was made, on the computer's monotonic clock."""

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()

    def now(self) -> float:
        return time.monotonic() - self._started

    def wall(self) -> datetime:
        return datetime.now().astimezone()


class VirtualClock(_Timers):
    """Time that moves only when told to, and never back."""

    def __init__(self, started: datetime = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)) -> None:
        super().__init__()
        self._started = started
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._started + timedelta(seconds=self._now)

    def set_wall(self, seconds: float) -> None:
        """Somebody sets the clock on the wall by so many seconds; `now` does not care."""
        self._started += timedelta(seconds=seconds)

    def advance_to(self, when: float) -> None:
        self._now = max(self._now, when)
