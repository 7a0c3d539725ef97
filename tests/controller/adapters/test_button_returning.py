"""A button whose chip goes away is looked for until it is back; what hangs on the same chip is off meanwhile."""

from __future__ import annotations

import queue
from typing import Any

from gpiozero.pins.mock import MockFactory

from config.schema import ButtonSettings, Gpio
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.button_returning import ReturningButton
from controller.adapters.header import Header
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.events import Event, PartChanged
from controller.worker import Token


class Socket(Header):
    """A header whose chip the test pulls out and puts in again; where the kernel's is asked, this one knows."""

    def __init__(self) -> None:
        super().__init__(self._plug_in)
        self.plugged = True

    def _plug_in(self) -> Any:
        if not self.plugged:
            raise RogerError("BTN-01", "this computer has no GPIO pins", "use the space bar")
        return MockFactory()

    def gone(self, factory: Any) -> bool:
        if self.plugged:
            return factory is not self._factory
        self._factory = None
        return True


def report(events: queue.Queue[Event]) -> tuple[str, str]:
    event = events.get(timeout=30)
    assert isinstance(event, PartChanged)
    return event.part.status, event.part.problem.code if event.part.problem else ""


def test_it_is_found_when_it_comes_goes_and_comes_back() -> None:
    socket, events = Socket(), queue.Queue[Event]()
    socket.plugged = False
    button = ReturningButton(ButtonSettings(), socket, SystemClock(), events.put, check_s=0.01)
    assert report(events) == ("missing", "BTN-01")
    socket.plugged = True
    assert report(events) == ("ready", "")
    socket.plugged = False
    assert report(events) == ("missing", "BTN-03")
    assert report(events) == ("missing", "BTN-01")
    socket.plugged = True
    assert report(events) == ("ready", "")
    button.close()


def test_an_output_whose_chip_went_away_is_off_and_works_again_afterwards() -> None:
    socket = Socket()
    gpio = GpioRunner({"fan": "GPIO24"}, socket)
    on = Gpio(output="fan", set="on")
    gpio.run(on, {}, "en", Token())
    socket.plugged = False
    assert gpio.states() == {"fan": 0.0}
    try:
        gpio.run(on, {}, "en", Token())
    except RogerError as error:
        assert error.problem.code == "ACT-01"
        assert "no GPIO pins" in error.problem.message
    else:
        raise AssertionError("there is no chip")
    socket.plugged = True
    assert gpio.run(on, {}, "en", Token()).text == "fan on"
    gpio.close()
