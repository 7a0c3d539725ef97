"""The last traces, for a device that runs for months: in memory while it happens, on the disk at the end of each turn.

A file in memory (a tmpfs) takes every line at once, so a crash loses nothing. What is new of it goes to the disk when a
turn has ended or something went wrong: a flash card is written once a turn, and a power cut loses at most the current
turn. After `FULL_BYTES` a new trace begins; the oldest are deleted.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from config.last_good import flush_folder
from controller.events import Event
from controller.ports import Cancellation
from controller.trace import Trace, prune
from controller.worker import Worker
from states.names import IDLE

log = logging.getLogger(__name__)

FULL_BYTES: Final = 256 * 1024
"""About twenty turns."""
WORTH: Final = re.compile(r'"event":"(ButtonPressed|TextTyped|TimerRang|JobFailed)"|"problem":\{|"broken":')
"""What makes a trace worth a write to the disk: a turn, or a problem."""

Header = Callable[[], Mapping[str, object]]


NUMBERED: Final = "[0-9]" * 6 + "-*.jsonl"


class RingTrace(Trace):
    """A trace that begins anew when it is full.

    Args:
        memory: A folder in memory. What a crash left there is brought to the disk first.
        folder: Of the traces on the disk.
        keep: How many.
        header: Made for each of them.
        stamp: Date and time for the names, made for each of them.
        worker: Writes to the disk.
    """

    def __init__(
        self, memory: Path, folder: Path, keep: int, header: Header, stamp: Callable[[], str], worker: Worker
    ) -> None:
        super().__init__(None)
        self._memory = memory
        self._folder = folder
        self._keep = keep
        self._header = header
        self._stamp = stamp
        self._worker = worker
        self._size = self._brought = 0
        self._is_worth = False
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        for left in sorted(memory.glob("*.jsonl")):
            _bring(left, folder / left.name, then_delete=True)
        self._open()

    @property
    def is_full(self) -> bool:
        return self._size >= FULL_BYTES

    def renew(self) -> None:
        self._leave()
        self._open()

    def flush(self) -> None:
        """Bring what is new to the disk, where it is worth it. Returns at once."""
        if self._is_worth and self._brought < self._size:
            self._brought = self._size
            self._submit(then_delete=False)

    def close(self) -> None:
        """Once all is on the disk; then nothing is left in memory."""
        self._leave()
        self._worker.close()

    def _open(self) -> None:
        """The next file. Numbers come first in its name: the clock of a Pi may be wrong until it has a network."""
        prune(self._folder, self._keep - 1)
        there = (
            *self._folder.glob(NUMBERED),
            *([self.path] if self.path else []),
        )  # that one may not be on the disk yet
        number = 1 + max((int(path.name[:6]) for path in there), default=0)
        self.path = self._folder / f"{number:06}-{self._stamp()}.jsonl"
        self._size = self._brought = self._crc = 0
        self._is_worth = False
        with suppress(OSError):
            self._stream = (self._memory / self.path.name).open("w", encoding="utf-8", buffering=1)
        self.write(self._header())

    def _put(self, text: str) -> None:
        with suppress(OSError):  # a memory that is full keeps no trace, and Roger runs all the same
            super()._put(text)
            self._size += len(text)
            self._is_worth = self._is_worth or WORTH.search(text) is not None

    def _leave(self) -> None:
        if self._stream:
            self._submit(then_delete=True)
            self._stream.close()
        self._stream = None

    def _submit(self, then_delete: bool) -> None:
        if self.path is None:
            return
        source, target, is_worth = self._memory / self.path.name, self.path, self._is_worth

        def job(_: Cancellation) -> list[Event]:
            if is_worth:
                _bring(source, target, then_delete)
            elif then_delete:
                source.unlink(missing_ok=True)
            return []

        self._worker.submit(0, IDLE, job)


def _bring(source: Path, target: Path, then_delete: bool) -> None:
    """Append to `target` what is new in `source`, for good."""
    try:
        with target.open("ab") as file:
            is_new = file.tell() == 0
            file.write(source.read_bytes()[file.tell() :])
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            flush_folder(target.parent)
        if then_delete:
            source.unlink()
    except OSError as error:
        log.warning("a trace cannot be kept: %s", error)
