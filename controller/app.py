"""The composition root: configuration in, a whole assistant out. The only importer of adapters and models."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from config.loader import Config
from config.privacy import may_reach
from config.schema import ChatServer, Language, Limits, UnderstandingSettings
from config.screens import ScreensFile
from controller.clock import SystemClock, VirtualClock, stopwatch, stopwatch_of
from controller.core import Core
from controller.dispatcher import Actions, Dispatcher, Engines, Late, Workers
from controller.errors import RogerError
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
from controller.worker import ThreadWorker, VirtualWorker, Worker
from states import names
from states.guards import Rules
from states.table import TABLE, Row

if TYPE_CHECKING:  # models are imported late, where they are made
    from models.chat.chat import Servers
    from models.chat.conversation import Conversation
    from models.intent.answering import Stage
    from models.intent.cascade import Stopwatch
    from models.intent.meaning import MeaningClassifier
    from models.llm.process import EngineProcess

log = logging.getLogger(__name__)

WORKERS = ("hearing", "understanding", "acting", "asking", "speaking")

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
        pin_factory: gpiozero's, for the outputs; None where there are no pins: actions that need one fail and say so.
        make_actions: Gets what makes the bigger model forget. As all after it, None for what the configuration says.
        make_servers: Whom the bigger model's questions go to, where several assistants share them.
        on_screen: What is drawn of the configured view.
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
        self._panel = Panel(lambda: around.make_display(time.clock), self._drawing, time.clock)
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
        self.core = Core(self._dispatcher, self._screen, trace, rules_of(config), table)
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

    def close(self) -> None:
        """Let go of everything; nothing goes on afterwards."""
        self._closing.set()
        with ExitStack() as last_to_first:  # one part that cannot be closed must not leave an output on
            last_to_first.callback(self._trace.flush)
            last_to_first.callback(self.actions.close)
            last_to_first.callback(self._panel.close)
            for worker in (*self._workers, self._drawing):
                last_to_first.callback(worker.close)
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
        for watch in self.watchers:
            watch(event, verdict, self.controller.scene)

    def _draw(self, picture: Image.Image, at: float) -> None:
        self._trace.frame(picture, at)
        self._panel.draw(picture)


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
    return KeptAudio(trace.path, time.make_worker("keeping", post))


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


def make_recognizer(config: Config) -> Recognizer:
    """The engine that roger.yaml names. Takes a second or two; raises `RogerError` ASR-xx, MDL-xx or CFG-08."""
    from models.store.fetch import folder_of

    settings = config.roger.recognizer
    folder = folder_of(settings.model)
    if settings.engine == "vosk":
        from models.asr.vosk import VoskRecognizer
        from models.intent.samples import speakers_of

        return VoskRecognizer(folder, settings.language, speakers_of(config.actions) if settings.grammar else {})
    from models.asr.recognizer import WhisperRecognizer
    from models.intent.compiled import grammars_of

    grammars = grammars_of(config.actions) if settings.grammar else {}
    return WhisperRecognizer(folder, settings.language, settings.threads, settings.partials, grammars, settings.load)


def make_classifier(config: Config) -> Classifier:
    """The rules alone, which need no model and are there at once. Raises `RogerError` CFG-08."""
    return _classifier(config, make_stages(config, without_models=True))


def make_understanding(
    config: Config, measure: Stopwatch = stopwatch, given_up: Callable[[], bool] = lambda: False, *, wait: bool = False
) -> Classifier:
    """Rules first, then what the words mean, as far as roger.yaml wants it and its model is installed.

    Takes seconds where actions.yaml is new. Raises `RogerError` CFG-08, MDL-06.
    """
    return _classifier(config, make_stages(config, given_up=given_up, wait=wait), measure)


def make_stages(
    config: Config,
    *,
    without_models: bool = False,
    given_up: Callable[[], bool] = lambda: False,
    wait: bool = False,
) -> dict[str, Stage]:
    """The stages of understanding that there are, by name, in their order.

    Args:
        wait: Until the language model is loaded; else it is there when it is.

    Raises:
        RogerError: CFG-08, MDL-06.
    """
    from models.intent.cascade import Cascade
    from models.intent.complaints import Complaints
    from models.intent.rules import RulesClassifier

    rules = RulesClassifier(config.actions, config.roger.language)
    meaning = None if without_models else make_meaning(config, given_up)
    if meaning is None:
        return {"rules": rules, "complaints": Complaints(rules, rules)}
    anywhere = Cascade({"rules": rules, "meaning": meaning})
    stages: dict[str, Stage] = {"rules": rules, "complaints": Complaints(anywhere, rules), "meaning": meaning}
    if config.roger.understanding.llm == "local":
        from models.llm.stage import LlamaStage

        make = partial(_make_engine, config.roger.understanding)
        stages["llama"] = LlamaStage(meaning, make, cache_folder(), wait=wait)
    if config.roger.understanding.llm == "remote":
        from models.llm.remote import RemoteStage

        stages["remote"] = RemoteStage(meaning, partial(_make_judge, config))
    return stages


def _make_engine(settings: UnderstandingSettings) -> EngineProcess:
    """Raises `RogerError` MDL-xx; MDL-05 where the board has too little memory."""
    from models.llm.files import gguf_of
    from models.llm.process import EngineProcess

    return EngineProcess(gguf_of(settings.llm_model, settings.llm_memory_mb), settings.llm_threads)


def _make_judge(config: Config, system: str, limit_s: float) -> ChatModel:
    """The bigger model, asked something short that it forgets again. Raises `RogerError` CHAT-xx."""
    from models.chat.openai_chat import OpenAIChat

    settings, servers = config.roger.chat, allowed_servers(config)
    if not servers:
        raise RogerError("CHAT-01", "no chat server may be asked: private is true", "set understanding.llm: local")
    limits = settings.limits.model_copy(update={"total_s": min(limit_s, settings.limits.total_s)})
    return OpenAIChat(settings.of(servers[0]).model_copy(update={"system": system, "limits": limits}))


QUICK = ("rules", "complaints", "meaning")
"""The stages that decide on the parts of a sentence, of which there may be many."""


def _classifier(config: Config, stages: Mapping[str, Stage], measure: Stopwatch | None = None) -> Classifier:
    """One order or several, answers to what was asked, and what has to be asked."""
    from models.intent.answering import Answering
    from models.intent.cascade import Cascade, no_time
    from models.intent.safeguard import Safeguard
    from models.intent.several import Several

    whole = Cascade(stages, measure or no_time)
    part = Cascade({name: stage for name, stage in stages.items() if name in QUICK}, measure or no_time)
    return Safeguard(Answering(Several(whole, part, config.actions), config.actions), config.actions)


def make_meaning(config: Config, given_up: Callable[[], bool] = lambda: False) -> MeaningClassifier | None:
    """The stage that goes by meaning; None where it is switched off or its model is not installed."""
    from models.store.fetch import folder_of

    settings = config.roger.understanding
    if not settings.meaning or not config.actions.actions:
        return None
    try:
        folder = folder_of(settings.model)
    except RogerError as error:
        if error.problem.code != "MDL-02":
            raise
        log.warning("%s; only what phrases say is understood (%s)", error.problem.message, error.problem.hint)
        return None
    from models.embedding.sentences import SentenceEncoder
    from models.intent.meaning import MeaningClassifier

    return MeaningClassifier(config.actions, SentenceEncoder(folder), cache_folder(), given_up)


def state_folder() -> Path:
    """Where is kept what must outlast a restart; a systemd unit gives it with StateDirectory=."""
    given = os.environ.get("STATE_DIRECTORY") or os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(given).expanduser() / "roger"


def history_file(config: Config) -> Path:
    """Where turns are kept."""
    folder = config.roger.history.folder
    return (Path(folder).expanduser() if folder else state_folder()) / "history.db"


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


def cache_folder() -> Path:
    """Where is kept what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "roger"


def make_chat(config: Config, conversation: Conversation, clock: Clock, servers: Servers | None = None) -> ChatModel:
    """The bigger model. Raises `RogerError` CHAT-xx, MDL-xx.

    Args:
        servers: Those that several share; None makes them anew.
    """
    from models.chat.chat import Chat

    return Chat(config.roger.chat, servers or make_servers(config, clock), conversation, clock)


def _make_chat(config: Config, around: Surroundings, conversation: Conversation, clock: Clock) -> ChatModel:
    return make_chat(config, conversation, clock, around.make_servers() if around.make_servers else None)


def make_servers(config: Config, clock: Clock) -> Servers:
    """Who is asked, and what that may cost. Raises `RogerError` CHAT-xx, MDL-xx."""
    from models.chat.breaker import Breaker
    from models.chat.budget import Budget
    from models.chat.chat import Server, Servers
    from models.chat.openai_chat import OpenAIChat

    settings = config.roger.chat
    servers = []
    for server in allowed_servers(config):
        name = server.name or server.base_url
        asker = OpenAIChat(settings.of(server))
        servers.append(Server(name, asker, Breaker(clock), server.vision, server.free))
    if settings.local:
        from models.chat.local import LocalChat

        sees = bool(settings.local.mmproj)
        servers.insert(0, Server("local", LocalChat(settings, settings.local), Breaker(clock), vision=sees, free=True))
    if not servers:
        raise RogerError("CHAT-01", "no chat server may be asked: private is true", "a server on this device may be")
    return Servers(servers, Budget(settings.tokens_per_day, clock, state_folder() / "tokens.json"))


def allowed_servers(config: Config) -> list[ChatServer]:
    """Those of `chat:` that may be asked, the preferred one first."""
    return [server for server in config.roger.chat.preferred if may_reach(server.base_url, config.roger.private)]


def speaks(config: Config) -> bool:
    """Whether answers are spoken."""
    return config.roger.speech.engine != "off"


def make_voice(config: Config) -> Voice:
    """The voice that roger.yaml names. Raises `RogerError` SPK-xx."""
    from models.speech.voices import EspeakVoice, PiperVoice

    settings = config.roger.speech
    if settings.engine == "endpoint":
        from models.speech.endpoint import EndpointVoice

        if not may_reach(settings.endpoint.base_url, config.roger.private):
            raise RogerError("SPK-01", "a server may not speak: private is true", "set speech.engine: espeak")
        return EndpointVoice(settings)
    make = PiperVoice if settings.engine == "piper" else EspeakVoice
    voices = {str(language): voice for language, voice in settings.voices.items()}
    return make(voices, settings.rate, settings.program)


def make_speaker(config: Config) -> Speaker:
    """Where speech comes out. Raises `RogerError` SPK-xx."""
    from controller.adapters.speaker_pyaudio import PyAudioSpeaker

    return PyAudioSpeaker(config.roger.speech.speaker)


def make_camera(config: Config) -> Camera:
    """The camera that roger.yaml names; nothing is switched on yet. Raises `RogerError` CAM-01 where it names none."""
    settings = config.roger.camera
    if settings.source == "v4l2":
        from controller.adapters.camera_v4l2 import V4l2Camera

        return V4l2Camera(settings.device, settings.limit_s)
    if settings.source == "rpicam":
        from controller.adapters.camera_rpicam import RpicamCamera

        return RpicamCamera(settings.limit_s)
    if settings.source == "file":
        from controller.adapters.camera_file import FileCamera

        return FileCamera(config.folder / Path(settings.path).expanduser(), settings.limit_s)
    raise RogerError("CAM-01", "the camera is switched off", "set camera.source in roger.yaml")


def _make_mouth(config: Config, around: Surroundings, clock: Clock) -> Mouth:
    """Raises `RogerError` SPK-xx."""
    voice = around.make_voice() if around.make_voice else make_voice(config)
    speaker = around.make_speaker() if around.make_speaker else make_speaker(config)
    return Mouth(voice, speaker, clock)


def make_conversation(config: Config, clock: Clock) -> Conversation:
    """What the bigger model is reminded of."""
    from models.chat.conversation import Conversation

    return Conversation(config.roger.chat.memory, clock)


def _make_actions(config: Config, around: Surroundings, clock: Clock, forget: Callable[[], None]) -> DeviceActions:
    from controller.adapters.actions import make_actions

    if around.make_actions:
        return around.make_actions(clock, forget)
    return make_actions(config.actions, around.pin_factory, clock, forget)
