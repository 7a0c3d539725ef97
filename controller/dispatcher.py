"""Carries out what the states ask for: jobs on workers, audio from microphone to recogniser, pictures to the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from controller.album import Album
from controller.audio import level
from controller.errors import Problem, RogerError
from controller.events import (
    ActionChosen,
    ActionsDone,
    AnswerCompleted,
    DeadlinePassed,
    Event,
    JobFailed,
    LevelMeasured,
    NothingChosen,
    PartChanged,
    PartialHeard,
    PictureTaken,
    SpeechTranscribed,
    StepDone,
    TimerRang,
    TokenArrived,
)
from controller.kept_audio import KeptAudio
from controller.mouth import Mouth
from controller.pictures import prepare
from controller.ports import Camera, Cancellation, ChatModel, Classifier, Clock, Frame, Microphone, Post, Recognizer
from controller.screen import Screen
from controller.turn import Decision, Part, Picture, Question, Scene, Slot, StepResult, Transcript
from controller.worker import Job, Worker
from states import names

LEVEL_INTERVAL_S = 0.1
SILENT_WITHIN_S = 1.0
"""A voice that still speaks so long after it was hushed is broken: then the microphone is opened all the same."""
LOOK_AGAIN_S = 0.01
ECHO_S = 1.2
"""For so long after the voice has ended the pre-roll may hold some of it."""

T = TypeVar("T")


class Late(Generic[T]):
    """A part that takes time to load: made on its worker's thread, tried again at each use until it succeeds."""

    def __init__(self, name: str, make: Callable[[], T]) -> None:
        self.name = name
        self._make = make
        self.loaded: T | None = None

    def get(self) -> T:
        if self.loaded is None:
            self.loaded = self._make()
        return self.loaded

    def load(self, cancellation: Cancellation) -> Iterator[Event]:
        """The job that loads it and reports how that went."""
        yield PartChanged(part=Part(self.name, "loading"))
        try:
            self.get()
        except RogerError as error:
            yield PartChanged(part=Part(self.name, "missing", problem=error.problem))
        except Exception as error:  # a vendor's library may raise anything
            yield PartChanged(part=Part(self.name, "missing", problem=Problem("SYS-01", f"{self.name}: {error!r}")))
        else:
            yield PartChanged(part=Part(self.name, "ready"))


class Actions(Protocol):
    """Carries out an action of actions.yaml, step by step."""

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]: ...


@dataclass(frozen=True)
class Engines:
    """What does the work of a turn."""

    microphone: Microphone
    recognizer: Late[Recognizer]
    classifier: Late[Classifier]
    actions: Actions
    chat: Late[ChatModel]
    camera: Late[Camera]
    mouth: Late[Mouth]
    rotate: int = 0
    """Degrees by which what the camera takes is turned clockwise."""


@dataclass(frozen=True)
class Workers:
    """A thread for each stage, so that a stuck one holds up no other."""

    hearing: Worker
    understanding: Worker
    acting: Worker
    asking: Worker
    speaking: Worker

    def __iter__(self) -> Iterator[Worker]:
        return iter((self.hearing, self.understanding, self.acting, self.asking, self.speaking))

    @property
    def of_the_turn(self) -> tuple[Worker, ...]:
        """Those whose work ends with the turn; what is said may go on while the answer is read."""
        return self.hearing, self.understanding, self.acting, self.asking


class Dispatcher:
    """The `Effects` of a real device.

    Args:
        kept: Gets the audio too; None where none is kept.
    """

    def __init__(
        self,
        engines: Engines,
        workers: Workers,
        screen: Screen,
        clock: Clock,
        post: Post,
        kept: KeptAudio | None = None,
    ) -> None:
        self._engines = engines
        self._workers = workers
        self._screen = screen
        self._clock = clock
        self._post = post
        self._kept = kept
        self._listening = 0
        """The turn that the microphone is open for, or will be once the voice is silent."""
        self._mute = False  # what was last to be said could not be
        self.album = Album()

    def load(self) -> None:
        """Start loading what takes time; each part reports when it is ready."""
        self._workers.hearing.submit(0, names.IDLE, self._engines.recognizer.load)
        self._workers.understanding.submit(0, names.IDLE, self._engines.classifier.load)

    def listen(self, turn_id: int) -> None:
        recognizer = self._engines.recognizer
        self._workers.hearing.submit(turn_id, names.RECORDING, _quietly(lambda: recognizer.get().start()))
        self._listening = turn_id
        self._open(turn_id, self._clock.now() + SILENT_WITHIN_S)

    def _open(self, turn_id: int, patience: float) -> None:
        """Open the microphone once the voice is silent, but do not wait for ever; without what was heard of it."""
        if self._listening != turn_id:
            return  # the button was let go before
        now, mouth = self._clock.now(), self._engines.mouth.loaded
        if mouth and mouth.speaks and now < patience:
            self._clock.call_at(now + LOOK_AGAIN_S, lambda: self._open(turn_id, patience))
            return
        hear = self._hearing(turn_id)
        if self._kept:
            hear = self._kept.listening(turn_id, hear)
        fresh = mouth is not None and now - mouth.silent_since < ECHO_S
        try:
            self._engines.microphone.open(hear, lambda error: self._lost(turn_id, error), fresh)
        except RogerError as error:
            self._lost(turn_id, error)

    def stop_listening(self, turn_id: int) -> None:
        self._listening = 0
        self._engines.microphone.close()
        if self._kept:
            self._kept.finish()
        self._hurry()

    def transcribe(self, turn_id: int) -> None:
        recognizer = self._engines.recognizer
        self._workers.hearing.submit(
            turn_id, names.TRANSCRIBING, lambda _: [SpeechTranscribed(transcript=recognizer.get().finish())]
        )

    def classify(self, turn_id: int, transcript: Transcript, lacking: Decision | None, picture: Picture | None) -> None:
        def job(_: Cancellation) -> Iterator[Event]:
            if picture:
                yield NothingChosen(decision=Decision(reason="goes with a picture"))
                return
            decision = self._engines.classifier.get().classify(transcript, lacking)
            here = decision.action and not decision.asks
            yield ActionChosen(decision=decision) if here else NothingChosen(decision=decision)

        self._workers.understanding.submit(turn_id, names.CLASSIFYING, job)

    def act(self, turn_id: int, decision: Decision, language: str) -> None:
        def job(cancellation: Cancellation) -> Iterator[Event]:
            for order in decision.orders:
                for result in self._engines.actions.perform(order.action, order.slots, language, cancellation):
                    yield StepDone(result=result)
                    if result.problem:
                        yield JobFailed(problem=result.problem, job=names.ACTING)
                        return
            yield ActionsDone()

        self._workers.acting.submit(turn_id, names.ACTING, job)

    def ask(self, turn_id: int, question: Transcript, picture: Picture | None, asks: str) -> None:
        def job(cancellation: Cancellation) -> Iterator[Event]:
            image = self.album.jpeg(picture) if picture else b""
            if asks == "camera":
                taken = prepare(self._engines.camera.get().take(cancellation), rotate=self._engines.rotate)
                yield PictureTaken(picture=taken.picture)
                image = taken.jpeg
            asked = Question(question.text, question.language, image)
            for text in self._engines.chat.get().answer(asked, cancellation):
                yield TokenArrived(text=text)
            yield AnswerCompleted()

        self._workers.asking.submit(turn_id, names.QUERYING, job)

    def speak(self, turn_id: int, text: str, language: str) -> None:
        def job(cancellation: Cancellation) -> Iterator[Event]:
            name = self._engines.mouth.name
            try:
                self._engines.mouth.get().say(text, language, cancellation)
            except RogerError as error:
                self._mute = True
                yield PartChanged(part=Part(name, "missing", problem=error.problem))
            else:
                if self._mute and not cancellation.cancelled:
                    self._mute = False
                    yield PartChanged(part=Part(name, "ready"))

        self._workers.speaking.submit(turn_id, names.QUERYING, job)

    def hush(self, turn_id: int) -> None:
        self._workers.speaking.cancel(turn_id)

    def cancel(self, turn_id: int) -> None:
        for worker in self._workers.of_the_turn:
            worker.cancel(turn_id)
        self._hurry()
        recognizer = self._engines.recognizer
        if recognizer.loaded:
            self._workers.hearing.submit(0, names.IDLE, _quietly(lambda: recognizer.get().cancel()))

    def close(self) -> None:
        """Let go of the voice, and of a bigger model that runs here."""
        for engine in (self._engines.mouth, self._engines.chat):
            if engine.loaded:
                engine.loaded.close()

    def set_deadline(self, turn_id: int, at: float) -> None:
        self._clock.call_at(at, lambda: self._post(DeadlinePassed(at, turn_id)))

    def start_timer(self, label: str, ends_at: float) -> None:
        self._clock.call_at(ends_at, lambda: self._post(TimerRang(ends_at, label=label)))

    def show(self, scene: Scene, at: float) -> None:
        self._screen.show(scene, at)

    def _hearing(self, turn_id: int) -> Callable[[Frame], None]:
        """Where the microphone's frames go: to the recogniser's worker, and at most ten times a second to the meter."""
        recognizer = self._engines.recognizer
        measured_at, shown = self._clock.now(), 0.0

        def hear(frame: Frame) -> None:
            nonlocal measured_at, shown
            self._workers.hearing.submit(turn_id, names.RECORDING, lambda _: _partial(recognizer.get().feed(frame)))
            now = self._clock.now()
            if now - measured_at >= LEVEL_INTERVAL_S:
                measured_at, before = now, shown
                shown = round(level(frame), 2)
                if shown != before:
                    self._post(LevelMeasured(now, turn_id, shown))

        return hear

    def _lost(self, turn_id: int, error: Exception) -> None:
        problem = error.problem if isinstance(error, RogerError) else Problem("MIC-02", str(error))
        self._post(JobFailed(self._clock.now(), turn_id, problem, names.RECORDING))

    def _hurry(self) -> None:
        recognizer = self._engines.recognizer.loaded
        if recognizer:
            recognizer.hurry()


def _quietly(call: Callable[[], None]) -> Job:
    """A job that reports nothing, unless it fails."""

    def job(_: Cancellation) -> Iterable[Event]:
        call()
        return ()

    return job


def _partial(text: str | None) -> Iterable[Event]:
    return () if text is None else (PartialHeard(text=text),)
