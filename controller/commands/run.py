"""`roger run`: the assistant on its hardware. What is missing is reported, and the rest goes on."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from config.issues import ConfigError
from config.loader import DEFAULT_FOLDER, Config, Issue, load, load_or_last_good, render
from controller.adapters import board
from controller.adapters.microphone_absent import microphone_or_none
from controller.adapters.news import News, tell
from controller.app import Assistant, Surroundings, keep_history, real_time
from controller.commands.devices import WATCH_DISPLAY_S, driver_of, make_display, pressing
from controller.commands.options import add_command, add_config_option
from controller.commands.serving import serving
from controller.commands.tracing import open_trace
from controller.engines import make_recognizer, state_folder
from controller.events import Event, PartChanged
from controller.settings.status import card_problem, find_status
from controller.simulator.timeline import Timeline
from controller.turn import LAST_RUN, Scene
from controller.vitals import Pulse
from states.names import IDLE

EPILOG: Final = """\
examples:
  roger run                      on a Pi: button, microphone and OLED of roger.yaml
                                 on a PC: the space bar is the button, the terminal is the screen
  roger run --hold 5             press for the first 5 seconds, and stop after that turn
  roger run --trace turn.jsonl   also write down everything that happens

Ctrl-C ends it. Broken YAML does not: the last configuration that worked is used, and the fault is shown.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "run",
        "be the assistant: button, microphone, screen",
        "Runs Roger on the hardware of this computer.",
        EPILOG,
    )
    command.add_argument("--hold", type=float, metavar="SECONDS", help="press for the first SECONDS, then stop")
    command.add_argument("--trace", type=Path, metavar="FILE", help="write the trace (JSON Lines)")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM; with --hold until that turn is over."""
    console = Console()
    config, faults = _configuration(args.config)
    on_a_pi = board.is_raspberry_pi()
    driver = driver_of(config, on_a_pi)
    pins, no_pins = board.find_pins(on_a_pi)
    pulse = Pulse()
    around = Surroundings(
        make_microphone=lambda clock, post: microphone_or_none(config.roger.microphone, clock, post, pulse),
        make_recognizer=lambda: make_recognizer(config),
        make_display=lambda clock: make_display(driver, config, console),
        pin_factory=pins,
        watch_display_s=WATCH_DISPLAY_S if driver not in ("terminal", "none") else None,
    )
    time = real_time()
    with open_trace(args.trace, config, time.clock) as trace:
        assistant = Assistant(config, around, time, trace)
        end_history = keep_history(assistant, config)
        if driver != "terminal":
            assistant.watchers += [Timeline(console).watch, _Reporter(console).watch]
        with (
            _stopping_on_signals(assistant.loop.stop),
            serving(assistant, state_folder(), os.environ, _silence_of(pulse)) as supervisor,
            pressing(args.hold, config, pins, no_pins, assistant),
            _news(assistant, faults),
        ):
            try:
                assistant.run(_after_one_turn(assistant) if args.hold else lambda: False)
            finally:
                supervisor.stopping()
                assistant.close()
                end_history()
    return _left(0)


def _left(status: int) -> int:
    """Where a thread still computes, end without the interpreter's own end: C++ below it would abort."""
    if any(thread.daemon for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def _silence_of(pulse: Pulse) -> Callable[[float], str]:
    return lambda now: "the microphone's thread hangs" if pulse.missed(now) else ""


def _configuration(folder: Path) -> tuple[Config, Sequence[Issue]]:
    instead = "The last configuration that worked"
    try:
        config, issues = load_or_last_good(folder, state_folder() / "last-good")
    except ConfigError as error:
        if "NOTIFY_SOCKET" not in os.environ:
            raise
        # a service has nobody at a terminal: its screen has to say what is wrong, from the very first start on
        config, issues, instead = load(DEFAULT_FOLDER), error.issues, "The configuration that Roger comes with"
    for issue in issues:
        print(render(issue), file=sys.stderr)
    if issues:
        print(f"\n{instead} is used instead.", file=sys.stderr)
    return config, issues


@contextmanager
def _news(assistant: Assistant, faults: Sequence[Issue]) -> Iterator[None]:
    """What the device tells by itself: faults of its files and, where it has a card with settings, of the network."""
    status = find_status()
    tell((*(status.problems if status else ()), *map(card_problem, faults)), assistant.clock, assistant.post)
    if status is None:
        yield
        return
    news = News(status.wifi_name, assistant.clock, assistant.post)
    try:
        yield
    finally:
        news.close()


def _after_one_turn(assistant: Assistant) -> Callable[[], bool]:
    """Whether the machine is back in idle after a turn."""
    return lambda: assistant.controller.turn.id > 0 and assistant.controller.state == IDLE


class _Reporter:
    """Prints the health of the parts, once each time that it changes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        if isinstance(event, PartChanged) and event.part.name != LAST_RUN:  # that is logged
            part = event.part
            problem = part.problem
            cause = f": {problem.code} {problem.message}; {problem.hint}" if problem else ""
            self._console.print(f"{part.name} is {part.status}{cause}", highlight=False, soft_wrap=True)


@contextmanager
def _stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the loop; everything is then closed in order."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
