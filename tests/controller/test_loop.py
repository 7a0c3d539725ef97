"""One event at a time, in order, in real and in virtual time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.clock import SystemClock, VirtualClock
from controller.events import ButtonPressed, Event, TokenArrived
from controller.loop import Loop, SystemLoop, VirtualLoop


def system(handle: Callable[[Event], None]) -> tuple[Loop, SystemClock | VirtualClock]:
    clock = SystemClock()
    return SystemLoop(clock, handle), clock


def virtual(handle: Callable[[Event], None]) -> tuple[Loop, SystemClock | VirtualClock]:
    clock = VirtualClock()
    return VirtualLoop(clock, handle), clock


@pytest.mark.parametrize("make", [system, virtual])
def test_events_are_handled_in_the_order_of_their_posting(make: Callable[..., tuple[Loop, object]]) -> None:
    seen: list[Event] = []
    loop, _ = make(seen.append)
    posted = [TokenArrived(text=str(number)) for number in range(50)]
    for event in posted:
        loop.post(event)
    loop.run(lambda: len(seen) == 50)
    assert seen == posted


@pytest.mark.parametrize("make", [system, virtual])
def test_what_a_handler_posts_is_handled_after_it(make: Callable[..., tuple[Loop, object]]) -> None:
    seen: list[str] = []

    def handle(event: Event) -> None:
        if isinstance(event, ButtonPressed):
            loop.post(TokenArrived(text="posted"))
            seen.append("handled")
        else:
            seen.append("posted")

    loop, _ = make(handle)
    loop.post(ButtonPressed())
    loop.run(lambda: len(seen) == 2)
    assert seen == ["handled", "posted"]


@pytest.mark.parametrize("make", [system, virtual])
def test_timers_run_on_the_loop(make: Callable[..., tuple[Loop, SystemClock | VirtualClock]]) -> None:
    threads: list[threading.Thread] = []
    loop, clock = make(lambda event: None)
    clock.call_at(clock.now() + 0.02, lambda: threads.append(threading.current_thread()))
    loop.run(lambda: bool(threads))
    assert threads == [threading.current_thread()]


def test_a_timer_that_another_thread_sets_wakes_a_waiting_loop() -> None:
    called: list[int] = []
    clock = SystemClock()
    loop = SystemLoop(clock, lambda event: None)
    setter = threading.Timer(0.05, lambda: clock.call_at(clock.now(), lambda: called.append(1)))
    setter.start()
    loop.run(lambda: bool(called))
    assert called == [1]


@pytest.mark.parametrize("make", [system, virtual])
def test_stop_ends_it(make: Callable[..., tuple[Loop, SystemClock | VirtualClock]]) -> None:
    loop, clock = make(lambda event: None)
    called: list[str] = []
    clock.call_at(clock.now() + 0.01, lambda: called.append("stop"))
    clock.call_at(clock.now() + 0.01, loop.stop)
    clock.call_at(clock.now() + 3600.0, lambda: called.append("went on"))
    loop.run(lambda: False)
    assert called == ["stop"]


@given(st.lists(st.floats(0.0, 1000.0), max_size=30))
def test_virtual_timers_come_in_order_of_time(whens: list[float]) -> None:
    clock = VirtualClock()
    seen: list[float] = []
    loop = VirtualLoop(clock, lambda event: None)
    for when in whens:
        clock.call_at(when, lambda: seen.append(clock.now()))
    loop.run()
    assert seen == sorted(whens)
