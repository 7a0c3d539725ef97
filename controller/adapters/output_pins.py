"""The GPIO pins that outputs are on, made explicitly: never a silent stand-in on a Pi."""

from __future__ import annotations

from typing import Any


def simulated_pins() -> Any:
    """gpiozero's mock factory, with PWM, for a computer that has no pins."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return MockFactory(pin_class=MockPWMPin)
