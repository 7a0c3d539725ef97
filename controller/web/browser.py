"""A browser in place of microphone, display and speaker."""

from __future__ import annotations

import base64
import io
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from PIL import Image

from controller.adapters.speaker_wav import wav
from controller.audio import Resampler
from controller.ports import SAMPLE_RATE_HZ, Cancellation, Frame, Sound

MOST_EARLY_S: Final = 2.0
"""Of audio that comes before the machine has taken note of the press."""
RATES_HZ: Final = (8_000, 192_000)
MOST_WAITING: Final = 2_000
"""Messages to a browser that does not read; then it is gone."""
ELSEWHERE: Final = "elsewhere"
"""The kind of the last message to a page whose conversation went on in another one."""

Message = dict[str, Any]


class Line:
    """Messages on their way to one connection. From any thread.

    Args:
        wake: Called after each message; must not wait.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._waiting: queue.Queue[Message] = queue.Queue(MOST_WAITING)
        self._wake = wake

    def send(self, **message: Any) -> None:
        """Dropped with all that waits where the browser has stopped reading: it gets everything when it comes back."""
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            self._clear()
        self._wake()

    def next(self, limit_s: float = 0.0) -> Message | None:
        """The next message, or None where none came in time."""
        try:
            return self._waiting.get(timeout=limit_s)
        except queue.Empty:
            return None

    def end(self) -> None:
        """Another page has taken over."""
        self._clear()
        self.send(kind=ELSEWHERE)

    def _clear(self) -> None:
        while not self._waiting.empty():
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                return


class Outbox:
    """What goes to the page that came last: one that was away and came back has a new line. From any thread."""

    def __init__(self) -> None:
        self.line = Line()

    def send(self, **message: Any) -> None:
        self.line.send(**message)

    def attach(self, wake: Callable[[], None]) -> Line:
        """The line of a page that has come; whoever was there before is told, and gets nothing more."""
        before, self.line = self.line, Line(wake)
        before.end()
        return self.line


class BrowserMicrophone:
    """Implements `controller.ports.Microphone`: what the browser sends while its button is held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sink: Callable[[Frame], None] | None = None
        self._early: list[Frame] = []
        self._resampler = Resampler(SAMPLE_RATE_HZ)

    def begin(self, rate_hz: int) -> None:
        """The button was pressed: what follows is of this utterance, at that rate."""
        with self._lock:
            self._early = []
            self._resampler = Resampler(min(max(rate_hz, RATES_HZ[0]), RATES_HZ[1]))

    def push(self, content: bytes) -> None:
        """A piece of mono 16-bit audio."""
        with self._lock:
            frame = self._resampler.feed(np.frombuffer(content[: len(content) // 2 * 2], np.int16))
            if self._sink:
                self._sink(frame)
            elif sum(map(len, self._early)) < MOST_EARLY_S * SAMPLE_RATE_HZ:
                self._early.append(frame)

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        """`fresh` changes nothing: the page falls silent before it listens."""
        with self._lock:
            early, self._early, self._sink = self._early, [], sink
            for frame in early:
                sink(frame)

    def close(self) -> None:
        with self._lock:
            self._sink = None

    def shut_down(self) -> None:
        self.close()


class BrowserDisplay:
    """Implements `controller.ports.Display`: the OLED on the page."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._last = ""

    def draw(self, picture: Image.Image) -> None:
        self._last = png(picture)
        self.again()

    def again(self) -> None:
        """Show the last picture, if there is one."""
        if self._last:
            self._outbox.send(kind="oled", png=self._last)

    def close(self) -> None:
        """The page shows the last picture."""


def png(picture: Image.Image) -> str:
    """As base64."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


class BrowserSpeaker:
    """Implements `controller.ports.Speaker`: each sentence goes to the page as a WAV file, which plays it in turn."""

    def __init__(self, outbox: Outbox, turn: Callable[[], int]) -> None:
        self._outbox = outbox
        self._turn = turn

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        turn, pieces = self._turn(), []
        for sound in sounds:
            if cancellation.cancelled:
                return
            pieces.append(sound)
        if pieces and not cancellation.cancelled:
            self._outbox.send(kind="speech", turn=turn, wav=base64.b64encode(wav(pieces)).decode())

    def close(self) -> None:
        """There is nothing to let go of."""
