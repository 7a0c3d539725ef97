"""What went over an I2C bus, whole: the kernel's readable trace shows no more than 64 bytes of a message.

Pages of the ring buffer: https://docs.kernel.org/trace/ring-buffer-design.html, include/linux/ring_buffer.h.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

PAGE = 4096
PADDING, TIME_EXTEND, TIME_STAMP = 29, 30, 31
HEADER = struct.Struct("<QQ")
FIELD = re.compile(r"field:[^;]*?(\w+);\s*offset:(\d+);")


def written(tracing: Path) -> list[bytes]:
    """Each message of `events/i2c/i2c_write` since the last call, of all processors, in their order."""
    form = (tracing / "events/i2c/i2c_write/format").read_text()
    event = int(next(line.split()[1] for line in form.splitlines() if line.startswith("ID:")))
    at = int(dict(FIELD.findall(form.replace("[]", "")))["buf"])
    found = [one for cpu in sorted(tracing.glob("per_cpu/cpu*")) for one in _of(cpu / "trace_pipe_raw", event, at)]
    return [message for _, message in sorted(found, key=lambda one: one[0])]


def _of(pipe: Path, event: int, at: int) -> Iterator[tuple[int, bytes]]:
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while page := os.read(descriptor, PAGE):
            yield from messages(page, event, at)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def messages(page: bytes, event: int, at: int) -> Iterator[tuple[int, bytes]]:
    """(time in ns, bytes) of the records of kind `event`, whose field `buf` is at `at`."""
    time, size = HEADER.unpack_from(page)
    place, end = HEADER.size, HEADER.size + (size & 0xFFFFF)
    while place + 4 <= end:
        head, more = struct.unpack_from("<II", page.ljust(PAGE + 8, b"\0"), place)
        kind, delta = head & 31, head >> 5
        if kind == PADDING and not delta:
            return
        time = (more << 27) + delta if kind == TIME_STAMP else time + delta
        if kind in (TIME_EXTEND, TIME_STAMP):
            time += more << 27 if kind == TIME_EXTEND else 0
            place += 8
            continue
        length = 4 + (more if kind in (0, PADDING) else 4 * kind)
        data = page[place + (8 if kind == 0 else 4) : place + length]
        if kind != PADDING and data[:2] == event.to_bytes(2, "little"):
            where = int.from_bytes(data[at : at + 4], "little")
            yield time, data[where & 0xFFFF :][: where >> 16]
        place += length
