"""What an SSD1306 would show, from the kernel's own record of what went over the bus (its trace events i2c and smbus).

Commands and addressing: SSD1306 datasheet rev 1.1, chapters 9 and 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

WIDTH, PAGES = 128, 8
ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1}
SMBUS = re.compile(r"smbus_write: i2c-\d+ a=03c f=\w+ c=(\w+) (\w+) l=\d+ \[([\w-]*)\]")


class Oled:
    """The controller's memory: 8 pages of 128 columns, a byte is 8 pixels downwards."""

    def __init__(self) -> None:
        self.memory = bytearray(WIDTH * PAGES)
        self.on = False
        self._columns, self._pages = (0, WIDTH - 1), (0, PAGES - 1)
        self._column = self._page = 0

    def command(self, numbers: list[int]) -> None:
        """Carry out a string of commands."""
        rest = iter(numbers)
        for number in rest:
            given = [next(rest, 0) for _ in range(ARGUMENTS.get(number, 0))]
            if number == 0x21:
                self._columns, self._column = (given[0], given[1]), given[0]
            elif number == 0x22:
                self._pages, self._page = (given[0], given[1]), given[0]
            elif number in (0xAE, 0xAF):
                self.on = number == 0xAF

    def data(self, numbers: list[int]) -> bool:
        """Store pixels; whether the last of the window was among them."""
        full = False
        for number in numbers:
            self.memory[self._page * WIDTH + self._column] = number
            self._column += 1
            if self._column > self._columns[1]:
                self._column, self._page = self._columns[0], self._page + 1
            if self._page > self._pages[1]:
                self._page, full = self._pages[0], True
        return full


def frames(lines: Iterable[str]) -> Iterator[bytes]:
    """Each whole screen that was drawn, 1,024 bytes, no two alike in a row, by the trace of a bus of SMBus only."""
    return _drawn(filter(None, map(_smbus, lines)))


def frames_of(messages: Iterable[bytes]) -> Iterator[bytes]:
    """The same by messages: a byte that says what follows, commands or pixels."""
    return _drawn((message[0], list(message[1:])) for message in messages if message)


def _drawn(transfers: Iterable[tuple[int, list[int]]]) -> Iterator[bytes]:
    oled, before = Oled(), b""
    for register, numbers in transfers:
        if register == 0x40 and oled.data(numbers) and bytes(oled.memory) != before:
            before = bytes(oled.memory)
            yield before
        elif register == 0:
            oled.command(numbers)


def _smbus(line: str) -> tuple[int, list[int]] | None:
    found = SMBUS.search(line)
    if not found:
        return None
    numbers = [int(number, 16) for number in found[3].split("-") if number]
    return int(found[1], 16), numbers[1:] if "BLOCK" in found[2] else numbers
