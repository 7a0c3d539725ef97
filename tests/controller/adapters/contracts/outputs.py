"""What every output does, on gpiozero's mock chip and on a kernel's."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from config.schema import Gpio, Output
from controller.adapters.action_gpio import GpioRunner
from controller.errors import RogerError
from controller.turn import StepResult
from controller.worker import Token

OUTPUTS: dict[str, str | Output] = {
    "living_room_light": Output(pin="GPIO17", pwm=True),
    "kitchen_light": "GPIO18",
    "gate": Output(pin="GPIO22", active_high=False),
}


class Board(Protocol):
    """Pins whose levels the test can measure."""

    pins: Any

    def level(self, pin: int) -> float:
        """The mean level, 0 to 1."""


def run(gpio: GpioRunner, step: Gpio) -> StepResult:
    return gpio.run(step, {}, "en", Token())


class OutputsContract:
    """Subclass it with a fixture `board`."""

    @pytest.fixture
    def gpio(self, board: Board) -> Any:
        runner = GpioRunner(OUTPUTS, board.pins)
        yield runner
        runner.close()

    def test_an_output_is_switched_on_and_off(self, gpio: GpioRunner, board: Board) -> None:
        assert run(gpio, Gpio(output="kitchen_light", set="on")) == StepResult("gpio", "kitchen_light on")
        assert board.level(18) == 1
        assert run(gpio, Gpio(output="kitchen_light", set="off")) == StepResult("gpio", "kitchen_light off")
        assert board.level(18) == 0

    def test_toggle_goes_back_and_forth(self, gpio: GpioRunner, board: Board) -> None:
        levels = []
        for _ in range(3):
            run(gpio, Gpio(output="kitchen_light", set="toggle"))
            levels.append(board.level(18))
        assert levels == [1, 0, 1]

    def test_an_active_low_output_is_on_when_its_pin_is_low(self, gpio: GpioRunner, board: Board) -> None:
        run(gpio, Gpio(output="gate", set="on"))
        assert (board.level(22), gpio.states()["gate"]) == (0, 1.0)
        run(gpio, Gpio(output="gate", set="off"))
        assert (board.level(22), gpio.states()["gate"]) == (1, 0.0)

    @pytest.mark.parametrize(("level", "least", "most"), [("0", 0.0, 0.0), ("50", 0.2, 0.8), ("100", 1.0, 1.0)])
    def test_a_light_is_dimmed(self, gpio: GpioRunner, board: Board, level: str, least: float, most: float) -> None:
        run(gpio, Gpio(output="living_room_light", level=level))
        assert least <= board.level(17) <= most

    @pytest.mark.parametrize("percent", [1, 29, 57, 99])
    def test_a_brightness_is_kept_to_the_percent(self, gpio: GpioRunner, percent: int) -> None:
        result = run(gpio, Gpio(output="living_room_light", level=str(percent)))
        assert result.text == f"living_room_light {percent}%"
        run(gpio, Gpio(output="living_room_light", level="+1"))
        run(gpio, Gpio(output="living_room_light", level="-1"))
        assert gpio.states()["living_room_light"] == pytest.approx(percent / 100)

    def test_closing_switches_everything_off(self, gpio: GpioRunner, board: Board) -> None:
        run(gpio, Gpio(output="kitchen_light", set="on"))
        gpio.close()
        assert gpio.states()["kitchen_light"] == 0.0

    def test_a_pin_that_is_taken_is_named(self, gpio: GpioRunner, board: Board) -> None:
        other = GpioRunner({"fan": "GPIO18"}, board.pins)
        run(other, Gpio(output="fan", set="on"))
        with pytest.raises(RogerError) as caught:
            run(gpio, Gpio(output="kitchen_light", set="on"))
        other.close()
        assert caught.value.problem.code == "ACT-01"
        assert '"kitchen_light" on GPIO18' in caught.value.problem.message
        assert "no other program" in caught.value.problem.hint
