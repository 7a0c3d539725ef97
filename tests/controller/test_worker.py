"""Work that takes time: the same promises on a thread and in virtual time."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from controller.clock import SystemClock, VirtualClock
from controller.errors import RogerError
from controller.events import ActionsDone, AnswerCompleted, Event, JobFailed, TokenArrived
from controller.loop import VirtualLoop
from controller.ports import Cancellation
from controller.simulator.effort import Effort
from controller.worker import Job, ThreadWorker, Token, VirtualWorker, Worker


@dataclass
class Bench:
    worker: Worker
    take: Callable[[], Event]
    is_empty: Callable[[], bool]


def on_a_thread() -> Iterator[Bench]:
    events: queue.Queue[Event] = queue.Queue()
    worker = ThreadWorker("test", SystemClock(), events.put)
    yield Bench(worker, lambda: events.get(timeout=5.0), events.empty)
    worker.close()


def in_virtual_time() -> Iterator[Bench]:
    events: queue.Queue[Event] = queue.Queue()
    clock = VirtualClock()
    loop = VirtualLoop(clock, events.put)

    def take() -> Event:
        loop.run()
        return events.get_nowait()

    yield Bench(VirtualWorker(clock, loop.post), take, events.empty)


@pytest.fixture(params=[on_a_thread, in_virtual_time])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    yield from request.param()


def test_events_come_in_order_with_their_turn(bench: Bench) -> None:
    bench.worker.submit(3, "querying", lambda _: [TokenArrived(text="a"), AnswerCompleted()])
    first, second = bench.take(), bench.take()
    assert isinstance(first, TokenArrived)
    assert isinstance(second, AnswerCompleted)
    assert {first.turn_id, second.turn_id} == {3}
    assert first.at <= second.at


def test_an_error_of_ours_becomes_an_event_with_its_problem(bench: Bench) -> None:
    def job(_: Cancellation) -> Iterator[Event]:
        yield TokenArrived(text="half an ans")
        raise RogerError("CHAT-05", "the answer broke off")

    bench.worker.submit(1, "querying", job)
    assert isinstance(bench.take(), TokenArrived)
    failed = bench.take()
    assert isinstance(failed, JobFailed)
    assert (failed.problem.code, failed.job, failed.turn_id) == ("CHAT-05", "querying", 1)


def test_any_other_exception_becomes_an_event_too(bench: Bench) -> None:
    bench.worker.submit(1, "acting", lambda _: [ActionsDone()] * (1 // 0))
    failed = bench.take()
    assert isinstance(failed, JobFailed)
    assert failed.problem.code == "SYS-01"
    assert "ZeroDivisionError" in failed.problem.message
    assert failed.problem.hint


def test_the_worker_goes_on_after_a_failure(bench: Bench) -> None:
    bench.worker.submit(1, "acting", lambda _: [ActionsDone()] * (1 // 0))
    bench.worker.submit(2, "acting", lambda _: [ActionsDone()])
    assert isinstance(bench.take(), JobFailed)
    assert bench.take().turn_id == 2


def test_work_of_a_cancelled_turn_never_begins(bench: Bench) -> None:
    begun: list[int] = []

    def job(_: Cancellation) -> list[Event]:
        begun.append(1)
        return []

    bench.worker.submit(2, "acting", lambda _: [])
    bench.worker.cancel(2)
    bench.worker.submit(1, "acting", job)
    bench.worker.submit(2, "acting", job)
    bench.worker.submit(3, "acting", lambda _: [ActionsDone()])
    assert bench.take().turn_id == 3
    assert not begun


def test_a_running_job_is_told_and_what_it_still_yields_is_dropped() -> None:
    events: queue.Queue[Event] = queue.Queue()
    worker = ThreadWorker("test", SystemClock(), events.put)
    blocked = threading.Event()

    def job(cancellation: Cancellation) -> Iterator[Event]:
        yield TokenArrived(text="a")
        cancellation.on_cancel(blocked.set)
        assert blocked.wait(5.0)
        yield TokenArrived(text="too late")

    worker.submit(1, "querying", job)
    assert events.get(timeout=5.0).turn_id == 1
    worker.cancel(1)
    worker.close()
    assert events.empty()


class VirtualBench:
    """A virtual worker whose work says how long it takes."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.seen: list[Event] = []
        self.loop = VirtualLoop(self.clock, self.seen.append)
        self.effort = Effort()
        self.worker = VirtualWorker(self.clock, self.loop.post, self.effort.stopwatch)

    def works(self, *steps: tuple[float, str], wakes: bool = False) -> Job:
        """A job that yields a token after each number of seconds."""

        def job(cancellation: Cancellation) -> Iterator[Event]:
            if wakes:
                cancellation.on_cancel(lambda: None)
            for seconds, text in steps:
                self.effort.spend(seconds)
                yield TokenArrived(text=text)

        return job

    def tokens(self) -> list[tuple[float, str]]:
        self.loop.run()
        return [(event.at, event.text) for event in self.seen if isinstance(event, TokenArrived)]


def test_virtual_work_takes_as_long_as_it_says() -> None:
    bench = VirtualBench()
    bench.worker.submit(1, "querying", bench.works((0.25, "a"), (0.5, "b")))
    bench.worker.submit(1, "querying", bench.works((0.25, "c")))
    assert bench.tokens() == [(0.25, "a"), (0.75, "b"), (1.0, "c")]


def test_virtual_work_that_is_cancelled_ends_with_its_step() -> None:
    bench = VirtualBench()
    bench.worker.submit(1, "querying", bench.works((0.25, "a"), (0.5, "b"), (0.5, "c")))
    bench.clock.call_at(0.5, lambda: bench.worker.cancel(1))
    bench.clock.call_at(0.5, lambda: bench.worker.submit(2, "querying", bench.works((0.25, "new"))))
    assert bench.tokens() == [(0.25, "a"), (1.0, "new")]


def test_virtual_work_that_can_be_woken_ends_at_once() -> None:
    bench = VirtualBench()
    bench.worker.submit(1, "querying", bench.works((0.25, "a"), (math.inf, "never"), wakes=True))
    bench.clock.call_at(0.5, lambda: bench.worker.cancel(1))
    bench.clock.call_at(0.5, lambda: bench.worker.submit(2, "querying", bench.works((0.25, "new"))))
    assert bench.tokens() == [(0.25, "a"), (0.75, "new")]


def test_virtual_work_that_hangs_keeps_its_worker() -> None:
    bench = VirtualBench()
    bench.worker.submit(1, "querying", bench.works((math.inf, "never")))
    bench.clock.call_at(0.5, lambda: bench.worker.cancel(1))
    bench.clock.call_at(0.5, lambda: bench.worker.submit(2, "querying", bench.works((0.25, "waits for ever"))))
    assert bench.tokens() == []


def test_whoever_registers_after_the_cancellation_is_woken_at_once() -> None:
    token = Token()
    token.cancel()
    woken: list[int] = []
    token.on_cancel(lambda: woken.append(1))
    assert token.cancelled
    assert woken == [1]
