"""What computer this is, and the pins of it that outputs may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from controller.adapters.button_gpiozero import make_pin_factory
from controller.adapters.header import Header
from controller.errors import Problem, RogerError

MODEL = Path("/proc/device-tree/model")


def is_raspberry_pi(model: Path = MODEL) -> bool:
    """Whether the firmware says so."""
    try:
        return "Raspberry Pi" in model.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def find_pins(on_a_pi: bool) -> tuple[Header, Problem | None]:
    """The pins for button and outputs, and why there are none now.

    On a Pi whose pins cannot be used there is nothing in their place: an action that needs them fails and says so,
    until they can be. On any other computer outputs are simulated where there are none, so that actions can be tried.
    """
    header = Header()
    problem = header.problem()
    return (Header(_pins_or_simulated) if problem and not on_a_pi else header), problem


def _pins_or_simulated() -> Any:
    try:
        return make_pin_factory()
    except RogerError:
        return simulated_pins()


def simulated_pins() -> Any:
    """gpiozero's mock factory, with PWM."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return MockFactory(pin_class=MockPWMPin)
