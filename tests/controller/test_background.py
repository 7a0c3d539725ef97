"""Blocking work is waited for with a limit, and no longer than its turn lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from controller.background import Background, Cancelled
from controller.worker import Token


def counts(emit: Callable[[int], None]) -> None:
    for number in range(3):
        emit(number)


def test_items_come_in_order_and_then_none() -> None:
    work = Background[int]("count", counts, Token())
    assert [work.next(20) for _ in range(4)] == [0, 1, 2, None]


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def breaks(emit: Callable[[int], None]) -> None:
        emit(1)
        raise ValueError("broken")

    work = Background[int]("breaks", breaks, Token())
    assert work.next(20) == 1
    with pytest.raises(ValueError, match="broken"):
        work.next(20)


def test_nothing_in_time() -> None:
    never = threading.Event()
    work = Background[int]("waits", lambda emit: emit(never.wait(20)), Token())
    with pytest.raises(TimeoutError):
        work.next(0.01)
    never.set()


def test_a_limit_that_has_passed_still_takes_what_is_there() -> None:
    work = Background[int]("count", counts, Token())
    assert work.next(20) == 0
    assert work.next(20) == 1
    assert work.next(20) == 2
    assert work.next(20) is None
    with pytest.raises(TimeoutError):
        work.next(-1)


def test_a_cancelled_turn_wakes_who_waits() -> None:
    token, never, woken = Token(), threading.Event(), threading.Event()
    work = Background[int]("waits", lambda emit: emit(never.wait(20)), token)

    def wait() -> None:
        with pytest.raises(Cancelled):
            work.next(20)
        woken.set()

    threading.Thread(target=wait, daemon=True).start()
    token.cancel()
    assert woken.wait(5)
    never.set()


def test_what_came_before_the_turn_ended_is_not_handed_out_after() -> None:
    token = Token()
    work = Background[int]("count", counts, token)
    assert work.next(20) == 0
    token.cancel()
    with pytest.raises(Cancelled):
        work.next(20)
