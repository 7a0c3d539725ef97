"""Everybody who has the page open, and what they share."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from config.loader import Config
from controller.adapters import board
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.actions import Actions, runners
from controller.app import Surroundings
from controller.clock import SystemClock, stopwatch
from controller.engines import make_recognizer, make_servers, make_understanding, make_voice, speaks
from controller.errors import RogerError
from controller.ports import Clock, Post
from controller.web.browser import Line
from controller.web.shared import Once, SharedActions, SharedClassifier, SharedRecognizer
from controller.web.visitor import Visitor

log = logging.getLogger(__name__)

AWAY_S: Final = 120.0
"""For so long a page that has gone may come back to its conversation."""


class Visitors:
    """Makes, finds and ends them. From any thread.

    Args:
        new_name: A name that nobody can guess: who knows it is that visitor.
    """

    def __init__(self, config: Config, new_name: Callable[[], str]) -> None:
        self.config = config
        self._new_name = new_name
        self._clock = SystemClock()
        self._lock = threading.Lock()
        self._all: dict[str, Visitor] = {}
        self._came = 0
        self._leaving: list[threading.Thread] = []
        self._away: dict[str, Callable[[], float]] = {}
        self._recognizer = Once(partial(make_recognizer, config))
        self._classifier = Once(partial(make_understanding, config))
        self._servers = Once(lambda: make_servers(config, self._clock))
        self._gpio = Once(lambda: GpioRunner(config.actions.outputs, board.find_pins(board.is_raspberry_pi())[0]))
        self._speaking, self._understanding, self._acting = threading.Lock(), threading.Lock(), threading.Lock()

    def come(self, name: str = "") -> Visitor:
        """The visitor of that name, or a new one. Raises `RogerError` WEB-04 where there are too many."""
        with self._lock:
            self._end_those_away()
            self._away.pop(name, None)
            if name in self._all:
                return self._all[name]
            if len(self._all) >= self.config.roger.web.visitors:
                raise RogerError(
                    "WEB-04", f"{len(self._all)} pages are open already", "close one, or raise web.visitors"
                )
            name, self._came = self._new_name(), self._came + 1
            voice = partial(make_voice, self.config) if speaks(self.config) else None
            self._all[name] = Visitor(name, self._came, self.config, self._around(name), voice)
            return self._all[name]

    def find(self, name: str) -> Visitor | None:
        """The visitor of that name, if it is here."""
        with self._lock:
            return self._all.get(name)

    def leave(self, name: str, line: Line) -> None:
        """The page of that visitor that had `line` is gone; it may come back for a while."""
        with self._lock:
            self._end_those_away()
            if name in self._all and self._all[name].outbox.line is line:  # else it has come back already
                self._away[name] = stopwatch()

    def close(self) -> None:
        """End everybody, and what they shared."""
        with self._lock:
            everybody, self._all = list(self._all.values()), {}
            leaving = list(self._leaving)
        for visitor in everybody:
            visitor.close()
        for thread in leaving:
            thread.join(10.0)
        for once in (self._recognizer, self._servers, self._gpio):
            if once.made:
                once.made.close()

    def _end_those_away(self) -> None:
        for name, away_s in list(self._away.items()):
            if away_s() > AWAY_S and name in self._all:
                del self._away[name]
                leaving = threading.Thread(target=self._all.pop(name).close, name="leaving", daemon=True)
                leaving.start()
                self._leaving = [thread for thread in (*self._leaving, leaving) if thread.is_alive()]

    def _around(self, name: str) -> Surroundings:
        """What a visitor shares with the others."""

        def actions(clock: Clock, forget: Callable[[], None]) -> SharedActions:
            gpio = self._gpio.get()
            own = Actions(self.config.actions, runners(gpio, clock, forget), gpio, clock)
            return SharedActions(own, self._acting, partial(self._tell, name))

        return Surroundings(
            make_microphone=_of_the_browser,
            make_display=_of_the_browser,
            make_recognizer=lambda: SharedRecognizer(self._recognizer.get(), self._speaking),
            make_classifier=lambda: SharedClassifier(self._classifier.get(), self._understanding),
            make_actions=actions,
            make_servers=lambda: replace(self._servers.get(), shared=True),
        )

    def _tell(self, name: str, action: str) -> None:
        """Everybody else hears what one of them has done."""
        with self._lock:
            others = [visitor for other, visitor in self._all.items() if other != name]
        for visitor in others:
            visitor.notice(action)


def _of_the_browser(*_: Clock | Post) -> Any:
    raise AssertionError("each visitor has its own")
