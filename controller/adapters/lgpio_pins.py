"""gpiozero's pins on lgpio, for chips that go away and devices that are collected when it suits them."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from typing import Any

from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin

log = logging.getLogger(__name__)


class Pin(LGPIOPin):  # type: ignore[misc]
    """A pin that lgpio may call whenever it likes."""

    _callback: Any
    _pwm: tuple[float, int] | None

    def _call_when_changed(self, *edge: Any) -> None:
        """lgpio has one thread for all pins of the process. What is raised in it ends it, and no button is heard again:
        as it is for an edge that was on its way while its pin was closed.
        """
        try:
            super()._call_when_changed(*edge)
        except Exception as error:
            log.warning("an edge came to nothing: %s", error)

    def close(self) -> None:
        """gpiozero leaves the callback with lgpio. At the next edge of that number, whoever's it is, it would find its
        device gone, take itself off the list that lgpio is going through, and so have the next one passed over.
        """
        if self._callback is not None:
            self._callback.cancel()
            self._callback = None
        self._when_changed = None
        if self.factory._handle is None:  # the chip is gone, and its dimming with it
            self._pwm = None
        super().close()


def pins_of(chip: int) -> LGPIOFactory:
    """The pins of /dev/gpiochip`chip`. Raises lgpio's errors.

    gpiozero's factories share their pins and reservations: one made after a chip came back would hand out pins of the
    chip that went. These have their own. A device whose chip went away closes itself when it is collected, which may be
    in the very thread that makes another one: it must not wait for a lock that this thread holds.
    """
    factory = LGPIOFactory(chip=chip)
    factory.pins = {}
    factory._reservations = defaultdict(list)
    factory._res_lock = threading.RLock()
    factory.pin_class = Pin
    return factory
