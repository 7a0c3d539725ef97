"""What the device tells by itself, in which order and for how long."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from controller.adapters.news import ADDRESS_S, PROBLEM_S, News, tell
from controller.clock import SystemClock
from controller.errors import Problem
from controller.events import Event, PartChanged
from controller.network import Device
from controller.settings.status import CardProblem
from controller.turn import Part

WAIT_S = 20.0


class Scripted:
    """A source that the test moves on; it is looked at again each time that it changed."""

    def __init__(self) -> None:
        self._steps: queue.SimpleQueue[list[Device] | None] = queue.SimpleQueue()
        self._now: list[Device] = []
        self.closed = False

    def becomes(self, *devices: Device) -> None:
        self._steps.put(list(devices))

    def goes_away(self) -> None:
        self._steps.put(None)

    def wait(self, limit_s: float) -> None:
        step = self._steps.get()
        if step is None:
            raise ConnectionResetError("gone")
        self._now = step

    def devices(self, in_reach: bool) -> list[Device]:
        return self._now

    def close(self) -> None:
        self.closed = True
        self._steps.put(None)


class Told:
    """What was posted, one after the other."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __call__(self, event: Event) -> None:
        self._events.put(event)

    def next(self) -> Part:
        event = self._events.get(timeout=WAIT_S)
        assert isinstance(event, PartChanged)
        return event.part


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def source(told: Told) -> Iterator[Scripted]:
    source = Scripted()
    news = News("Home", SystemClock(), told, lambda: source)
    yield source
    news.close()
    assert source.closed


def test_a_first_start_from_joining_to_the_address(source: Scripted, told: Told) -> None:
    joining = told.next()
    assert (joining.name, joining.status, joining.detail) == ("network", "joining", "Home")
    assert joining.until > joining.since
    source.becomes(Device("wifi", 70))
    source.becomes(Device("wifi", 100, address="192.168.1.9"))
    ready = told.next()
    assert (ready.status, ready.detail, ready.until - ready.since) == ("ready", "192.168.1.9", ADDRESS_S)


def test_a_wrong_password_is_told_once_and_taken_back_when_it_works(source: Scripted, told: Told) -> None:
    told.next()
    source.becomes(Device("wifi", 30, 7))
    source.becomes(Device("wifi", 50, 7))
    source.becomes(Device("wifi", 100, address="192.168.1.9"))
    parts = [told.next(), told.next()]
    assert [(part.status, part.problem.code if part.problem else "") for part in parts] == [
        ("missing", "NET-02"),
        ("ready", ""),
    ]


def test_a_network_that_drops_later_is_shown_in_the_corner_only(source: Scripted, told: Told) -> None:
    told.next()
    source.becomes(Device("wifi", 100, address="192.168.1.9"))
    source.becomes(Device("wifi", 30))
    told.next()
    dropped = told.next()
    assert (dropped.status, dropped.until - dropped.since) == ("joining", 0.0)


def test_faults_of_the_card_are_told_one_after_the_other(told: Told) -> None:
    problems = tuple(CardProblem(Problem(f"SET-0{number}", "wrong"), f"settings.txt:{number}") for number in (2, 3))
    tell(problems, SystemClock(), told)
    first, second = told.next(), told.next()
    assert [part.name for part in (first, second)] == ["settings", "settings 2"]
    assert (first.status, first.detail) == ("off", "settings.txt:2")
    assert second.since == first.until == first.since + PROBLEM_S


def test_without_networkmanager_nothing_is_told_and_nothing_breaks(told: Told) -> None:
    def absent() -> Scripted:
        raise FileNotFoundError("no bus")

    news = News("Home", SystemClock(), told, absent)
    news.close()
    with pytest.raises(queue.Empty):
        told._events.get(timeout=0.05)


def test_networkmanager_that_restarts_is_asked_again(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.adapters.news.RETRIES_S", (0.01,))
    first, second = Scripted(), Scripted()
    sources = iter((first, second))
    news = News("Home", SystemClock(), told, lambda: next(sources))
    told.next()
    first.goes_away()
    second.becomes(Device("wifi", 100, address="192.168.1.9"))
    assert told.next().status == "ready"
    news.close()
