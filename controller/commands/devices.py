"""Which display and which button `roger run` has on this computer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console

from config.loader import Config
from controller.adapters.button_keyboard import KeyboardButton
from controller.adapters.button_returning import ReturningButton
from controller.adapters.button_script import ScriptedButton
from controller.adapters.header import Header
from controller.app import Assistant
from controller.errors import Problem, RogerError
from controller.ports import Display

WATCH_DISPLAY_S: Final = 5.0
"""Drawing the same again takes the bus 23 to 92 ms."""


def driver_of(config: Config, on_a_pi: bool) -> str:
    """The display's driver; on a PC with a terminal, an OLED that is not there is drawn in the terminal."""
    driver = config.roger.display.driver
    has_bus = Path(f"/dev/i2c-{config.roger.display.bus}").exists()
    if driver in ("emulator", "terminal", "none") or on_a_pi or has_bus or not sys.stdout.isatty():
        return driver
    return "terminal"


def make_display(driver: str, config: Config, console: Console) -> Display:
    """Raises `RogerError` DSP-01 where it cannot be had now."""
    if driver == "terminal":
        from controller.adapters.display_terminal import TerminalDisplay

        return TerminalDisplay(console)
    if driver == "none":
        from controller.adapters.display_files import FanOutDisplay

        return FanOutDisplay([])
    from controller.adapters.display_luma import LumaDisplay

    return LumaDisplay(config.roger.display)


@contextmanager
def pressing(
    hold_s: float | None, config: Config, pins: Header, no_pins: Problem | None, assistant: Assistant
) -> Iterator[None]:
    """The first of these that can be had: the script, the pin, the space bar. Without any, the pin is looked for."""
    button = _button(hold_s, config, pins, no_pins, assistant)
    try:
        yield
    finally:
        button.close()


def _button(
    hold_s: float | None, config: Config, pins: Header, no_pins: Problem | None, assistant: Assistant
) -> ScriptedButton | ReturningButton | KeyboardButton:
    clock, post = assistant.clock, assistant.post
    if hold_s:
        button = ScriptedButton(clock, post)
        button.hold(clock.now(), hold_s)
        return button
    if no_pins is None:
        return ReturningButton(config.roger.button, pins, clock, post)
    try:
        return KeyboardButton(clock, post, assistant.loop.stop)
    except RogerError:  # no terminal
        return ReturningButton(config.roger.button, Header(), clock, post)
