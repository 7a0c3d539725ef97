"""What answers on an I2C bus."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any, Final

BY_READING: Final = (*range(0x30, 0x38), *range(0x50, 0x60))
"""Where a quick write could change an EEPROM: i2cdetect(8) reads a byte there, too."""
SILENCE: Final = (errno.ENXIO, errno.EREMOTEIO, errno.ENODEV, errno.EIO)
"""What drivers call an address that nothing acknowledges."""


def answering(bus: int, addresses: Sequence[int], device: Any = None) -> list[int]:
    """Those of `addresses` where something answers, found as i2cdetect(8) does: quick write, or one byte read.

    Args:
        bus: The number in /dev/i2c-1.
        device: An open `smbus2.SMBus`, or what stands for it.

    Raises:
        OSError: The bus cannot be opened, or hangs: ETIMEDOUT where a wire is short-circuited.
    """
    if device is not None:
        return [address for address in addresses if _answers(device, address)]
    from smbus2 import SMBus

    with SMBus(bus) as opened:
        return [address for address in addresses if _answers(opened, address)]


def _answers(device: Any, address: int) -> bool:
    try:
        if address in BY_READING or not _has_quick(device):
            device.read_byte(address)
        else:
            device.write_quick(address)
    except OSError as error:
        if error.errno == errno.EBUSY:  # a driver of the kernel has it
            return True
        if error.errno in SILENCE:
            return False
        raise
    return True


def _has_quick(device: Any) -> bool:
    from smbus2 import I2cFunc

    return bool(getattr(device, "funcs", I2cFunc.SMBUS_QUICK) & I2cFunc.SMBUS_QUICK)
