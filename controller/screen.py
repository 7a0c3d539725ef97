"""Decides when to draw: only what changed, at most ten times a second, and again by itself while something moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PIL import Image

from controller.events import ScreenDue
from controller.ports import Clock, Post
from controller.turn import Scene

SHORTEST_INTERVAL_S = 0.1
"""A full frame takes 23 ms on a 400 kHz I2C bus and 92 ms at 100 kHz (1,024 bytes of 9 bits)."""


class View(Protocol):
    """Makes pictures of scenes; pure."""

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        """The picture, mode "1", 128x64; and when that of the same scene will be another one, None if never."""


class Screen:
    """Lives on the machine's thread; the pictures go to `draw`, which returns at once."""

    def __init__(self, view: View, clock: Clock, post: Post, draw: Callable[[Image.Image, float], None]) -> None:
        self._view = view
        self._clock = clock
        self._post = post
        self._draw = draw
        self._last: Image.Image | None = None
        self._due: float | None = None
        self.forget()

    def show(self, scene: Scene, at: float) -> None:
        """Draw now if the last picture is old enough, else as soon as it is."""
        self._scene = scene
        earliest = self._drawn_at + SHORTEST_INTERVAL_S
        if at >= earliest:
            self._render(at)
        else:
            self._wake_at(earliest)

    def tick(self, event: ScreenDue) -> None:
        """Draw, unless something else was drawn since this was asked for."""
        if event.at == self._due:
            self._render(event.at)

    def redraw(self, at: float) -> None:
        """The view draws otherwise than before: show the same scene again."""
        self.show(self._scene, at)

    def forget(self) -> None:
        """Be as if nothing had been drawn yet."""
        self._scene, self._drawn_at, self._last, self._content, self._due = Scene(), float("-inf"), None, b"", None

    def _render(self, at: float) -> None:
        self._due = None
        self._drawn_at = at
        picture, change = self._view.picture(self._scene, at)
        if self._is_new(picture):
            self._draw(picture, at)
        if change is not None:
            self._wake_at(max(change, at + SHORTEST_INTERVAL_S))

    def _is_new(self, picture: Image.Image) -> bool:
        if picture is self._last:
            return False
        before, self._content = self._content, picture.tobytes()
        self._last = picture
        return self._content != before

    def _wake_at(self, when: float) -> None:
        if self._due is None or when < self._due:
            self._due = when
            self._clock.call_at(when, lambda: self._post(ScreenDue(at=when)))
