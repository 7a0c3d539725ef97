"""Button and outputs on a kernel's GPIO chip, through gpiozero and lgpio."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from config.schema import ButtonSettings, Gpio
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.button_gpiozero import GpioButton, make_pin_factory
from controller.adapters.button_returning import ReturningButton
from controller.adapters.header import Header
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.events import Event, PartChanged
from controller.loop import SystemLoop
from tests.controller.adapters.contracts.button import ButtonContract
from tests.controller.adapters.contracts.outputs import OutputsContract, run
from tests.hardware.kernel import Chip, until

BUTTON = 21
PATIENT = ButtonSettings().model_copy(update={"debounce_ms": 2_000})
"""More than anybody may set: in an emulated guest a contact takes long to bounce."""


class Finger:
    """Presses the simulated contact, and handles what comes of it."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self.events: list[Event] = []
        clock = SystemClock()
        self._loop = SystemLoop(clock, self.events.append)
        self._thread = threading.Thread(target=self._loop.run, daemon=True)
        self._thread.start()
        self.button = GpioButton(PATIENT, chip.pins, clock, self._loop.post)
        self._pause = threading.Event()

    def down(self) -> None:
        """The kernel reads the level a moment after the edge; what is over by then it tells as two releases."""
        self._chip.pull(BUTTON, down=True)
        time.sleep(0.01)

    def up(self) -> None:
        self._chip.pull(BUTTON, down=False)

    def rest(self) -> None:
        self._pause.wait(3.0)

    def end(self) -> None:
        self.button.close()
        self._loop.stop()
        self._thread.join()


class TestTheButton(ButtonContract):
    @pytest.fixture
    def contact(self, board: Chip) -> Iterator[Finger]:
        board.pull(BUTTON, down=False)
        finger = Finger(board)
        yield finger
        finger.end()


class TestTheOutputs(OutputsContract):
    """With the fixture `board` of conftest.py."""


@pytest.mark.parametrize(("label", "lines"), [("pinctrl-bcm2711", 58), ("pinctrl-rp1", 54)])
def test_the_headers_chip_is_found_whatever_its_number(label: str, lines: int) -> None:
    others = [Chip("first", "gpio-brcmstb@107d508500", 32), Chip("second", "raspberrypi-exp-gpio", 8)]
    chip = Chip("header", label, lines)
    for each in (*others, chip):
        each.plug()
    try:
        factory = make_pin_factory()
        assert factory.chip == int(chip.node.removeprefix("gpiochip")) > 0
        factory.close()
    finally:
        for each in (*others, chip):
            each.unplug()


def test_without_the_headers_chip_there_are_no_pins() -> None:
    with pytest.raises(RogerError, match="BTN-01"):
        make_pin_factory()


def test_a_pin_that_another_program_holds_is_named(header: Chip) -> None:
    ours, theirs = make_pin_factory(), make_pin_factory()
    mine = GpioRunner({"fan": "GPIO24"}, ours)
    run(mine, Gpio(output="fan", set="on"))
    with pytest.raises(RogerError, match=r"BTN-01.*GPIO24"):
        GpioButton(ButtonSettings(pin="GPIO24"), theirs, SystemClock(), lambda event: None)
    mine.close()
    ours.close()
    theirs.close()


def test_a_button_whose_chip_goes_away_is_told_and_found_again(header: Chip) -> None:
    events: list[Event] = []
    button = ReturningButton(ButtonSettings(), Header(), SystemClock(), events.append, check_s=0.2)

    def reports() -> list[tuple[str, str]]:
        parts = [event.part for event in events if isinstance(event, PartChanged)]
        return [(part.status, part.problem.code if part.problem else "") for part in parts]

    until(lambda: reports() == [("ready", "")], "the button is ready")
    header.unplug()
    until(lambda: reports()[1:2] == [("missing", "BTN-03")], "the button is gone")
    header.plug()
    until(lambda: reports()[-1] == ("ready", ""), "the button is back")
    button.close()


def test_outputs_work_again_after_their_chip_came_back_and_are_off_meanwhile(header: Chip) -> None:
    gpio = GpioRunner({"fan": "GPIO24"}, Header())
    run(gpio, Gpio(output="fan", set="on"))
    header.unplug()
    assert gpio.states() == {"fan": 0.0}
    with pytest.raises(RogerError, match=r'ACT-01.*"fan"'):
        run(gpio, Gpio(output="fan", set="on"))
    header.plug()
    run(gpio, Gpio(output="fan", set="on"))
    assert header.value(24) == 1
    gpio.close()


def test_a_button_is_heard_again_after_its_chip_came_back_with_an_output_on(header: Chip) -> None:
    events: list[Event] = []
    clock, pins = SystemClock(), Header()
    loop = SystemLoop(clock, events.append)
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    gpio = GpioRunner({"fan": "GPIO24"}, pins)
    button = ReturningButton(ButtonSettings(), pins, clock, loop.post, check_s=0.2)

    def comes(what: str) -> None:
        def last() -> str:
            event = events[-1] if events else None
            return event.part.status if isinstance(event, PartChanged) else event.trigger if event else ""

        until(lambda: last() == what, f"{what}: {events}", 30)

    try:
        for _ in range(3):
            comes("ready")
            run(gpio, Gpio(output="fan", set="on"))
            header.pull(BUTTON, down=True)
            comes("press")
            header.pull(BUTTON, down=False)
            comes("release")
            header.unplug()
            comes("missing")
            assert gpio.states() == {"fan": 0.0}
            header.plug()
    finally:
        button.close()
        gpio.close()
        loop.stop()
        thread.join()
