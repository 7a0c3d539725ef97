"""The front panel's display: always the latest picture, on a thread of its own, with a way back when it goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PIL import Image

from controller.errors import RogerError
from controller.events import Event, PartChanged
from controller.ports import Cancellation, Clock, Display
from controller.turn import Part
from controller.worker import Worker
from states.names import IDLE

RETRY_S: Final = 5.0
NAME: Final = "display"


class Panel:
    """Takes pictures from the machine's thread and returns at once.

    Args:
        make: Opens the display; tried again every `RETRY_S` while it raises `RogerError` DSP-xx.
        watch_s: Where nothing new was drawn for so many seconds, draw the same again: a display whose wire comes loose
            while nothing moves would be noticed by nobody, and stay dark when it is back. None for never.
    """

    def __init__(self, make: Callable[[], Display], worker: Worker, clock: Clock, watch_s: float | None = None) -> None:
        self._make = make
        self._worker = worker
        self._clock = clock
        self._display: Display | None = None
        self._latest: Image.Image | None = None
        self._drawn: Image.Image | None = None
        self._watch_s = watch_s
        self._retry_at = float("-inf")
        self._look_at = float("inf")
        self._reported = ""

    def draw(self, picture: Image.Image) -> None:
        """Show `picture` soon; of several that come while the bus is busy, only the last."""
        self._latest = picture
        self._submit()

    def close(self) -> None:
        """After the worker has ended."""
        if self._display:
            self._display.close()

    def _submit(self) -> None:
        self._worker.submit(0, IDLE, self._draw_latest)

    def _draw_latest(self, _: Cancellation) -> Iterator[Event]:
        picture, now = self._latest, self._clock.now()
        if picture is None or now < self._retry_at or (picture is self._drawn and now < self._look_at):
            return
        try:
            self._display = self._display or self._make()
            self._display.draw(picture)
        except RogerError as error:
            self._display, self._drawn, self._retry_at = None, None, self._clock.now() + RETRY_S
            self._clock.call_at(self._retry_at, self._submit)
            yield from self._report(Part(NAME, "missing", problem=error.problem))
        else:
            self._drawn = picture
            self._look_again()
            yield from self._report(Part(NAME, "ready"))

    def _look_again(self) -> None:
        if self._watch_s is not None:
            self._look_at = self._clock.now() + self._watch_s
            self._clock.call_at(self._look_at, self._submit)

    def _report(self, part: Part) -> Iterator[Event]:
        if part.status != self._reported:
            self._reported = part.status
            yield PartChanged(part=part)
