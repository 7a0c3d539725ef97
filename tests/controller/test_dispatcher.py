"""What the states ask for is carried out, and what the world answers is posted; scripted ports, virtual time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
import pytest
from PIL import Image

from controller import events as e
from controller.clock import VirtualClock
from controller.dispatcher import Dispatcher, Engines, Late, Workers
from controller.errors import RogerError
from controller.loop import VirtualLoop
from controller.mouth import Mouth
from controller.pictures import prepare
from controller.ports import Cancellation, Classifier, Frame, Recognizer, Sound
from controller.screen import Screen
from controller.turn import Decision, Picture, Question, Scene, Slot, StepResult, Transcript
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
        self.fresh = False
        self.asked = Question()

    def fail_if(self, part: str, code: str) -> None:
        if self.broken == part:
            raise RogerError(code, f"the {part} is broken", "mend it")

    # microphone

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        self.fail_if("microphone", "MIC-01")
        self.log.append("open")
        self.sink, self.lost, self.fresh = sink, lost, fresh

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
        self.asked = question
        yield from ("It ", "is.")
        self.fail_if("chat", "CHAT-05")

    def take(self, cancellation: Cancellation) -> bytes:
        self.fail_if("camera", "CAM-01")
        return PHOTO

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        self.fail_if("voice", "SPK-01")
        yield Sound(np.ones(160, np.int16), 16_000)

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        self.log.append(f"play {sum(len(sound.samples) for sound in sounds)}")

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        return Image.new("1", (128, 64)), None


def _photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "orange").save(content, "JPEG")
    return content.getvalue()


PHOTO = _photo()


class Bench:
    def __init__(self, recognizer: Callable[[], Recognizer] | None = None) -> None:
        self.scripted = Scripted()
        self.clock = VirtualClock()
        self.events: list[e.Event] = []
        self.loop = VirtualLoop(self.clock, self.events.append)
        self.mouth: Late[Mouth] = Late("speaker", lambda: Mouth(self.scripted, self.scripted, self.clock))
        classifier: Late[Classifier] = Late("classifier", lambda: self.scripted)
        engines = Engines(
            self.scripted,
            Late("recognizer", recognizer or (lambda: self.scripted)),
            classifier,
            self.scripted,
            Late("chat", lambda: self.scripted),
            Late("camera", lambda: self.scripted),
            self.mouth,
        )
        workers = Workers(*(VirtualWorker(self.clock, self.loop.post, lambda: lambda: 0.0) for _ in range(5)))
        screen = Screen(self.scripted, self.clock, self.loop.post, lambda picture, at: None)
        self.dispatcher = Dispatcher(engines, workers, screen, self.clock, self.loop.post)

    def happened(self) -> list[e.Event]:
        self.loop.run()
        return self.events

    def fall_silent(self) -> None:
        mouth = self.mouth.get()
        mouth.speaks, mouth.silent_since = False, self.clock.now()

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
    bench.dispatcher.classify(1, Transcript("turn on the light"), None, None)
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
    bench.dispatcher.ask(1, Transcript("why"), None, "")
    assert kinds(bench.happened()) == ["token", "token", "answered"]


def test_an_answer_that_breaks_off_says_so(bench: Bench) -> None:
    bench.scripted.broken = "chat"
    bench.dispatcher.ask(1, Transcript("why"), None, "")
    assert kinds(bench.happened()) == ["token", "token", "failed"]


def test_a_picture_is_taken_for_the_question(bench: Bench) -> None:
    bench.dispatcher.ask(1, Transcript("what do you see"), None, "camera")
    first, *others = bench.happened()
    assert isinstance(first, e.PictureTaken)
    assert kinds(others) == ["token", "token", "answered"]
    assert Image.open(io.BytesIO(bench.scripted.asked.image)).size == (320, 240)


def test_a_picture_that_was_given_goes_with_the_question_and_past_the_classifier(bench: Bench) -> None:
    prepared = prepare(PHOTO)
    picture = bench.dispatcher.album.keep(prepared)
    bench.scripted.broken = "classifier"
    bench.dispatcher.classify(1, Transcript(""), None, picture)
    bench.dispatcher.ask(1, Transcript("", "ko"), picture, "")
    assert kinds(bench.happened()) == ["unknown", "token", "token", "answered"]
    assert bench.scripted.asked == Question("", "ko", prepared.jpeg)


@pytest.mark.parametrize(("broken", "code"), [("camera", "CAM-01"), ("chat", "CHAT-05")])
def test_what_cannot_be_seen_or_asked_is_told(bench: Bench, broken: str, code: str) -> None:
    bench.scripted.broken = broken
    bench.dispatcher.ask(1, Transcript("what do you see"), None, "camera")
    failed = bench.happened()[-1]
    assert isinstance(failed, e.JobFailed)
    assert (failed.problem.code, failed.job) == (code, "querying")


def test_an_image_that_is_not_there_any_more_is_told(bench: Bench) -> None:
    bench.dispatcher.ask(1, Transcript("what is it"), Picture("0123456789abcdef"), "")
    (failed,) = bench.happened()
    assert isinstance(failed, e.JobFailed)
    assert failed.problem.code == "IMG-04"


def test_who_asks_the_bigger_model_acts_on_nothing(bench: Bench) -> None:
    bench.scripted.decision = Decision("look", asks="camera")
    bench.dispatcher.classify(1, Transcript("what do you see"), None, None)
    assert bench.happened() == [e.NothingChosen(0.0, 1, bench.scripted.decision)]


def test_sentences_are_said_one_after_the_other(bench: Bench) -> None:
    bench.dispatcher.speak(1, "It is.", "en")
    bench.dispatcher.speak(1, "So it is.", "en")
    assert bench.happened() == []
    assert bench.scripted.log == ["play 160", "play 160"]


def test_a_voice_that_fails_is_told_and_holds_up_nothing(bench: Bench) -> None:
    bench.scripted.broken = "voice"
    bench.dispatcher.speak(1, "It is.", "en")
    (event,) = bench.happened()
    assert isinstance(event, e.PartChanged)
    assert (event.part.name, event.part.status, event.part.problem and event.part.problem.code) == (
        "speaker",
        "missing",
        "SPK-01",
    )


def test_a_speaker_that_was_missing_is_told_to_be_back(bench: Bench) -> None:
    bench.scripted.broken = "voice"
    bench.dispatcher.speak(1, "It is.", "en")
    bench.scripted.broken = ""
    for _ in range(2):
        bench.dispatcher.speak(1, "So it is.", "en")
    parts = [event.part for event in bench.happened() if isinstance(event, e.PartChanged)]
    assert [(part.name, part.status) for part in parts] == [("speaker", "missing"), ("speaker", "ready")]


def test_the_end_of_a_turn_is_not_the_end_of_what_it_says_but_a_hush_is(bench: Bench) -> None:
    bench.dispatcher.cancel(1)
    bench.dispatcher.speak(1, "It is.", "en")
    assert bench.scripted.log == ["play 160"]
    bench.dispatcher.hush(1)
    bench.dispatcher.speak(1, "So it is.", "en")
    assert bench.scripted.log == ["play 160"]


def test_the_microphone_waits_for_silence_and_does_not_hear_what_was_said_before(bench: Bench) -> None:
    mouth = bench.mouth.get()
    mouth.speaks = True
    bench.dispatcher.listen(1)
    assert bench.scripted.log == ["start"]
    bench.clock.call_at(0.05, lambda: bench.fall_silent())
    bench.happened()
    assert (bench.scripted.log, bench.scripted.fresh) == (["start", "open"], True)
    assert 0.05 <= bench.clock.now() < 0.1


def test_a_voice_that_does_not_stop_keeps_nobody_from_speaking_for_long(bench: Bench) -> None:
    bench.mouth.get().speaks = True
    bench.dispatcher.listen(1)
    bench.happened()
    assert bench.scripted.log == ["start", "open"]
    assert 0.9 < bench.clock.now() < 1.5


def test_a_button_that_is_let_go_before_there_is_silence_opens_nothing(bench: Bench) -> None:
    bench.mouth.get().speaks = True
    bench.dispatcher.listen(1)
    bench.dispatcher.stop_listening(1)
    bench.happened()
    assert "open" not in bench.scripted.log


def test_long_after_the_last_word_the_preroll_is_heard_again(bench: Bench) -> None:
    bench.mouth.get()
    bench.dispatcher.speak(1, "It is.", "en")
    bench.clock.call_at(5.0, lambda: bench.dispatcher.listen(2))
    bench.happened()
    assert not bench.scripted.fresh


def test_nothing_of_a_cancelled_turn_arrives(bench: Bench) -> None:
    bench.dispatcher.listen(1)
    bench.hear(1000)
    bench.dispatcher.ask(1, Transcript("why"), None, "")
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
