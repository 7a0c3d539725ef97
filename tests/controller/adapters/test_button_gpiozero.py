"""The button on a pin: gpiozero's own mock chip, which bounces as badly as a real contact."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from gpiozero import DigitalInputDevice
from gpiozero.pins.mock import MockFactory

from config.schema import ButtonSettings
from controller.adapters.button_gpiozero import GpioButton, header_chip, make_pin_factory
from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.events import ButtonPressed, ButtonReleased, Event
from controller.loop import VirtualLoop
from tests.controller.adapters.contracts.button import ButtonContract


class Bench:
    def __init__(self) -> None:
        self.factory = MockFactory()
        self.clock = VirtualClock()
        self.events: list[Event] = []
        self.loop = VirtualLoop(self.clock, self.events.append)
        self.button = GpioButton(ButtonSettings(), self.factory, self.clock, self.loop.post)
        self.pin = self.factory.pin("GPIO21")

    def contact(self, down: bool, at: float) -> None:
        self.clock.advance_to(at)
        if down:
            self.pin.drive_low()
        else:
            self.pin.drive_high()

    def down(self) -> None:
        self.contact(True, self.clock.now() + 0.0005)

    def up(self) -> None:
        self.contact(False, self.clock.now() + 0.0005)

    def rest(self) -> None:
        self.loop.run()
        self.clock.advance_to(self.clock.now() + 1)


class TestOnTheMockChip(ButtonContract):
    @pytest.fixture
    def contact(self, bench: Bench) -> Bench:
        return bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.button.close()
    bench.factory.close()


def test_a_press_and_a_release_carry_the_time_of_their_edges(bench: Bench) -> None:
    bench.contact(True, 1.0)
    bench.contact(False, 2.5)
    bench.loop.run()
    assert bench.events == [ButtonPressed(1.0), ButtonReleased(2.5)]


def test_a_pin_that_is_taken_is_named(bench: Bench) -> None:
    with pytest.raises(RogerError) as caught:
        GpioButton(ButtonSettings(), bench.factory, bench.clock, bench.loop.post)
    assert caught.value.problem.code == "BTN-01"
    assert "GPIO21" in caught.value.problem.message
    assert caught.value.problem.hint


def test_a_closed_button_frees_its_pin(bench: Bench) -> None:
    bench.button.close()
    with DigitalInputDevice("GPIO21", pull_up=True, pin_factory=bench.factory) as device:
        assert not device.is_active


@pytest.mark.parametrize(
    ("labels", "number"),
    [
        ({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, 0),
        ({0: "gpio-brcmstb@107d508500", 4: "pinctrl-rp1", 10: "gpio-brcmstb@107d517c00"}, 4),
        ({0: "pinctrl-rp1", 11: "pinctrl-bcm2712"}, 0),
    ],
)
def test_the_chip_of_the_header_is_found_by_its_label(labels: dict[int, str], number: int) -> None:
    assert header_chip(labels) == number


def test_a_computer_without_pins_says_so_and_how_to_go_on() -> None:
    with pytest.raises(RogerError) as caught:
        make_pin_factory(lambda: {0: "INTC1056:00"})
    assert caught.value.problem.code == "BTN-01"
    assert "--hold" in caught.value.problem.hint


def test_lgpio_leaves_nothing_behind_and_needs_no_folder_that_it_can_write_to(tmp_path: Path) -> None:
    if find_spec("lgpio") is None:
        pytest.skip("lgpio is not installed (extra: device)")
    program = "from controller.adapters.lgpio_library import import_lgpio; print(import_lgpio().LOW)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])}
    environment.pop("LG_WD", None)
    for folder in (tmp_path, Path("/proc/self")):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
