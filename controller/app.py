"""The composition root: configuration in, a whole assistant out. The only importer of adapters and models."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from config.loader import Config
from config.schema import Language, Limits
from config.screens import ScreensFile
from controller.clock import SystemClock, VirtualClock, stopwatch, stopwatch_of
from controller.core import Core
from controller.dispatcher import Actions, Dispatcher, Engines, Late, Workers
from controller.engines import (
    history_file,
    make_camera,
    make_chat,
    make_conversation,
    make_speaker,
    make_understanding,
    make_voice,
    speaks,
)
from controller.events import Event, PictureGiven, ScreenDue
from controller.kept_audio import KeptAudio
from controller.loop import Loop, SystemLoop, VirtualLoop
from controller.mouth import Mouth
from controller.panel import Panel
from controller.pictures import Prepared
from controller.ports import (
    Camera,
    ChatModel,
    Classifier,
    Clock,
    Display,
    Microphone,
    Post,
    Recognizer,
    Speaker,
    Voice,
)
from controller.screen import Screen, View
from controller.trace import Trace
from controller.turn import Scene
from controller.vitals import stuck
from controller.worker import ThreadWorker, VirtualWorker, Worker
from states import names
from states.guards import Rules
from states.table import TABLE, Row

if TYPE_CHECKING:  # models are imported late, where they are made
    from models.chat.chat import Servers
    from models.chat.conversation import Conversation

log = logging.getLogger(__name__)

WORKERS = ("hearing", "understanding", "acting", "asking", "speaking")
CLOSING_S = 1.0
"""How long closing waits for all workers together. One that hangs, or computes on, ends with the process."""

Watch = Callable[[Event, str, Scene], None]
"""Told of every handled event, the machine's verdict, and what it then showed."""


@dataclass(frozen=True)
class Time:
    """One kind of time, and the loop and workers that live in it."""

    clock: Clock
    make_loop: Callable[[Callable[[Event], None]], Loop]
    make_worker: Callable[[str, Post], Worker]


def real_time() -> Time:
    """Seconds pass by themselves; every stage works on a thread of its own."""
    clock = SystemClock()
    return Time(clock, lambda handle: SystemLoop(clock, handle), lambda name, post: ThreadWorker(name, clock, post))


def virtual_time() -> Time:
    """Nobody waits: time jumps to what is due next, and work takes as long as it really took."""
    clock = VirtualClock()
    return Time(clock, lambda handle: VirtualLoop(clock, handle), lambda name, post: VirtualWorker(clock, post))


class DeviceActions(Actions, Protocol):
    """The user's actions, and what hangs on the pins."""

    def outputs(self) -> dict[str, float]:
        """Each output's level, 0 (off) to 1 (on)."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Surroundings:
    """What is around the machine, real or simulated.

    Attributes:
        make_microphone: Gets the way to report that it went away or came back.
        make_display: Raises `RogerError` DSP-xx while there is none.
        pin_factory: The `Header`, or gpiozero's factory, for the outputs; None where there are no pins: actions that
            need one fail and say so.
        make_actions: Gets what makes the bigger model forget. As all after it, None for what the configuration says.
        make_servers: Whom the bigger model's questions go to, where several assistants share them.
        on_screen: What is drawn of the configured view.
        watch_display_s: A real display is looked after in these intervals; None for one that cannot go away unseen.
    """

    make_microphone: Callable[[Clock, Post], Microphone]
    make_recognizer: Callable[[], Recognizer]
    make_display: Callable[[Clock], Display]
    pin_factory: Any = None
    make_actions: Callable[[Clock, Callable[[], None]], DeviceActions] | None = None
    make_classifier: Callable[[], Classifier] | None = None
    make_chat: Callable[[], ChatModel] | None = None
    make_servers: Callable[[], Servers] | None = None
    make_camera: Callable[[], Camera] | None = None
    make_voice: Callable[[], Voice] | None = None
    make_speaker: Callable[[], Speaker] | None = None
    on_screen: Callable[[View], View] = lambda view: view
    watch_display_s: float | None = None


class Assistant:
    """A whole assistant: post events to it, run it, close it."""

    def __init__(
        self, config: Config, around: Surroundings, time: Time, trace: Trace, table: Sequence[Row] = TABLE
    ) -> None:
        self.clock = time.clock
        self.loop = time.make_loop(self._handle)
        self.post = self.loop.post
        self._trace = trace
        self.watchers: list[Watch] = []
        self.conversation = make_conversation(config, time.clock)
        self.actions = _make_actions(config, around, time.clock, self.conversation.forget)
        self._microphone = around.make_microphone(time.clock, self.post)
        self._drawing = time.make_worker("drawing", self.post)
        self._panel = Panel(lambda: around.make_display(time.clock), self._drawing, time.clock, around.watch_display_s)
        self.view = ConfiguredView(config.screens, config.roger.language)
        self._screen = Screen(around.on_screen(self.view), time.clock, self.post, self._draw)
        measure, closing = partial(stopwatch_of, time.clock), threading.Event()
        self._closing = closing
        engines = Engines(
            self._microphone,
            Late("recognizer", around.make_recognizer),
            Late(
                "classifier",
                around.make_classifier or partial(make_understanding, config, measure, closing.is_set),
            ),
            self.actions,
            Late("chat", around.make_chat or partial(_make_chat, config, around, self.conversation, time.clock)),
            Late("camera", around.make_camera or partial(make_camera, config)),
            Late("speaker", partial(_make_mouth, config, around, time.clock)),
            config.roger.camera.rotate,
        )
        self._workers = Workers(*(time.make_worker(name, self.post) for name in WORKERS))
        self._kept = _kept_audio(config, trace, time, self.post)
        self._dispatcher = Dispatcher(engines, self._workers, self._screen, time.clock, self.post, self._kept)
        self._rules = rules_of(config)
        self.core = Core(self._dispatcher, self._screen, trace, self._rules, table)
        self.controller = self.core.controller

    def run(self, finished: Callable[[], bool] = lambda: False) -> None:
        """Show the first screen, load what takes time, and handle events until `finished()` or `loop.stop()`."""
        self.core.start(self.clock.now())
        self._dispatcher.load()
        self.loop.run(finished)

    def use_screens(self, screens: ScreensFile) -> None:
        """Draw by `screens` from now on. Call it on the machine's thread."""
        self.view.screens = screens
        self._screen.redraw(self.clock.now())

    def give(self, image: Prepared) -> None:
        """The next question is about `image`. From any thread."""
        self.post(PictureGiven(self.clock.now(), picture=self._dispatcher.album.keep(image)))

    def hung(self, now: float) -> str:
        """The stage that does not come back from its work, in words; empty while all do."""
        doing = ((name, worker.doing) for name, worker in zip(WORKERS, self._workers, strict=True))
        return stuck(doing, self._rules.deadlines_s, now)

    def close(self) -> None:
        """Let go of everything; nothing goes on afterwards."""
        self._closing.set()
        with ExitStack() as last_to_first:  # one part that cannot be closed must not leave an output on
            last_to_first.callback(self._trace.flush)
            last_to_first.callback(self.actions.close)
            last_to_first.callback(self._panel.close)
            last_to_first.callback(_close_together, (*self._workers, self._drawing))
            last_to_first.callback(self._dispatcher.close)
            last_to_first.callback(lambda: self._dispatcher.cancel(self.controller.turn.id))
            last_to_first.callback(lambda: self._dispatcher.hush(self.controller.turn.id))
            if self._kept:
                last_to_first.callback(self._kept.close)
            last_to_first.callback(self._microphone.shut_down)

    def _handle(self, event: Event) -> None:
        verdict = self.core.handle(event)
        if isinstance(event, ScreenDue):
            return
        if self.controller.state == names.IDLE:
            self._trace.flush()
        if self.controller.state == names.IDLE and self._trace.is_full:
            self._trace.renew()
            self.core.start(event.at, self.controller.scene)
        for watch in self.watchers:
            watch(event, verdict, self.controller.scene)

    def _draw(self, picture: Image.Image, at: float) -> None:
        self._trace.frame(picture, at)
        self._panel.draw(picture)


def _close_together(workers: Sequence[Worker]) -> None:
    passed = stopwatch()
    for worker in workers:
        worker.end()
    for worker in workers:
        worker.close(max(0.0, CLOSING_S - passed()))


class ConfiguredView:
    """Pictures by the user's screens.yaml and language."""

    def __init__(self, screens: ScreensFile, language: Language) -> None:
        from controller.view import load_texts

        self.screens = screens
        self.texts = load_texts(language)

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        from controller.view import picture

        return picture(scene, at, self.screens, self.texts)


def _kept_audio(config: Config, trace: Trace, time: Time, post: Post) -> KeptAudio | None:
    """Only where the user asked for it, and for a trace."""
    if not config.roger.trace.audio or trace.path is None:
        return None
    return KeptAudio(trace, time.make_worker("keeping", post))


def rules_of(config: Config) -> Rules:
    """The user's settings as the machine's guards and deadlines ask for them."""
    settings = config.roger
    return Rules(
        settings.button.hold_s,
        settings.button.tap,
        settings.chat.enabled,
        _deadlines(settings.limits),
        speaks=speaks(config),
    )


def _deadlines(limits: Limits) -> dict[str, float]:
    return {state: getattr(limits, f"{state}_s") for state in names.ALL if state != names.IDLE}


def keep_history(
    assistant: Assistant, config: Config, who: str = "device", saved: Callable[[int], None] = lambda turn: None
) -> Callable[[], None]:
    """Keep every turn, where roger.yaml wants it; call what is returned after the assistant was closed."""
    from controller.history.keeper import Keeper

    if not config.roger.history.enabled:
        return lambda: None
    worker = ThreadWorker("history", assistant.clock, assistant.post)
    keeper = Keeper(history_file(config), config.roger.history, worker, assistant.clock, who, saved)
    assistant.watchers.append(keeper.watch)
    return keeper.close


def _make_chat(config: Config, around: Surroundings, conversation: Conversation, clock: Clock) -> ChatModel:
    return make_chat(config, conversation, clock, around.make_servers() if around.make_servers else None)


def _make_mouth(config: Config, around: Surroundings, clock: Clock) -> Mouth:
    """Raises `RogerError` SPK-xx."""
    voice = around.make_voice() if around.make_voice else make_voice(config)
    speaker = around.make_speaker() if around.make_speaker else make_speaker(config)
    return Mouth(voice, speaker, clock)


def _make_actions(config: Config, around: Surroundings, clock: Clock, forget: Callable[[], None]) -> DeviceActions:
    from controller.adapters.actions import make_actions

    if around.make_actions:
        return around.make_actions(clock, forget)
    return make_actions(config.actions, around.pin_factory, clock, forget)
