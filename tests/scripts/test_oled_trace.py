"""What an OLED shows, out of the kernel's record of its bus, as `make hil` and `make boot-test` read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.image.boot_test.guest.oled import frames

SCREEN = bytes(number % 251 for number in range(1024))
WHOLE = (0x21, 0, 127, 0x22, 0, 7)
BLOCK = 32


def spelled(numbers: bytes) -> str:
    return "-".join(f"{number:02x}" for number in numbers)


def by_smbus(register: int, numbers: bytes) -> str:
    counted = bytes([len(numbers), *numbers])
    return f"smbus_write: i2c-1 a=03c f=0000 c={register:x} I2C_BLOCK_DATA l={len(counted)} [{spelled(counted)}]"


def as_message(register: int, numbers: bytes) -> str:
    message = bytes([register, *numbers])
    return f"i2c_write: i2c-1 #0 a=03c f=0000 l={len(message)} [{spelled(message)}]"


def drawn(*spellings: object) -> Iterator[str]:
    parts = [(0x00, bytes(WHOLE)), *((0x40, SCREEN[at : at + BLOCK]) for at in range(0, len(SCREEN), BLOCK))]
    for register, numbers in parts:
        for spelling in spellings:
            assert callable(spelling)
            yield spelling(register, numbers)


@pytest.mark.parametrize("spellings", [(by_smbus,), (as_message,), (by_smbus, as_message)])
def test_a_screen_is_seen_once_whatever_carried_it(spellings: tuple[object, ...]) -> None:
    assert list(frames(drawn(*spellings))) == [SCREEN]
