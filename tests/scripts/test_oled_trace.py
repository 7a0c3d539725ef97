"""What an OLED shows, out of the kernel's record of its bus, as `make hil` and `make boot-test` read it."""

from __future__ import annotations

import struct

from scripts.image.boot_test.guest.oled import frames, frames_of
from scripts.image.boot_test.guest.raw_trace import PADDING, PAGE, TIME_EXTEND, TIME_STAMP, messages

SCREEN = bytes(number % 251 for number in range(1024))
WHOLE = bytes((0x21, 0, 127, 0x22, 0, 7))
BLOCK = 32
EVENT, AT = 77, 20


def by_smbus(register: int, numbers: bytes) -> str:
    counted = bytes([len(numbers), *numbers])
    spelled = "-".join(f"{number:02x}" for number in counted)
    return f"smbus_write: i2c-1 a=03c f=0000 c={register:x} I2C_BLOCK_DATA l={len(counted)} [{spelled}]"


def record(message: bytes, event: int = EVENT, delta: int = 5) -> bytes:
    """As the kernel writes it: a head with its length, common fields, those of i2c_write, the message."""
    data = struct.pack("<H18xI", event, 24 | len(message) << 16) + message
    data += bytes(-len(data) % 4)
    return struct.pack("<II", delta << 5, len(data) + 4) + data


def page(*records: bytes, time: int = 1000) -> bytes:
    content = b"".join(records)
    return (struct.pack("<QQ", time, len(content)) + content).ljust(PAGE, b"\0")


def test_a_screen_is_seen_on_a_bus_that_knows_blocks_only() -> None:
    parts = [(0x00, WHOLE), *((0x40, SCREEN[at : at + BLOCK]) for at in range(0, len(SCREEN), BLOCK))]
    assert list(frames(by_smbus(*part) for part in parts)) == [SCREEN]


def test_a_screen_is_seen_in_messages_of_any_length() -> None:
    assert list(frames_of([b"\0" + WHOLE, b"\x40" + SCREEN, b"\x40" + SCREEN])) == [SCREEN]


def test_whole_messages_come_out_of_the_ring_buffer() -> None:
    short = struct.pack("<I", 7 << 5 | 7) + struct.pack("<H18xI", EVENT, 24 | 3 << 16) + b"abc\0"
    padding = struct.pack("<II8x", 1 << 5 | PADDING, 8 + 4)
    extend = struct.pack("<II", 3 << 5 | TIME_EXTEND, 2)
    stamp = struct.pack("<II", 4 << 5 | TIME_STAMP, 9)
    long = b"\x40" + SCREEN
    content = page(record(long), record(b"no", event=5), short, padding, extend, record(b"x"), stamp, record(b"y"))
    after = 1000 + 5 + 5 + 7
    extended = after + 1 + 3 + (2 << 27) + 5
    assert list(messages(content, EVENT, AT)) == [
        (1005, long),
        (after, b"abc"),
        (extended, b"x"),
        ((9 << 27) + 4 + 5, b"y"),
    ]
