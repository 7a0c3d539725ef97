"""What the states ask for is carried out, and what the world answers is posted; scripted ports, virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from PIL import Image

from controller import events as e
from controller.clock import VirtualClock
from controller.dispatcher import Dispatcher, Engines, Late, Workers
from controller.errors import RogerError
from controller.loop import VirtualLoop
from controller.ports import Cancellation, Classifier, Frame, Recognizer
from controller.screen import Screen
from controller.turn import Decision, Question, Scene, Slot, StepResult, Transcript
from controller.worker import VirtualWorker


class Scripted:
    """Every engine of a turn, doing what the test says."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.sink: Callable[[Frame], None] | None = None
        self.lost: Callable[[Exception], None] | None = None
        self.decision = Decision("light_on")
        self.results = [StepResult("gpio"), StepResult("say", "The light is on")]
        self.broken = ""

    def fail_if(self, part: str, code: str) -> None:
        if self.broken == part:
            raise RogerError(code, f"the {part} is broken", "mend it")

    # microphone

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None]) -> None:
        self.fail_if("microphone", "MIC-01")
        self.log.append("open")
        self.sink, self.lost = sink, lost

    # recogniser

    def start(self) -> None:
        self.log.append("start")

    def feed(self, frame: Frame) -> str | None:
        self.fail_if("recognizer", "ASR-02")
        return "turn on" if frame.any() else None

    def finish(self) -> Transcript:
        return Transcript("turn on the light")

    def cancel(self) -> None:
        self.log.append("cancel")

    def hurry(self) -> None:
        self.log.append("hurry")

    def close(self) -> None:
        self.log.append("close")

    def shut_down(self) -> None:
        self.log.append("shut down")

    # classifier, actions, chat, view

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        self.fail_if("classifier", "SYS-01")
        return self.decision

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        yield from self.results

    def answer(self, question: Question, cancellation: Cancellation) -> Iterator[str]:
        yield from ("It ", "is.")
        self.fail_if("chat", "CHAT-05")

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        return Image.new("1", (128, 64)), None


class Bench:
    def __init__(self, recognizer: Callable[[], Recognizer] | None = None) -> None:
        self.scripted = Scripted()
        self.clock = VirtualClock()
        self.events: list[e.Event] = []
        self.loop = VirtualLoop(self.clock, self.events.append)
        classifier: Late[Classifier] = Late("classifier", lambda: self.scripted)
        engines = Engines(
            self.scripted,
            Late("recognizer", recognizer or (lambda: self.scripted)),
            classifier,
            self.scripted,
            Late("chat", lambda: self.scripted),
        )
        workers = Workers(*(VirtualWorker(self.clock, self.loop.post, lambda: lambda: 0.0) for _ in range(4)))
        screen = Screen(self.scripted, self.clock, self.loop.post, lambda picture, at: None)
        self.dispatcher = Dispatcher(engines, workers, screen, self.clock, self.loop.post)

    def happened(self) -> list[e.Event]:
        self.loop.run()
        return self.events

    def hear(self, *samples: int) -> None:
        assert self.scripted.sink
        for value in samples:
            self.scripted.sink(np.full(320, value, np.int16))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def kinds(events: list[e.Event]) -> list[str]:
    return [event.trigger for event in events]


def test_what_is_heard_becomes_a_caption(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    bench.hear(0, 1000)
    assert bench.happened() == [e.PartialHeard(0.0, 1, "turn on")]
    assert bench.scripted.log == ["start", "open"]


def test_the_level_is_measured_ten_times_a_second(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    for number in range(1, 51):
        bench.clock.call_at(number * 0.02, partial(bench.hear, 100 * number))
    levels = [event for event in bench.happened() if isinstance(event, e.LevelMeasured)]
    assert 8 <= len(levels) <= 10
    assert all(0.0 < event.level < 1.0 for event in levels)


def test_a_level_that_stays_is_told_once(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    for number in range(1, 51):
        bench.clock.call_at(number * 0.02, lambda: bench.hear(1000))
    assert kinds(bench.happened()).count("level") == 1


def test_a_missing_microphone_ends_the_recording(bench: Bench) -> None:
    bench.scripted.broken = "microphone"
    bench.dispatcher.listen(1)
    (failed,) = bench.happened()
    assert isinstance(failed, e.JobFailed)
    assert (failed.problem.code, failed.job, failed.turn_id) == ("MIC-01", "recording", 1)


def test_a_microphone_that_goes_away_ends_the_recording(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    assert bench.scripted.lost
    bench.scripted.lost(OSError("unplugged"))
    (failed,) = bench.happened()
    assert isinstance(failed, e.JobFailed)
    assert (failed.problem.code, failed.problem.message) == ("MIC-02", "unplugged")


def test_a_recogniser_that_fails_ends_the_recording(bench: Bench) -> None:
    bench.scripted.broken = "recognizer"
    bench.dispatcher.listen(1)
    bench.hear(1000)
    assert [event.problem.code for event in bench.happened() if isinstance(event, e.JobFailed)] == ["ASR-02"]


def test_the_transcript_comes_after_the_last_frame(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    bench.hear(0)
    bench.dispatcher.stop_listening(1)
    bench.dispatcher.transcribe(1)
    assert bench.happened() == [e.SpeechTranscribed(0.0, 1, Transcript("turn on the light"))]
    assert bench.scripted.log == ["start", "open", "close", "hurry"]


@pytest.mark.parametrize(("action", "trigger"), [("light_on", "chosen"), ("", "unknown")])
def test_a_decision_is_an_action_or_unknown(bench: Bench, action: str, trigger: str) -> None:
    bench.scripted.decision = Decision(action)
    bench.dispatcher.classify(1, Transcript("turn on the light"), None)
    assert kinds(bench.happened()) == [trigger]


def test_the_steps_of_an_action_are_reported_one_by_one(bench: Bench) -> None:
    bench.dispatcher.act(1, Decision("light_on"), "en")
    assert kinds(bench.happened()) == ["step", "step", "done"]


def test_several_orders_are_carried_out_one_after_the_other(bench: Bench) -> None:
    bench.dispatcher.act(1, Decision("light_on", then=(Decision("timer"),)), "en")
    assert kinds(bench.happened()) == ["step", "step", "step", "step", "done"]


def test_a_failing_step_is_the_last(bench: Bench) -> None:
    problem = RogerError("ACT-01", "no such pin").problem
    bench.scripted.results = [StepResult("gpio", problem=problem), StepResult("say")]
    bench.dispatcher.act(1, Decision("light_on"), "en")
    events = bench.happened()
    assert kinds(events) == ["step", "failed"]
    assert isinstance(events[-1], e.JobFailed)
    assert (events[-1].problem, events[-1].job) == (problem, "acting")


def test_an_answer_streams(bench: Bench) -> None:
    bench.dispatcher.ask(1, Transcript("why"))
    assert kinds(bench.happened()) == ["token", "token", "answered"]


def test_an_answer_that_breaks_off_says_so(bench: Bench) -> None:
    bench.scripted.broken = "chat"
    bench.dispatcher.ask(1, Transcript("why"))
    assert kinds(bench.happened()) == ["token", "token", "failed"]


def test_nothing_of_a_cancelled_turn_arrives(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    bench.hear(1000)
    bench.dispatcher.ask(1, Transcript("why"))
    bench.dispatcher.cancel(1)
    assert bench.happened() == []
    assert bench.scripted.log[-1] == "cancel"


def test_deadlines_and_timers_come_at_their_time(bench: Bench) -> None:
    bench.dispatcher.start_timer("tea", 180.0)
    bench.dispatcher.set_deadline(1, 6.0)
    assert bench.happened() == [e.DeadlinePassed(6.0, 1), e.TimerRang(180.0, label="tea")]


def test_parts_report_when_they_are_loaded(bench: Bench) -> None:
    bench.dispatcher.load()
    parts = [event.part for event in bench.happened() if isinstance(event, e.PartChanged)]
    for name in ("recognizer", "classifier"):
        assert [part.status for part in parts if part.name == name] == ["loading", "ready"]


def test_a_part_that_cannot_be_loaded_is_tried_again_when_needed() -> None:
    scripted = Scripted()
    tries = 0

    def make() -> Recognizer:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RogerError("MDL-02", "whisper-tiny.en is not installed", "run: roger models fetch whisper-tiny.en")
        return scripted

    bench = Bench(make)
    bench.dispatcher.load()
    (missing,) = [
        event.part for event in bench.happened() if isinstance(event, e.PartChanged) and event.part.status == "missing"
    ]
    assert missing.problem
    assert missing.problem.code == "MDL-02"
    bench.dispatcher.transcribe(1)
    assert kinds(bench.happened())[-1] == "transcribed"


def test_a_library_that_raises_anything_is_a_missing_part() -> None:
    def make() -> Recognizer:
        raise MemoryError("no room")

    bench = Bench(make)
    bench.dispatcher.load()
    parts = [event.part for event in bench.happened() if isinstance(event, e.PartChanged)]
    assert [part.problem.code for part in parts if part.problem] == ["SYS-01"]
