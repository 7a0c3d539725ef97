"""Time, real and virtual."""

from __future__ import annotations

from controller.clock import SystemClock, VirtualClock, cpu_stopwatch, stopwatch


def test_virtual_time_moves_only_when_told_and_never_back() -> None:
    clock = VirtualClock()
    assert clock.now() == 0.0
    clock.advance_to(5.0)
    clock.advance_to(3.0)
    assert clock.now() == 5.0


def test_virtual_time_of_day_follows() -> None:
    clock = VirtualClock()
    before = clock.wall()
    clock.advance_to(90.0)
    assert (clock.wall() - before).total_seconds() == 90.0


def test_callbacks_come_in_the_order_in_which_they_are_due() -> None:
    clock = VirtualClock()
    called: list[str] = []
    for name, when in (("late", 2.0), ("first", 1.0), ("second", 1.0)):
        clock.call_at(when, lambda name=name: called.append(name))  # type: ignore[misc]
    while callback := clock.pop_due(2.0):
        callback()
    assert called == ["first", "second", "late"]


def test_nothing_is_due_too_early() -> None:
    clock = VirtualClock()
    clock.call_at(1.0, lambda: None)
    assert clock.pop_due(0.999) is None
    assert clock.next_due() == 1.0


def test_whoever_waits_is_woken_only_by_an_earlier_callback() -> None:
    clock = VirtualClock()
    woken: list[float | None] = []
    clock.on_earlier = lambda: woken.append(clock.next_due())
    for when in (5.0, 9.0, 1.0):
        clock.call_at(when, lambda: None)
    assert woken == [5.0, 1.0]


def test_real_time_goes_on_and_has_a_time_zone() -> None:
    clock = SystemClock()
    first = clock.now()
    assert clock.now() >= first >= 0.0
    assert clock.wall().tzinfo is not None


def test_stopwatches_count_up() -> None:
    for start in (stopwatch, cpu_stopwatch):
        elapsed = start()
        assert 0.0 <= elapsed() <= elapsed()
