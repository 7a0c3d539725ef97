"""The simulator in a terminal: the device's front panel, drawn live, with the button under the space bar."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from math import inf
from pathlib import Path
from queue import Empty
from typing import ClassVar, Final

from rich.text import Text
from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.events import Resize
from textual.widgets import Footer, Input, RichLog, Static

from config.loader import FILES, Config, ConfigError, load, render
from controller.clock import SystemClock
from controller.events import ButtonPressed, Event
from controller.held_key import REPEAT_S, HeldKey
from controller.simulator.terminal import look
from controller.simulator.terminal.faults import Fault
from controller.simulator.terminal.files import FileWatch
from controller.simulator.terminal.menu import FaultMenu
from controller.simulator.terminal.oled import Oled, Spoken
from controller.simulator.terminal.panels import Knob, Lamps, Line, Parts, State
from controller.simulator.terminal.session import Session
from controller.simulator.terminal.words import Words
from controller.simulator.writing import save
from controller.view import words
from states.names import IDLE

FRAME_S: Final = 0.05
"""The device draws ten times a second at most: this misses nothing."""
WATCH_S: Final = 0.25
"""From one look at the user's files to the next."""


class Happenings(RichLog, can_focus=False):
    """The trace, a line each."""


class Simulator(App[None]):
    """The front panel of a session, which it starts.

    Args:
        session: Not yet started. Whoever runs the app closes `session` afterwards, which may be another one by then.
        begin: Makes another session after a reload.
        folder: Where scenarios and traces are written.
        repeat_s: A longer pause between repeats of the space bar means that it was let go.
    """

    CSS = look.CSS
    TITLE = "Roger"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = look.WIDTHS
    VERTICAL_BREAKPOINTS = look.HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "stroke", "button"),
        Binding("enter", "type", "speak", priority=True),  # before the keys that come right after it
        Binding("f,F", "faults", "faults"),
        Binding("r,R", "reload", "reload"),
        Binding("s,S", "save", "save"),
        Binding("t,T", "trace", "trace"),
        Binding("q,Q", "quit", "quit"),
        Binding("escape", "leave", "back to the keys"),
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(
        self, session: Session, begin: Callable[[Config], Session], folder: Path, repeat_s: float = REPEAT_S
    ) -> None:
        super().__init__()
        self.ansi_theme_dark = look.ANSI
        self.session = session
        self._begin = begin
        self._folder = folder
        self._bar = HeldKey(repeat_s)
        self._ended = threading.Event()
        self._oled, self._spoken = Oled("Roger"), Spoken()
        self._happenings = Happenings(max_lines=2_000, min_width=1)
        self._panels = [
            Knob("button"),
            State("state"),
            Parts("parts"),
            Lamps("outputs"),
            Lamps(id="strip"),
            Line(id="line"),
        ]
        self._words = Words(
            "hold the space bar and speak" if self._listens else "press enter, and type what is said", self._listens
        )

    @property
    def _listens(self) -> bool:
        """Whether a real microphone hears what is said."""
        return "microphone" in self.session.real.names

    def compose(self) -> ComposeResult:
        title = Text(" Roger", "bold").append("  the device on this computer: nothing leaves it", "not bold")
        yield Static(title.append(f"   {self.session.config.folder}", "not bold dim"), id="title")
        knob, state, parts, lamps, strip, line = self._panels
        with Container(id="top"), Horizontal():
            yield self._oled
            with Vertical(id="side"):
                with Container(id="device"):
                    yield from (knob, state)
                yield from (parts, lamps)
        yield from (self._spoken, strip, line, self._happenings)
        with Horizontal(id="say"):
            yield Static("say", id="prompt")
            yield self._words
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.register_theme(look.THEME)
        self.theme = look.THEME.name
        self.query_one("#say").border_title = "what is said"
        self._happenings.border_title = "trace"
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        self.session.start()
        self._watch_files()
        self.set_interval(FRAME_S, self._draw)

    def on_unmount(self) -> None:
        self._ended.set()

    def on_resize(self, event: Resize) -> None:
        columns, rows = look.LARGE
        self.screen.set_class(event.size.width >= columns and event.size.height >= rows, "-large")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Escape leads out of the line of words, and enter into it."""
        typing = isinstance(self.focused, Words)
        may_type = not (typing or self._listens or self.screen.is_modal)
        return {"leave": typing, "type": may_type}.get(action, True)

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()

    def on_descendant_blur(self) -> None:
        self.refresh_bindings()

    @on(Words.Stroke)
    def action_stroke(self) -> None:
        """The space bar was struck, or repeats itself."""
        if self._bar.next_settle is None and self.session.seen.down:
            return  # somebody speaks the words of the line
        self._push(self._bar.stroke(self.session.clock.now()))

    def action_type(self) -> None:
        self.set_focus(self._words)

    def action_leave(self) -> None:
        self.set_focus(None)

    def action_page(self, way: int) -> None:
        happenings = self._happenings
        happenings.scroll_relative(y=way * max(1, happenings.size.height - 1), animate=False)

    @on(Input.Submitted)
    def say(self, event: Input.Submitted) -> None:
        """The words of the line are spoken."""
        if not event.value.strip():
            return
        if self.session.say(event.value.strip()):
            self._words.take()
        else:
            self._tell("the button is down: let it go first, or tap it if it is latched", "yellow")

    def action_faults(self) -> None:
        self.push_screen(FaultMenu(self.session), self._let_happen)

    def _let_happen(self, fault: Fault | None) -> None:
        if fault:
            self._tell(f"{fault.about}: {fault.what}", "magenta")
            fault.do(self.session)

    @work(group="reload", exclusive=True)
    async def action_reload(self) -> None:
        """Begin anew, with the files as they are now."""
        try:
            config = await asyncio.to_thread(load, self.session.config.folder)
        except ConfigError as error:
            self._tell_issues(error)
            return
        await asyncio.to_thread(self.session.close)
        self.session = await asyncio.to_thread(self._begin, config)
        self._push(self._bar.settle(inf))
        self._tell("begun anew, with the files as they are now", "green")
        self.session.start()

    @work
    async def action_save(self) -> None:
        """Write what was done so far, and what came of it, as a scenario."""
        if self.session.seen.scene.state != IDLE:
            self._tell("will be saved as soon as the machine is at rest", "dim")
        now = SystemClock().wall()
        scenario = await asyncio.wrap_future(self.session.scenario(f"Done by hand, {now:%Y-%m-%d %H:%M}"))
        if scenario is None:
            self._tell("nothing was done yet that could be saved", "yellow")
            return
        path = self._folder / f"scenario-{now:%Y-%m-%d-%H%M%S}.yaml"
        command = f"roger simulate {path.name} --config {self.session.config.folder}"
        await self._write_file(path, "roger simulate", lambda: save(scenario, path, command))

    @work
    async def action_trace(self) -> None:
        """Write the trace so far."""
        path = self._folder / f"trace-{SystemClock().wall():%Y-%m-%d-%H%M%S}.jsonl"
        trace = await asyncio.wrap_future(self.session.trace())
        await self._write_file(path, "roger replay", lambda: path.write_text(trace, "utf-8"))

    async def _write_file(self, path: Path, command: str, write: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(write)
        except OSError as error:
            self._tell(f"{path} cannot be written: {error.strerror}", "bright_red")
        else:
            self._tell(f"wrote {path.name}, for {command}", "green")

    def _draw(self) -> None:
        """Draw what can be seen now. The machine knows nothing of it and waits for nothing."""
        session = self.session
        if session.crashed:
            raise session.crashed
        if not self.query(Oled):
            return  # on the way in, or out
        now, seen = session.clock.now(), session.seen
        self.call_later(self._settle_behind_keys)
        with suppress(Empty):
            while True:
                self._write(session.lines.get_nowait())
        self._oled.show(session.picture, seen)
        for panel in self._panels:
            panel.look(seen, now)
        if self._spoken.display:
            view = session.assistant.view
            self._spoken.show("\n".join(words(seen.scene, now, view.screens, view.texts)))

    def _settle_behind_keys(self) -> None:
        """Only when every key that is on its way here has arrived is it known whether the space bar was let go."""
        (self.focused or self.screen).call_later(lambda: self._push(self._bar.settle(self.session.clock.now())))

    def _push(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, ButtonPressed):
                self.session.press(event.at, self._words.value.strip())
            else:
                self.session.release(event.at)

    def _write(self, line: Text) -> None:
        line.no_wrap, line.overflow = True, "ellipsis"
        self._happenings.write(line, expand=True)

    def _tell(self, text: str, style: str) -> None:
        """Say something that is not of the machine; from any thread."""
        self.session.lines.put(Text(f"{'':>12}{text}", style))

    def _tell_issues(self, error: ConfigError) -> None:
        for issue in error.issues:
            for line in render(issue).splitlines():
                self._tell(line, "bright_red")

    @work(thread=True)
    def _watch_files(self) -> None:
        """Take over what changes in the user's files, as far as that can be done while the machine runs."""
        files = FileWatch(self.session.config.folder, FILES)
        while not self._ended.wait(WATCH_S):
            changed = files.changed()
            if changed:
                self._take_over(changed)

    def _take_over(self, changed: list[str]) -> None:
        try:
            config = load(self.session.config.folder)
        except ConfigError as error:
            self._tell_issues(error)
            return
        for name in changed:
            what = "is drawn" if name == "screens.yaml" else "has changed: press r to begin anew with it"
            self._tell(f"{name} {what}", "green" if name == "screens.yaml" else "yellow")
        self.session.use_screens(config.screens)
