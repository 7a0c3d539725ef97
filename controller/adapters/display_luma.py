"""The OLED on an I2C bus, or in a window on a PC, through luma."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, Final

import luma.oled.device
from luma.core.error import Error as LumaError
from luma.core.interface.serial import i2c
from PIL import Image

from config.schema import DisplaySettings
from controller.errors import RogerError

NOP: Final = 0xE3
"""No operation: SSD1306 datasheet rev 1.1, table 9-1; SH1106 and SSD1309 have the same."""


DISPLAY_ON: Final = 0xAF
BLINKING: Final = (0xAE, DISPLAY_ON, 0x81)
"""Off, on, contrast: what luma's devices begin with, before a dark picture and the user's contrast."""


class _Steady:
    """An interface of luma's that leaves what is on the glass there while a device is made on it.

    The picture of the start, or that of the run before, stays until the first one of this run.

    Attributes:
        making: Nothing that can be seen is passed on.
    """

    def __init__(self, serial: Any) -> None:
        self._serial = serial
        self.making = True

    def command(self, *values: int) -> None:
        if self.making and values[0] in BLINKING:
            values = values[2 if values[0] == 0x81 else 1 :]
        if values:
            self._serial.command(*values)

    def data(self, values: Any) -> None:
        if not self.making:
            self._serial.data(values)

    def cleanup(self) -> None:
        self._serial.cleanup()


BLOCK: Final = 32
"""Bytes in one block of SMBus 2.0."""


class _Bus(i2c):  # type: ignore[misc]
    """luma's I2C, also on a controller that takes no messages of any length but only SMBus blocks."""

    def __init__(self, port: int, address: int) -> None:
        from smbus2.smbus2 import I2cFunc

        super().__init__(port=port, address=address)
        self._only_blocks = not self._bus.funcs & I2cFunc.I2C

    def data(self, data: Any) -> None:
        if not self._only_blocks:
            super().data(data)
            return
        for start in range(0, len(data), BLOCK):
            self._write_block(list(data[start : start + BLOCK]))


class LumaDisplay:
    """A 128x64 OLED. After DSP-02 it is closed: make another one.

    Args:
        serial: What the device is reached by, as luma's interfaces; by default the I2C bus of the settings.

    Raises:
        RogerError: DSP-01 where nothing answers, or the bus cannot be used.
    """

    def __init__(self, settings: DisplaySettings, serial: Any = None) -> None:
        self._settings = settings
        self._serial = serial
        self._device: Any = None
        self._is_on = False
        # luma raises errors of its own, and plain OSError for some kinds of silence
        try:
            self._device = self._open()
        except (LumaError, OSError) as error:
            self._let_go()
            raise RogerError("DSP-01", f"no display {self._name}: {error}", self._remedy(error)) from error

    def draw(self, picture: Image.Image) -> None:
        """Show `picture`. Raises `RogerError` DSP-02 where the display is gone."""
        try:
            self._device.display(picture)
            if not self._is_on:
                self._device.show()
                self._is_on = True
        except (LumaError, OSError) as error:
            self._let_go()
            raise RogerError("DSP-02", f"{self._name} stopped answering: {error}", self._remedy(error)) from error
        except SystemExit as closed:  # from luma.emulator
            raise RogerError("DSP-02", "the window of the display was closed", "Ctrl-C ends Roger") from closed

    def close(self) -> None:
        """Switch the display off and let go of the bus."""
        if self._device is None:
            return
        try:
            self._device.cleanup()
        except (LumaError, OSError):
            self._let_go()

    @property
    def _name(self) -> str:
        settings = self._settings
        return f"{settings.driver} at 0x{settings.address:02X} on I2C bus {settings.bus}"

    def _open(self) -> Any:
        settings = self._settings
        if settings.driver == "emulator":
            return _emulator()
        self._serial = self._serial or _Bus(settings.bus, settings.address)
        self._serial.command(NOP)  # a luma device that fails in its constructor stays in memory until exit
        make: Callable[..., Any] = getattr(luma.oled.device, settings.driver)
        steady = _Steady(self._serial)
        device = make(steady, width=128, height=64, rotate=settings.rotate // 90)
        steady.making = False
        device.contrast(settings.contrast)
        return device

    def _let_go(self) -> None:
        """Close the bus, so that trying every few seconds does not use up the file descriptors."""
        self._device = None
        if self._serial is not None:
            self._serial.cleanup()

    def _remedy(self, error: Exception) -> str:
        code = getattr(error, "errno", None) or getattr(error.__context__, "errno", None)
        if code == errno.ENOENT:
            return "switch I2C on: sudo raspi-config nonint do_i2c 0, then restart"
        if code in (errno.EACCES, errno.EPERM):
            return "sudo usermod -aG i2c $USER, then log in again"
        if code == errno.EBUSY:
            return "another program uses this address: stop it"
        address, bus = f"{self._settings.address:02x}", self._settings.bus
        return f"check the wires SDA, SCL, 3V3 and GND; `i2cdetect -y {bus}` must show {address}"


def _emulator() -> Any:
    try:
        from luma.emulator.device import pygame

        return pygame(width=128, height=64, mode="1", transform="identity", scale=4)
    except ImportError as error:
        hint = "run: sh scripts/setup.sh emulator"
        raise RogerError("DSP-01", "the emulator of the display is not installed", hint) from error
    except RuntimeError as error:  # pygame.error
        hint = "it needs a desktop; in a terminal set display.driver: terminal"
        raise RogerError("DSP-01", f"the emulator of the display cannot open a window: {error}", hint) from error
