"""An assistant on a thread of its own, in real time, and all that can be done to it by hand."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Final, TypeVar

from PIL import Image

from config.loader import Config
from config.screens import ScreensFile
from controller.app import Assistant, Surroundings, Time, rules_of
from controller.clock import VirtualClock
from controller.events import ButtonPressed, ButtonReleased, Event, SpeechTranscribed
from controller.loop import Loop, SystemLoop, VirtualLoop
from controller.ports import Classifier, Post
from controller.simulator.director import LINGER_S
from controller.simulator.latencies import USUAL
from controller.simulator.recording import parse_event
from controller.simulator.scenario import Result, Scenario, Step
from controller.simulator.surroundings import Surrounded
from controller.simulator.terminal.notes import Notes, came_of, heard, scenario
from controller.simulator.terminal.real import Real, SettableClock
from controller.simulator.terminal.seen import Glass, Observer, Seen
from controller.simulator.world import spoken_s
from controller.trace import Trace, header, line
from controller.turn import Scene
from controller.worker import ThreadWorker, VirtualWorker, Worker
from states.names import IDLE, RECORDING, TRANSCRIBING

T = TypeVar("T")

LATE_S: Final = 0.05
"""The machine was held up if it learns of the button that much later."""
STALE: Final = {"event": "SpeechTranscribed", "transcript": {"text": "turn everything off", "confidence": 1.0}}
"""An answer to a question that nobody asks any more."""


class Session:
    """Call `start`, and `close` in the end. Everything else may be called from any thread, and returns at once.

    Args:
        real: What is not simulated; nothing, if it is not given.
        clock: Of real time by default.

    Attributes:
        picture: What the display shows; None before the first one.
        lines: What happened, a line each, for whoever takes them.
        crashed: What ended the machine's thread; None while it runs.
    """

    def __init__(
        self,
        config: Config,
        classifier: Classifier,
        real: Real | None = None,
        clock: SettableClock | VirtualClock | None = None,
    ) -> None:
        self.config = config
        self.real = real or Real()
        self.clock = clock or SettableClock()
        self.picture: Image.Image | None = None
        self.crashed: BaseException | None = None
        self._surrounded = Surrounded(_nothing_planned(), config, USUAL, classifier)
        self._notes = Notes()
        self._header = header(config, rules_of(config), self.clock.wall().isoformat(), note="simulated by hand")
        self._trace = io.StringIO()
        self._down = False
        self._button_at = 0.0
        """When the machine learnt of the button, which on a busy computer is later than it was pushed."""
        self._at_rest: list[Callable[[], None]] = []
        self.assistant = Assistant(config, self._around(), self._time(), Trace(self._trace))
        self._observer = Observer(self.assistant, self._surrounded)
        self.lines = self._observer.lines
        self.assistant.watchers.append(self._watch)
        self._thread = threading.Thread(target=self._run, name="machine", daemon=True)

    @property
    def seen(self) -> Seen:
        """What can be seen now."""
        return self._observer.seen

    def start(self) -> None:
        """Let the assistant run."""
        self._thread.start()

    def close(self) -> None:
        """End it. It lets go of all that it holds."""
        if self._thread.ident is None:
            self.assistant.close()
            return
        self.assistant.loop.stop()
        self._thread.join(10.0)

    def press(self, at: float, words: str) -> None:
        """Push the button at `at` seconds, and say `words` while it is down."""
        self._on_machine(at, lambda: self._press(round(at, 3), words))

    def release(self, at: float) -> None:
        """Let the button go."""
        self._on_machine(at, lambda: self._button(ButtonReleased(round(at, 3))))

    def say(self, words: str) -> bool:
        """Hold the button for as long as `words` take. False where it is down, or what is recorded is not over."""
        if self._down or self.seen.scene.state == RECORDING:
            return False
        at = self.clock.now()
        self.press(at, words)
        self.release(round(at, 3) + spoken_s(words) + LINGER_S)
        return True

    def do(self, **deed: Any) -> None:
        """Do what the step of a scenario does: `lose`, `restore`, `clock_s`, `stall_s` or `post`."""
        self._on_machine(self.clock.now(), lambda: self._do(Step(at=round(self.clock.now(), 3), **deed)))

    def post_stale(self) -> None:
        """An answer comes that an older turn asked for."""
        older = self.seen.scene.turn.id - 1
        self.do(post={**STALE, "turn_id": older or -1})

    def plan(self, engine: str, result: Result) -> None:
        """Decide what an engine makes of its next turn."""
        self._on_machine(self.clock.now(), lambda: getattr(self._surrounded, engine).waiting.append(result))

    def use_screens(self, screens: ScreensFile) -> None:
        """Draw by `screens` from now on."""
        self._header["screens"] = ""  # pictures before and after cannot be compared to those of one file
        self._on_machine(self.clock.now(), lambda: self.assistant.use_screens(screens))

    def trace(self) -> Future[str]:
        """The trace until now."""
        return self._ask(lambda: line(self._header) + self._trace.getvalue())

    def scenario(self, title: str) -> Future[Scenario | None]:
        """What was done, as a scenario, once the machine is at rest. None where nothing was done."""
        return self._ask(lambda: self._scenario(title), self._at_rest.append)

    def _time(self) -> Time:
        clock, effort = self.clock, self._surrounded.world.effort

        def make_worker(name: str, post: Post) -> Worker:
            if name in self.real.workers:
                return ThreadWorker(name, clock, post)
            return VirtualWorker(clock, post, effort.stopwatch)

        def make_loop(handle: Callable[[Event], None]) -> Loop:
            return VirtualLoop(clock, handle) if isinstance(clock, VirtualClock) else SystemLoop(clock, handle)

        return Time(clock, make_loop, make_worker)

    def _around(self) -> Surroundings:
        simulated = self._surrounded.surroundings()
        watched = replace(simulated, make_display=lambda clock: Glass(self._surrounded.world, self._show))
        return self.real.around(watched)

    def _run(self) -> None:
        try:
            try:
                self.assistant.run()
            finally:
                self.assistant.close()
        except BaseException as error:  # whoever looks at the session has to say so
            self.crashed = error

    def _on_machine(self, at: float, call: Callable[[], None]) -> None:
        def look() -> None:
            call()
            self._look()

        self.clock.call_at(at, look)

    def _ask(self, call: Callable[[], T], when: Callable[[Callable[[], None]], None] = lambda go: go()) -> Future[T]:
        """What `call` returns on the machine's thread; now, or when `when` lets it."""
        answer: Future[T] = Future()
        self._on_machine(self.clock.now(), lambda: when(lambda: answer.set_result(call())))
        return answer

    def _show(self, picture: Image.Image) -> None:
        self.picture = picture

    def _press(self, at: float, words: str) -> None:
        is_late = self.clock.now() - at > LATE_S
        self._surrounded.speak(words, 0.0 if is_late else at)
        self._notes.speak(at, words)
        self._button(ButtonPressed(at))

    def _button(self, event: ButtonPressed | ButtonReleased) -> None:
        now = self.clock.now()
        self._down, self._button_at = isinstance(event, ButtonPressed), now
        if now - event.at > LATE_S:
            self._notes.step(round(now, 3), post={"event": type(event).__name__, "at": event.at})
        else:
            self._notes.step(event.at, button="press" if self._down else "release")
        self.assistant.post(event)

    def _do(self, step: Step) -> None:
        self._notes.steps.append(step)
        match step:
            case Step(lose=str(what)):
                self._surrounded.lose(what)
            case Step(restore=str(what)):
                self._surrounded.restore(what)
            case Step(clock_s=float(seconds)):
                self.clock.set_wall(seconds)
            case Step(stall_s=float(seconds)):
                threading.Event().wait(seconds)
            case Step(post=dict(record)):
                self.assistant.post(parse_event({"at": step.at, **record}))

    def _watch(self, event: Event, verdict: str, scene: Scene) -> None:
        self._observer.watch(event, verdict, scene)
        before, _, after = verdict.partition(" -> ")
        if before == TRANSCRIBING != after:
            self._transcribed(event)
        self._look()

    def _transcribed(self, event: Event) -> None:
        """Note what was heard, where that is not plain from what was said."""
        given = self._surrounded.hear.given
        if "hear" not in self.real.names:
            said = isinstance(event, SpeechTranscribed) and event.transcript.text == self._surrounded.world.saying
            if said or not isinstance(event, SpeechTranscribed):
                return
            given.pop()
        _, since, until, _ = self._observer.log.stays[-1]
        given.append(heard(event, max(0.0, until - max(since, self._button_at))))

    def _look(self) -> None:
        self._observer.look(self._down)
        if self.seen.scene.state == IDLE and not self._down:
            waiting, self._at_rest = self._at_rest, []
            for go in waiting:
                go()

    def _scenario(self, title: str) -> Scenario | None:
        if not self._notes.steps:
            return None
        ending = came_of(self._observer.log, self._surrounded, self.assistant.actions.outputs())
        return scenario(title, self._notes, self._surrounded, ending)


def _nothing_planned() -> Scenario:
    return Scenario.model_construct(title="by hand", timeline=[])
