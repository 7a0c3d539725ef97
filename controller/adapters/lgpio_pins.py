"""gpiozero's pins on lgpio, for chips that go away and devices that are collected when it suits them."""

from __future__ import annotations

import logging
import threading
from typing import Any

from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin

log = logging.getLogger(__name__)

_RESERVING = threading.RLock()
"""In place of gpiozero's own lock: a device whose chip went away is collected at any moment, also while another one is
made in the same thread, and then closes itself, for which it wants that lock.
"""


class Pin(LGPIOPin):  # type: ignore[misc]
    """A pin that lgpio may call whenever it likes."""

    def _call_when_changed(self, *edge: Any) -> None:
        """lgpio has one thread for all pins of the process. What is raised in it ends it, and no button is heard again:
        as it is for an edge that was on its way while its pin was closed.
        """
        try:
            super()._call_when_changed(*edge)
        except Exception as error:
            log.warning("an edge came to nothing: %s", error)


def pins_of(chip: int) -> LGPIOFactory:
    """The pins of /dev/gpiochip`chip`. Raises lgpio's errors."""
    factory = LGPIOFactory(chip=chip)
    factory._res_lock = _RESERVING
    factory.pin_class = Pin
    return factory
