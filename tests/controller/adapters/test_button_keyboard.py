"""The space bar of a real pseudo terminal."""

from __future__ import annotations

import os
import queue
import termios
import threading
from collections.abc import Iterator

import pytest

from controller.adapters.button_keyboard import KeyboardButton
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.events import ButtonPressed, ButtonReleased, Event


class Bench:
    def __init__(self) -> None:
        self.keys, self.terminal = os.openpty()
        self.before = termios.tcgetattr(self.terminal)
        self.events: queue.Queue[Event] = queue.Queue()
        self.stopped = threading.Event()
        self.button = KeyboardButton(SystemClock(), self.events.put, self.stopped.set, self.terminal, repeat_s=1.0)

    def type(self, keys: bytes) -> None:
        os.write(self.keys, keys)

    def take(self) -> Event:
        return self.events.get(timeout=5.0)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.button.close()
    os.close(bench.keys)
    os.close(bench.terminal)


def test_a_single_stroke_is_a_tap(bench: Bench) -> None:
    bench.type(b" ")
    pressed, released = bench.take(), bench.take()
    assert isinstance(pressed, ButtonPressed)
    assert isinstance(released, ButtonReleased)
    assert released.at - pressed.at < 0.1


def test_a_bar_that_repeats_is_held(bench: Bench) -> None:
    bench.type(b" ")
    pressed = bench.take()
    rest = threading.Event()
    for _ in range(10):
        rest.wait(0.05)
        bench.type(b" ")
    released = bench.take()
    assert isinstance(released, ButtonReleased)
    assert released.at - pressed.at > 0.4
    assert bench.events.empty()


def test_other_keys_do_nothing(bench: Bench) -> None:
    bench.type(b"xyz\n ")
    assert isinstance(bench.take(), ButtonPressed)


@pytest.mark.parametrize("key", [b"q", b"\x1b"])
def test_q_and_escape_stop(bench: Bench, key: bytes) -> None:
    bench.type(key)
    assert bench.stopped.wait(5.0)


def test_the_terminal_is_given_back_as_it_was() -> None:
    bench = Bench()
    assert termios.tcgetattr(bench.terminal) != bench.before
    bench.button.close()
    assert termios.tcgetattr(bench.terminal) == bench.before


def test_without_a_terminal_there_is_a_hint() -> None:
    reading, writing = os.pipe()
    with pytest.raises(RogerError) as caught:
        KeyboardButton(SystemClock(), lambda event: None, lambda: None, reading)
    os.close(reading)
    os.close(writing)
    assert caught.value.problem.code == "BTN-01"
    assert "--hold" in caught.value.problem.hint
