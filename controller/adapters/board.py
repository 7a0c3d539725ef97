"""What computer this is, and the pins of it that outputs may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from controller.adapters.button_gpiozero import make_pin_factory
from controller.errors import Problem, RogerError

MODEL = Path("/proc/device-tree/model")


def is_raspberry_pi(model: Path = MODEL) -> bool:
    """Whether the firmware says so."""
    try:
        return "Raspberry Pi" in model.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def find_pins(on_a_pi: bool) -> tuple[Any, Problem | None]:
    """The pins for button and outputs, and why there are none.

    On a Pi whose pins cannot be used there is nothing in their place: an action that needs them fails and says so. On
    any other computer outputs are simulated, so that actions can be tried.
    """
    try:
        return make_pin_factory(), None
    except RogerError as error:
        return (None if on_a_pi else simulated_pins()), error.problem


def simulated_pins() -> Any:
    """gpiozero's mock factory, with PWM."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return MockFactory(pin_class=MockPWMPin)
