"""The space bar of a terminal as the button."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Callable
from typing import Final

from controller.errors import RogerError
from controller.held_key import REPEAT_S, HeldKey
from controller.ports import Clock, Post

SPACE: Final = b" "
STOP_KEYS: Final = b"q\x1b\x03"


class KeyboardButton:
    """Posts presses and releases of the space bar, until `close`.

    A stroke that does not repeat is a tap: it starts recording, the next one sends. Hold the bar and it talks as long
    as the bar is down.

    Args:
        stop: Called for q, Esc and Ctrl-C.
        fileno: Of the terminal; standard input by default.
        repeat_s: A longer pause between repeats means that the bar was let go.

    Raises:
        RogerError: BTN-01 where it is no terminal.
    """

    def __init__(
        self,
        clock: Clock,
        post: Post,
        stop: Callable[[], None],
        fileno: int | None = None,
        repeat_s: float = REPEAT_S,
    ) -> None:
        self._clock = clock
        self._post = post
        self._stop = stop
        self._bar = HeldKey(repeat_s)
        self._fileno = sys.stdin.fileno() if fileno is None else fileno
        if not os.isatty(self._fileno):
            raise RogerError("BTN-01", "there is no terminal to press the space bar in", "run: roger run --hold 5")
        self._settings = termios.tcgetattr(self._fileno)
        tty.setcbreak(self._fileno)
        self._closing, self._close_pipe = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give the terminal back as it was."""
        os.write(self._close_pipe, b".")
        self._thread.join(2.0)
        termios.tcsetattr(self._fileno, termios.TCSADRAIN, self._settings)

    def _read(self) -> None:
        while (key := self._key(self._patience_s())) is not None:
            now = self._clock.now()
            for event in self._bar.stroke(now) if key == SPACE else self._bar.settle(now):
                self._post(event)

    def _patience_s(self) -> float | None:
        """How long a pause may be before the bar counts as let go; None while it is up."""
        due = self._bar.next_settle
        return None if due is None else max(0.0, due - self._clock.now())

    def _key(self, timeout_s: float | None) -> bytes | None:
        """The next key; empty after `timeout_s` seconds, None when it is time to end. Keys that stop are obeyed."""
        ready, _, _ = select.select([self._fileno, self._closing], [], [], timeout_s)
        if self._closing in ready:
            return None
        key = os.read(self._fileno, 1) if ready else b""
        if key and key in STOP_KEYS:
            self._stop()
        return key if key or not ready else None
