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

from controller.clock import stopwatch
from controller.errors import RogerError
from controller.events import ButtonPressed, ButtonReleased
from controller.ports import Clock, Post

FIRST_REPEAT_S: Final = 0.7
"""Terminals tell no release: a held key repeats. The first repeat comes after 0.2 to 0.66 s, by desktop."""
REPEAT_S: Final = 0.15
"""Then repeats come every 25 to 50 ms; a longer pause means that the key was let go."""
TAP_S: Final = 0.05
"""How long a single stroke without repeats pretends to have been."""
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
        self._repeat_s = repeat_s
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
        while (key := self._key(None)) is not None:
            if key == SPACE:
                self._stroke()

    def _stroke(self) -> None:
        """One press, held for as long as the bar repeats."""
        pressed_at = self._clock.now()
        self._post(ButtonPressed(pressed_at))
        held = self._repeats_within(FIRST_REPEAT_S)
        while held and self._repeats_within(self._repeat_s):
            pass
        self._post(ButtonReleased(self._clock.now() if held else pressed_at + TAP_S))

    def _repeats_within(self, seconds: float) -> bool:
        elapsed = stopwatch()
        while (left_s := seconds - elapsed()) > 0:
            key = self._key(left_s)
            if not key:
                return False
            if key == SPACE:
                return True
        return False

    def _key(self, timeout_s: float | None) -> bytes | None:
        """The next key; empty after `timeout_s` seconds, None when it is time to end. Keys that stop are obeyed."""
        ready, _, _ = select.select([self._fileno, self._closing], [], [], timeout_s)
        if self._closing in ready:
            return None
        key = os.read(self._fileno, 1) if ready else b""
        if key and key in STOP_KEYS:
            self._stop()
        return key if key or not ready else None
