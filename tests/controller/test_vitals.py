"""The watchdog is fed while everything lives, and no longer."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from controller.clock import SystemClock, VirtualClock
from controller.events import Event
from controller.loop import VirtualLoop
from controller.ports import Cancellation
from controller.vitals import LOADING_S, OVERDUE_S, Doing, Pulse, Vitals, stuck
from controller.worker import ThreadWorker
from states.names import IDLE, TRANSCRIBING
from tests.supervisors import NotedSupervisor


class Bench:
    def __init__(self, watchdog_s: float | None = 30.0) -> None:
        self.clock = VirtualClock()
        self.supervisor = NotedSupervisor(watchdog_s)
        self.pulse = Pulse()
        self.hangs: list[str] = []
        complaint = lambda now: "the microphone's thread hangs" if self.pulse.missed(now) else ""  # noqa: E731
        Vitals(self.supervisor, self.clock, [complaint], self.hangs.append).start()

    def run(self, until: float) -> list[str]:
        """What the supervisor was told up to that time."""
        loop = VirtualLoop(self.clock, lambda event: None)
        loop.run(lambda: self.clock.now() >= until)
        told, self.supervisor.told = self.supervisor.told, []
        return told


def test_it_is_fed_three_times_within_the_supervisors_patience() -> None:
    assert Bench(30.0).run(60.0) == ["WATCHDOG=1"] * 7


def test_where_nobody_watches_nothing_is_told() -> None:
    bench = Bench(None)
    assert bench.clock.next_due() is None
    assert bench.supervisor.told == []


def test_a_pulse_that_stays_away_ends_the_feeding_and_one_that_returns_resumes_it() -> None:
    bench = Bench()
    bench.pulse.within(0.0, 15.0)
    assert bench.run(40.0) == ["WATCHDOG=1", "WATCHDOG=1", "STATUS=the microphone's thread hangs"]
    assert bench.hangs == ["the microphone's thread hangs"]
    bench.pulse.within(40.0, 15.0)
    assert bench.run(50.0) == ["WATCHDOG=1"]
    assert bench.hangs[1:] == [""], "it was not that bad"


def test_a_thread_that_rests_is_not_missed() -> None:
    bench = Bench()
    bench.pulse.within(0.0, 5.0)
    bench.pulse.rest()
    assert bench.run(60.0) == ["WATCHDOG=1"] * 7


def test_a_job_may_outlast_its_state_but_not_for_ever() -> None:
    job = [("hearing", Doing(TRANSCRIBING, 100.0))]
    deadlines = {TRANSCRIBING: 20.0}
    assert stuck(job, deadlines, 120.0 + OVERDUE_S) == ""
    assert stuck(job, deadlines, 121.0 + OVERDUE_S) == "hearing hangs since 51 s"


def test_loading_may_take_minutes() -> None:
    job = [("understanding", Doing(IDLE, 0.0)), ("hearing", None)]
    assert stuck(job, {}, LOADING_S) == ""
    assert stuck(job, {}, LOADING_S + OVERDUE_S + 1).startswith("understanding hangs")


def test_a_worker_tells_what_it_does_while_it_does_it() -> None:
    begun, go_on, posted = threading.Event(), threading.Event(), threading.Event()

    def hang(_: Cancellation) -> Iterator[Event]:
        begun.set()
        go_on.wait(30)
        yield Event()

    worker = ThreadWorker("hearing", SystemClock(), lambda event: posted.set())
    assert worker.doing is None
    worker.submit(1, TRANSCRIBING, hang)
    assert begun.wait(30)
    doing = worker.doing
    assert doing is not None
    assert doing.job == TRANSCRIBING
    worker.end()
    go_on.set()
    worker.close(30)
    assert posted.is_set()
    assert worker.doing is None
