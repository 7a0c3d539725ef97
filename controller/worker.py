"""Where work is done that may take time: on threads of its own, or, in virtual time, at once.

A job is a function that takes a cancellation and yields events; the worker posts them with time and turn.
Whatever a job raises becomes `JobFailed`, so no exception ever reaches the machine.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from controller.clock import stopwatch
from controller.errors import Problem, RogerError
from controller.events import Event, JobFailed
from controller.ports import Cancellation, Clock, Post
from controller.vitals import Doing

log = logging.getLogger(__name__)

Job: TypeAlias = Callable[[Cancellation], Iterable[Event]]


class Token:
    """A `Cancellation` that can be cancelled once, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakes: list[Callable[[], None]] = []
        self._cancelled = False
        self.was_heard = False
        """Whether the job asked to be woken."""

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def on_cancel(self, wake: Callable[[], None]) -> None:
        self.was_heard = True
        with self._lock:
            if not self._cancelled:
                self._wakes.append(wake)
                return
        wake()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            wakes, self._wakes = self._wakes, []
        for wake in wakes:
            wake()


class Worker(Protocol):
    """Runs jobs one after the other."""

    @property
    def doing(self) -> Doing | None:
        """What is under way; None while it waits."""

    def submit(self, turn_id: int, name: str, job: Job) -> None:
        """Run `job` for a turn; `name` is the state that asks, for its `JobFailed`."""

    def cancel(self, turn_id: int) -> None:
        """Waiting jobs of this turn never begin; the running one is told, and what it still yields is dropped."""

    def end(self) -> None:
        """Begin nothing more after what waits. Returns at once."""

    def close(self, timeout_s: float = 2.0) -> None:
        """As `end`, and wait for it, but no longer than `timeout_s`."""


class _Tokens:
    """The cancellation of the current turn. Turns count up, so one is enough; turn 0 (nobody's) is never cancelled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn_id = 0
        self._token = Token()

    def of(self, turn_id: int) -> Token:
        with self._lock:
            if turn_id == 0:
                return Token()
            if turn_id > self._turn_id:
                self._turn_id, self._token = turn_id, Token()
            return self._token if turn_id == self._turn_id else _OVER

    def cancel(self, turn_id: int) -> None:
        if turn_id:
            self.of(turn_id).cancel()


_OVER = Token()
"""The cancellation of every turn but the current one."""
_OVER.cancel()


class ThreadWorker:
    """One thread and a queue in front of it."""

    def __init__(self, name: str, clock: Clock, post: Post) -> None:
        self._clock = clock
        self._post = post
        self._queue: queue.SimpleQueue[tuple[int, str, Job, Token] | None] = queue.SimpleQueue()
        self._tokens = _Tokens()
        self.doing: Doing | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, turn_id: int, name: str, job: Job) -> None:
        self._queue.put((turn_id, name, job, self._tokens.of(turn_id)))

    def cancel(self, turn_id: int) -> None:
        self._tokens.cancel(turn_id)

    def end(self) -> None:
        self._queue.put(None)

    def close(self, timeout_s: float = 2.0) -> None:
        self.end()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            turn_id, name, job, token = item
            self.doing = Doing(name, self._clock.now())
            for event in _events(job, name, token):
                self._post(replace(event, at=self._clock.now(), turn_id=turn_id))
            self.doing = None


@dataclass
class _Work:
    """A job under way in virtual time."""

    turn_id: int
    events: Iterator[Event]
    token: Token


class VirtualWorker:
    """Does the work of a thread in virtual time: one job after the other, each step when a real worker would be done.

    Args:
        measure: Starts measuring how long a step of a job takes. Scripted work says so itself; a step of infinite
            length never ends, unless its job is one that a cancellation wakes.
    """

    def __init__(self, clock: Clock, post: Post, measure: Callable[[], Callable[[], float]] = stopwatch) -> None:
        self._clock = clock
        self._post = post
        self._measure = measure
        self._tokens = _Tokens()
        self._waiting: deque[_Work] = deque()
        self.doing: Doing | None = None
        self._current: _Work | None = None

    def submit(self, turn_id: int, name: str, job: Job) -> None:
        token = self._tokens.of(turn_id)
        self._waiting.append(_Work(turn_id, iter(_events(job, name, token)), token))
        self._begin()

    def cancel(self, turn_id: int) -> None:
        self._tokens.cancel(turn_id)
        work = self._current
        if work and work.token.cancelled and work.token.was_heard:
            self._end()

    def end(self) -> None:
        """Nothing is under way."""

    def close(self, timeout_s: float = 0.0) -> None:
        """Nothing is under way."""

    def _begin(self) -> None:
        while self._waiting and self._current is None:
            self._current = self._waiting.popleft()
            self._go_on(self._current)

    def _go_on(self, work: _Work) -> None:
        """Do the next step now; the world learns of it when it is due."""
        elapsed = self._measure()
        event = next(work.events, None)
        took_s = elapsed()
        if event is None and took_s == 0.0:
            self._current = None
        elif took_s < math.inf:
            at = self._clock.now() + took_s
            self._clock.call_at(at, lambda: self._step_done(work, event, at))

    def _step_done(self, work: _Work, event: Event | None, at: float) -> None:
        if work is not self._current:
            return  # woken and ended before its time
        if event is None or work.token.cancelled:
            self._end()
        else:
            self._post(replace(event, at=at, turn_id=work.turn_id))
            self._go_on(work)
            self._begin()

    def _end(self) -> None:
        self._current = None
        self._begin()


def _events(job: Job, name: str, token: Token) -> Iterable[Event]:
    """What a job yields until its turn is cancelled, and how it failed if it did."""
    if token.cancelled:
        return
    try:
        for event in job(token):
            if token.cancelled:
                return
            yield event
    except RogerError as error:
        if not token.cancelled:
            yield JobFailed(problem=error.problem, job=name)
    except Exception as error:  # the boundary: nothing may get past a worker
        log.exception("%s failed", name)
        if not token.cancelled:
            yield JobFailed(problem=Problem("SYS-01", f"{name}: {error!r}", "see the log"), job=name)
