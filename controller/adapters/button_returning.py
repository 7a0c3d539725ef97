"""The button on a pin that may not be there yet, or go away: it is looked for until it is found."""

from __future__ import annotations

import threading
from typing import Final

from config.schema import ButtonSettings
from controller.adapters.button_gpiozero import GpioButton
from controller.adapters.header import Header
from controller.errors import Problem, RogerError
from controller.events import PartChanged
from controller.ports import Clock, Post
from controller.turn import Part

NAME: Final = "button"
CHECK_S: Final = 1.0
"""How often the chip is asked whether it is still there: it sends no event when it goes."""
RETRIES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)


class ReturningButton:
    """Watches the button's pin on a thread of its own, and reports when it goes away and comes back.

    Args:
        check_s: Seconds between two looks at a button that works.
    """

    def __init__(
        self, settings: ButtonSettings, header: Header, clock: Clock, post: Post, check_s: float = CHECK_S
    ) -> None:
        self._settings = settings
        self._header = header
        self._clock = clock
        self._post = post
        self._check_s = check_s
        self._closing = threading.Event()
        self._reported: tuple[str, Problem | None] = ("", None)
        self._tries = 0
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the pin."""
        self._closing.set()
        self._thread.join(3.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._watch()
            except RogerError as error:
                self._report(error.problem)
            self._closing.wait(RETRIES_S[min(self._tries, len(RETRIES_S) - 1)])
            self._tries += 1

    def _watch(self) -> None:
        """Until the chip goes away, which raises `RogerError` BTN-03, or `close`."""
        factory = self._header.factory()
        try:
            button = GpioButton(self._settings, factory, self._clock, self._post)
        except RogerError:
            self._header.gone(factory)
            raise
        self._report(None)
        self._tries = 0
        try:
            while not self._closing.wait(self._check_s):
                if self._header.gone(factory):
                    hint = "the GPIO driver went away; without it, restart the device"
                    raise RogerError("BTN-03", f"the button on {self._settings.pin} is gone", hint)
        finally:
            button.close()

    def _report(self, problem: Problem | None) -> None:
        """To the screen, each change once."""
        status = "missing" if problem else "ready"
        if (status, problem) == self._reported:
            return
        self._reported = (status, problem)
        self._post(PartChanged(self._clock.now(), part=Part(NAME, status, problem=problem)))
