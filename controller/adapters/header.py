"""The pins of the 40-pin header, which may go away with their driver and come back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from controller.adapters.button_gpiozero import make_pin_factory
from controller.errors import Problem, RogerError


class Header:
    """gpiozero's pins, made anew once their chip has gone.

    Args:
        make: Makes gpiozero's factory; raises `RogerError` BTN-01 where there are no pins.
    """

    def __init__(self, make: Callable[[], Any] = make_pin_factory) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._factory: Any = None

    def factory(self) -> Any:
        """The factory to make devices with. Raises `RogerError` BTN-01."""
        with self._lock:
            if self._factory is None:
                self._factory = self._make()
            return self._factory

    def gone(self, factory: Any) -> bool:
        """Whether the chip behind `factory` no longer answers; then the next `factory` is another one."""
        with self._lock:
            if factory is self._factory and _answers(factory):
                return False
            if factory is self._factory:
                self._factory = None
                _let_go(factory)
            return True

    def problem(self) -> Problem | None:
        """Why there are no pins now; None where there are."""
        try:
            self.factory()
        except RogerError as error:
            return error.problem
        return None


def _answers(factory: Any) -> bool:
    """gpiozero does not ask: its handle stays open when the kernel's chip is gone."""
    handle = getattr(factory, "_handle", None)
    if handle is None:  # a simulated chip has none, and never goes
        return True
    import lgpio

    try:
        return bool(lgpio.gpio_get_chip_info(handle)[0] >= 0)
    except lgpio.error:
        return False


def _let_go(factory: Any) -> None:
    """Close the chip. Its pins must not reset themselves any more, then or whenever they are collected: their handle's
    number may be the next chip's by then, and they would take its pins away.
    """
    import lgpio

    handle, factory._handle = factory._handle, None
    with suppress(Exception):
        lgpio.gpiochip_close(handle)
    with suppress(Exception):
        factory.close()
