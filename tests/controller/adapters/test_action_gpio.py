"""Outputs are switched and dimmed on real gpiozero devices over mock pins."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from config.schema import Gpio
from controller.adapters.action_gpio import GpioRunner
from controller.errors import Problem, RogerError
from controller.turn import Slot, StepResult
from controller.worker import Token
from tests.controller.adapters.contracts.outputs import OUTPUTS, OutputsContract


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.close()


@pytest.fixture
def gpio(pins: MockFactory) -> Iterator[GpioRunner]:
    runner = GpioRunner(OUTPUTS, pins)
    yield runner
    runner.close()


class MockBoard:
    def __init__(self, pins: MockFactory) -> None:
        self.pins = pins

    def level(self, pin: int) -> float:
        return float(self.pins.pin(f"GPIO{pin}").state)


class TestOnTheMockChip(OutputsContract):
    @pytest.fixture
    def board(self, pins: MockFactory) -> MockBoard:
        return MockBoard(pins)


def run(gpio: GpioRunner, step: Gpio, **said: str | int | float) -> StepResult:
    slots = {name: Slot(name, value, str(value)) for name, value in said.items()}
    return gpio.run(step, slots, "en", Token())


def problem(gpio: GpioRunner, step: Gpio, **said: str | int | float) -> Problem:
    with pytest.raises(RogerError) as caught:
        run(gpio, step, **said)
    return caught.value.problem


def test_the_output_is_found_by_what_was_said(gpio: GpioRunner) -> None:
    run(gpio, Gpio(output="{room}_light", set="on"), room="kitchen")
    assert gpio.states() == {"living_room_light": 0.0, "kitchen_light": 1.0, "gate": 0.0}


def test_a_dimmed_light_toggles_off_and_not_to_the_rest_of_its_brightness(gpio: GpioRunner) -> None:
    run(gpio, Gpio(output="living_room_light", level="20"))
    run(gpio, Gpio(output="living_room_light", set="toggle"))
    assert gpio.states()["living_room_light"] == 0.0


@pytest.mark.parametrize(
    ("levels", "percent"),
    [
        (["40"], 40),
        (["40", "+20"], 60),
        (["40", "-20"], 20),
        (["90", "+20"], 100),
        (["10", "-20"], 0),
        (["{too_much}"], 100),
        (["55%"], 55),
        (["29", "+1", "-1"], 29),
        (["+{amount}", "+{amount}"], 30),
        (["{brightness}"], 70),
        (["-{amount}"], 0),
    ],
)
def test_a_light_is_dimmed(gpio: GpioRunner, pins: MockFactory, levels: list[str], percent: int) -> None:
    for level in levels:
        run(gpio, Gpio(output="living_room_light", level=level), brightness=70, amount=15, too_much=150)
    assert pins.pin("GPIO17").state == pytest.approx(percent / 100)


def test_the_result_says_how_bright(gpio: GpioRunner) -> None:
    assert run(gpio, Gpio(output="living_room_light", level="40")).text == "living_room_light 40%"


@pytest.mark.parametrize(("name", "pin"), [("gate", "GPIO22"), ("living_room_light", "GPIO17")])
def test_a_pulse_is_on_and_then_off(gpio: GpioRunner, pins: MockFactory, name: str, pin: str) -> None:
    run(gpio, Gpio(output=name, set="off"))
    pins.pin(pin).clear_states()
    run(gpio, Gpio(output=name, set="pulse", seconds=0.01))
    off, on, off_again = (change.state for change in pins.pin(pin).states)
    assert off == off_again != on
    assert gpio.states()[name] == 0.0


def test_a_cancelled_pulse_ends_at_once_and_is_off(gpio: GpioRunner) -> None:
    token, ended = Token(), threading.Event()

    def pulse() -> None:
        gpio.run(Gpio(output="kitchen_light", set="pulse", seconds=3600), {}, "en", token)
        ended.set()

    threading.Thread(target=pulse, daemon=True).start()
    token.cancel()
    assert ended.wait(5)
    assert gpio.states()["kitchen_light"] == 0.0


def test_pins_are_not_touched_before_they_are_needed(gpio: GpioRunner, pins: MockFactory) -> None:
    assert gpio.states() == {"living_room_light": 0.0, "kitchen_light": 0.0, "gate": 0.0}
    assert pins.pins == {}


def test_closing_lets_go_of_the_pins(gpio: GpioRunner, pins: MockFactory) -> None:
    run(gpio, Gpio(output="kitchen_light", set="on"))
    gpio.close()
    assert pins.pin("GPIO18").function == "input"
    assert gpio.states()["kitchen_light"] == 0.0


def test_an_output_that_cannot_be_closed_leaves_no_other_one_on(
    gpio: GpioRunner, pins: MockFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for output in ("living_room_light", "kitchen_light"):
        run(gpio, Gpio(output=output, set="on"))

    def fail() -> None:
        raise OSError("no such device")

    monkeypatch.setattr(gpio._devices["kitchen_light"], "close", fail)
    gpio.close()
    assert pins.pin("GPIO17").function == "input"


def test_an_output_that_does_not_exist_is_named(gpio: GpioRunner) -> None:
    found = problem(gpio, Gpio(output="{room}_light", set="on"), room="garage")
    assert (found.code, '"garage_light"' in found.message) == ("ACT-01", True)
    assert "outputs:" in found.hint


def test_without_pins_nothing_is_pretended() -> None:
    found = problem(GpioRunner(OUTPUTS, None), Gpio(output="kitchen_light", set="on"))
    assert (found.code, "no GPIO pins" in found.message) == ("ACT-01", True)


def test_an_output_that_cannot_be_dimmed(gpio: GpioRunner) -> None:
    found = problem(gpio, Gpio(output="kitchen_light", level="40"))
    assert (found.code, '"kitchen_light" cannot be dimmed' in found.message) == ("ACT-01", True)
    assert "pwm: true" in found.hint


@pytest.mark.parametrize(("level", "said"), [("{amount}", "bright"), ("+{amount}", -20), ("{amount}", "nan")])
def test_a_level_that_is_no_number(gpio: GpioRunner, level: str, said: str | int) -> None:
    found = problem(gpio, Gpio(output="living_room_light", level=level), amount=said)
    assert (found.code, str(said) in found.message) == ("ACT-06", True)
    assert "percent" in found.hint


def test_a_room_that_was_not_said(gpio: GpioRunner) -> None:
    assert problem(gpio, Gpio(output="{room}_light", set="on")).code == "ACT-05"
