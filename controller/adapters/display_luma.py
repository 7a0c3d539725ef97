"""The OLED on an I2C bus, or in a window on a PC, through luma."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import luma.oled.device
from luma.core.error import Error as LumaError
from luma.core.interface.serial import i2c
from PIL import Image

from config.schema import DisplaySettings
from controller.errors import RogerError

WIRING: Final = "check SDA, SCL, 3V3 and GND; `i2cdetect -y 1` must show the address; the user must be in the group i2c"


class LumaDisplay:
    """A 128x64 OLED.

    Args:
        serial: What the device is reached by; by default the I2C bus of the settings.

    Raises:
        RogerError: DSP-01 where nothing answers, or the bus cannot be used.
    """

    def __init__(self, settings: DisplaySettings, serial: Any = None) -> None:
        self._name = f"{settings.driver} at 0x{settings.address:02X} on I2C bus {settings.bus}"
        # luma raises errors of its own, and plain OSError for an address that does not answer
        try:
            self._device = _open(settings, serial)
        except (LumaError, OSError) as error:
            raise RogerError("DSP-01", f"there is no display {self._name}: {error}", WIRING) from error

    def draw(self, picture: Image.Image) -> None:
        try:
            self._device.display(picture)
        except (LumaError, OSError) as error:
            raise RogerError("DSP-02", f"the display {self._name} stopped answering: {error}", WIRING) from error

    def close(self) -> None:
        try:
            self._device.cleanup()
        except (LumaError, OSError):
            return  # it is gone, which is what was wanted


def _open(settings: DisplaySettings, serial: Any) -> Any:
    if settings.driver == "emulator":
        return _emulator()
    make: Callable[..., Any] = getattr(luma.oled.device, settings.driver)
    bus = serial or i2c(port=settings.bus, address=settings.address)
    device = make(bus, width=128, height=64, rotate=settings.rotate // 90)
    device.contrast(settings.contrast)
    return device


def _emulator() -> Any:
    try:
        from luma.emulator.device import pygame
    except ImportError as error:
        hint = "run: sh scripts/setup.sh emulator"
        raise RogerError("DSP-01", "the emulator of the display is not installed", hint) from error
    return pygame(width=128, height=64, mode="1", transform="identity", scale=4)
