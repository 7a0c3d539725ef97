"""What stands in for the world in a simulation keeps the same promises as the real thing: each is asked of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from config.schema import ChatSettings
from controller.adapters.display_files import FanOutDisplay, FileDisplay
from controller.adapters.microphone_absent import AbsentMicrophone
from controller.adapters.microphone_wav import WavMicrophone
from controller.clock import VirtualClock
from controller.engines import make_classifier
from controller.errors import Problem, RogerError
from controller.loop import VirtualLoop
from controller.ports import SAMPLE_RATE_HZ, ChatModel, Classifier, Display, Frame, Microphone, Recognizer
from controller.simulator.latencies import USUAL
from controller.simulator.scenario import Answering, Hearing, Understanding
from controller.simulator.scripted import Results, ScriptedChat, ScriptedClassifier, ScriptedRecognizer
from controller.simulator.surroundings import ScriptedDisplay, ScriptedMicrophone
from controller.simulator.world import World, noise
from controller.turn import Question, Transcript
from controller.worker import Token
from models.asr.recognizer import WhisperRecognizer
from models.chat.openai_chat import OpenAIChat
from models.store.fetch import installed
from tests.clips import clip
from tests.servers.chat_server import ChatServer, Script, Talk, deaf_server, saying

SAID: Final = "turn on the living room lamp"
FRAME: Final = SAMPLE_RATE_HZ // 50


def words(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


class TestMicrophones:
    """A second of sound, then silence."""

    @dataclass
    class Listener:
        """Opens a microphone and keeps what it hands out."""

        microphone: Microphone
        clock: VirtualClock
        frames: list[tuple[float, Frame]] = field(default_factory=list)
        lost: list[Exception] = field(default_factory=list)

        def open(self) -> None:
            self.microphone.open(lambda frame: self.frames.append((self.clock.now(), frame)), self.lost.append)

        def wait(self, seconds: float) -> None:
            loop, ends_at = VirtualLoop(self.clock, lambda event: None), self.clock.now() + seconds
            self.clock.call_at(ends_at, loop.stop)
            loop.run()

        @property
        def heard(self) -> Frame:
            return np.concatenate([frame for _, frame in self.frames])

    @pytest.fixture(params=["scripted", "wav"])
    def listener(self, request: pytest.FixtureRequest) -> Listener:
        clock, sound = VirtualClock(), noise(1.0)
        if request.param == "wav":
            return self.Listener(WavMicrophone([sound, sound], clock), clock)
        return self.Listener(ScriptedMicrophone(World(clip=sound), clock, lambda event: None), clock)

    def test_frames_are_of_10_to_50_ms_and_come_when_they_are_complete(self, listener: Listener) -> None:
        listener.wait(0.7)
        listener.open()
        listener.wait(2.01)
        ends_s = 0.7
        for at, frame in listener.frames:
            ends_s += len(frame) / SAMPLE_RATE_HZ
            assert at == pytest.approx(ends_s)
            assert 0.01 <= len(frame) / SAMPLE_RATE_HZ <= 0.05
            assert frame.dtype == np.int16
        assert ends_s == pytest.approx(2.7)

    def test_what_sounds_is_handed_out_whole_and_then_silence(self, listener: Listener) -> None:
        listener.open()
        listener.wait(2.0)
        assert np.array_equal(listener.heard[:SAMPLE_RATE_HZ], noise(1.0))
        assert not listener.heard[SAMPLE_RATE_HZ:].any()

    def test_nothing_comes_before_it_is_open_and_after_it_is_closed(self, listener: Listener) -> None:
        listener.wait(1.0)
        assert listener.frames == []
        listener.open()
        listener.wait(0.5)
        listener.microphone.close()
        count = len(listener.frames)
        listener.wait(1.0)
        assert (count > 0, len(listener.frames)) == (True, count)
        listener.microphone.shut_down()

    def test_it_can_be_opened_again_and_the_first_opening_is_over(self, listener: Listener) -> None:
        listener.open()
        listener.wait(0.3)
        listener.microphone.close()
        listener.frames.clear()
        listener.open()
        listener.wait(1.01)
        assert np.array_equal(listener.heard, noise(1.0))
        assert listener.lost == []

    def test_one_that_is_pulled_out_says_so_once_and_hands_out_nothing_more(self) -> None:
        clock = VirtualClock()
        microphone = ScriptedMicrophone(World(clip=noise(1.0)), clock, lambda event: None)
        listener = self.Listener(microphone, clock)
        listener.open()
        listener.wait(0.5)
        microphone.lose()
        microphone.lose()
        count = len(listener.frames)
        listener.wait(1.0)
        assert [str(error)[:6] for error in listener.lost] == ["MIC-02"]
        assert len(listener.frames) == count

    @pytest.mark.parametrize(
        "absent",
        [
            ScriptedMicrophone(World(missing={"microphone"}), VirtualClock(), lambda event: None),
            AbsentMicrophone(RogerError("MIC-03", "PyAudio is not installed", "install it")),
        ],
        ids=["scripted", "absent"],
    )
    def test_one_that_is_not_there_raises_when_it_is_opened(self, absent: Microphone) -> None:
        with pytest.raises(RogerError, match=r"^MIC-0\d .+; .+"):
            absent.open(lambda frame: None, lambda error: None)
        absent.close()
        absent.shut_down()


@cache
def whisper() -> WhisperRecognizer | None:
    folder = installed("whisper-tiny.en")
    return WhisperRecognizer(folder, "en", 2, partials=True) if folder else None


class TestRecognizers:
    """Somebody says `SAID`, or nothing."""

    @dataclass
    class Ear:
        recognizer: Recognizer
        speech: Frame

        def start(self) -> None:
            self.recognizer.start()

        def feed(self, sound: Frame) -> list[str]:
            partials = (self.recognizer.feed(sound[at : at + FRAME]) for at in range(0, len(sound), FRAME))
            return [text for text in partials if text is not None]

        def hear(self, sound: Frame) -> Transcript:
            self.start()
            self.feed(sound)
            return self.recognizer.finish()

    SILENCE = np.zeros(2 * SAMPLE_RATE_HZ, np.int16)

    @pytest.fixture(params=["scripted", pytest.param("whisper", marks=pytest.mark.weights)])
    def ear(self, request: pytest.FixtureRequest) -> Ear:
        if request.param == "scripted":
            world = World(saying=SAID)
            return self.Ear(ScriptedRecognizer(Results([], Hearing()), world, USUAL), world.sound())
        real = whisper()
        if real is None:
            pytest.skip("no weights: run `roger models fetch whisper-tiny.en`")
        return self.Ear(real, clip("demo_lamp.wav"))

    def test_it_hears_what_was_said(self, ear: Ear) -> None:
        transcript = ear.hear(ear.speech)
        assert (words(transcript.text), transcript.language, transcript.why_empty) == (SAID, "en", "")
        assert 0.5 < transcript.confidence <= 1.0
        assert transcript.audio_s == pytest.approx(len(ear.speech) / SAMPLE_RATE_HZ, abs=0.001)

    @pytest.mark.parametrize("sound", [SILENCE, SILENCE[:0]], ids=["silence", "nothing"])
    def test_silence_is_empty_and_says_why(self, ear: Ear, sound: Frame) -> None:
        transcript = ear.hear(sound)
        assert (transcript.text, transcript.confidence, transcript.why_empty) == ("", 0.0, "too quiet")
        assert transcript.audio_s == len(sound) / SAMPLE_RATE_HZ

    def test_it_hears_only_what_it_was_given(self, ear: Ear) -> None:
        heard = words(ear.hear(ear.speech[: len(ear.speech) // 2]).text)
        assert heard.startswith("turn")
        assert "lamp" not in heard

    def test_start_forgets_what_was_before(self, ear: Ear) -> None:
        ear.start()
        ear.feed(ear.speech)
        assert ear.hear(self.SILENCE).text == ""

    def test_cancel_forgets_and_the_next_utterance_is_whole(self, ear: Ear) -> None:
        ear.start()
        ear.feed(ear.speech[: len(ear.speech) // 2])
        ear.recognizer.cancel()
        assert words(ear.hear(ear.speech).text) == SAID

    def test_what_is_shown_meanwhile_is_new_each_time(self, ear: Ear) -> None:
        ear.start()
        shown = ear.feed(np.concatenate([ear.speech, self.SILENCE]))
        assert words(shown[-1]) == SAID
        assert all(before != after for before, after in pairwise(["", *shown]))

    def test_after_hurry_the_transcript_is_still_whole(self, ear: Ear) -> None:
        ear.start()
        ear.feed(ear.speech)
        ear.recognizer.hurry()
        assert words(ear.recognizer.finish().text) == SAID
        assert words(ear.hear(ear.speech).text) == SAID

    def test_a_script_changes_what_is_heard_and_nothing_else(self) -> None:
        world = World(saying=SAID)
        results = [
            Hearing(text="거실 불 켜 줘", confidence=0.5),
            Hearing(nothing="unclear"),
            Hearing(fails="ASR-02 no; so"),
        ]
        ear = self.Ear(ScriptedRecognizer(Results(results, Hearing()), world, USUAL), world.sound())
        told = ear.hear(ear.speech)
        assert (told.text, told.language, told.confidence) == ("거실 불 켜 줘", "ko", 0.5)
        assert ear.hear(ear.speech).why_empty == "unclear"
        with pytest.raises(RogerError, match="ASR-02 no; so"):
            ear.hear(ear.speech)
        assert ear.hear(ear.speech).text == SAID


QUESTION: Final = Question("why is the sky blue")


@dataclass(frozen=True)
class Talked:
    """What came of a question."""

    pieces: str
    problem: Problem | None


def ask(model: ChatModel, question: Question = QUESTION) -> Talked:
    pieces: list[str] = []
    try:
        pieces.extend(model.answer(question, Token()))
    except RogerError as error:
        return Talked("".join(pieces), error.problem)
    return Talked("".join(pieces), None)


def settings(base_url: str, **limits: float) -> ChatSettings:
    patient = {"connect_s": 20.0, "first_token_s": 20.0, "between_tokens_s": 20.0, "total_s": 60.0}
    return ChatSettings.model_validate({"enabled": True, "base_url": base_url, "limits": patient | limits})


@dataclass(frozen=True)
class Behaviour:
    """The same server, real and scripted.

    Attributes:
        server: What listens on loopback, and its address.
        scripted: What a scenario says of it.
        limits: Those of roger.yaml that it is to break.
    """

    server: Callable[[], AbstractContextManager[Any]]
    scripted: Answering
    limits: Mapping[str, float] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


def served(script: Script) -> Callable[[], AbstractContextManager[ChatServer]]:
    return lambda: ChatServer(script)


def says_two_words_and_stalls(talk: Talk) -> None:
    talk.say("It", " scatters")
    talk.stall()


def trickles(talk: Talk) -> None:
    talk.say("It")
    talk.stall(every_s=0.02, sending=b'data: {"choices":[{"index":0,"delta":{"content":"."}}]}\n\n')


def breaks_off(talk: Talk) -> None:
    talk.say("It", " scatters")
    talk.hang_up()


TIRED: Final = {"between_tokens_s": 0.2}
BEHAVIOURS: Final = {
    "answers": Behaviour(served(saying("It", " scatters", " light.")), Answering(answer="It scatters light.")),
    "is not there": Behaviour(
        lambda: nullcontext("http://127.0.0.1:1/v1"), Answering(), missing=frozenset({"network"})
    ),
    "does not take the call": Behaviour(deaf_server, Answering(connects_s=60), {"connect_s": 0.2}),
    "never begins": Behaviour(served(Talk.stall), Answering(hangs=True), {"first_token_s": 0.2}),
    "stops talking": Behaviour(
        served(says_two_words_and_stalls), Answering(answer="It scatters light.", stops_after=2), TIRED
    ),
    "never says that it is done": Behaviour(
        served(says_two_words_and_stalls), Answering(answer="It scatters", stops_after=2), TIRED
    ),
    "hangs up": Behaviour(
        served(breaks_off),
        Answering(answer="It scatters light.", stops_after=2, fails="CHAT-05 127.0.0.1 hung up; try again"),
    ),
    "refuses": Behaviour(
        served(lambda talk: talk.refuse(429, "slow down")), Answering(fails="CHAT-03 127.0.0.1 refused; ask again")
    ),
}


class TestChatModels:
    @staticmethod
    def real(behaviour: Behaviour) -> Talked:
        with behaviour.server() as server:
            base_url = server.base_url if isinstance(server, ChatServer) else server
            return ask(OpenAIChat(settings(base_url, **behaviour.limits)))

    @staticmethod
    def scripted(behaviour: Behaviour) -> Talked:
        world = World(missing=set(behaviour.missing))
        limits = settings("http://127.0.0.1/v1", **behaviour.limits).limits
        return ask(ScriptedChat(Results([behaviour.scripted], Answering()), limits, world, USUAL))

    @pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
    def test_the_same_words_and_the_same_code(self, behaviour: Behaviour) -> None:
        real, scripted = self.real(behaviour), self.scripted(behaviour)
        assert scripted.pieces == real.pieces
        assert (scripted.problem and scripted.problem.code) == (real.problem and real.problem.code)

    @pytest.mark.parametrize("name", ["does not take the call", "never begins", "stops talking"])
    def test_a_limit_is_told_in_the_same_words(self, name: str) -> None:
        real, scripted = self.real(BEHAVIOURS[name]).problem, self.scripted(BEHAVIOURS[name]).problem
        assert real is not None and scripted is not None
        assert scripted.message == re.sub(r"127\.0\.0\.1:\d+", "the chat server", real.message)
        assert scripted.hint == real.hint

    def test_a_whole_answer_has_a_limit(self) -> None:
        """How many words came until then depends on the computer."""
        limits = {"total_s": 0.3}
        real = self.real(Behaviour(served(trickles), Answering(), limits)).problem
        scripted = self.scripted(
            Behaviour(served(trickles), Answering(takes_s=0, answer="a b c " * 50), limits)
        ).problem
        assert real is not None and scripted is not None
        assert scripted.code == real.code == "CHAT-04"
        assert scripted.message == re.sub(r"127\.0\.0\.1:\d+", "the chat server", real.message)

    def test_an_answer_that_is_not_wanted_any_more_ends(self) -> None:
        with ChatServer(says_two_words_and_stalls) as server:
            models: list[ChatModel] = [
                OpenAIChat(settings(server.base_url)),
                ScriptedChat(
                    Results([Answering(answer="It scatters light.")], Answering()),
                    settings("http://x").limits,
                    World(),
                    USUAL,
                ),
            ]
            for model in models:
                token = Token()
                answer = model.answer(QUESTION, token)
                assert next(answer) == "It"
                token.cancel()
                assert list(answer) in ([], [" scatters"])
                assert token.was_heard

    def test_what_waits_takes_as_long_as_its_limit(self) -> None:
        world = World()
        elapsed = world.effort.stopwatch()
        limits = settings("http://x", first_token_s=7).limits
        assert (
            ask(ScriptedChat(Results([Answering(hangs=True)], Answering()), limits, world, USUAL)).problem is not None
        )
        assert elapsed() == 7.0

    def test_only_what_was_sent_counts_as_asked(self) -> None:
        world = World(missing={"network"})
        model = ScriptedChat(
            Results([Answering(), Answering(connects_s=30)], Answering()), settings("http://x").limits, world, USUAL
        )
        assert ask(model).problem is not None
        world.missing.clear()
        assert ask(model).problem is not None
        assert world.asked == []
        assert ask(model).problem is None
        assert world.asked == [QUESTION.text]


class Panel:
    """A display that can be pulled out, of one kind or another."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder, self.world = kind, folder / "screen", World()

    def make(self) -> Display:
        if self.kind == "scripted":
            return ScriptedDisplay(self.world)
        display = FileDisplay(self.folder, VirtualClock())
        return display if self.kind == "files" else FanOutDisplay([ScriptedDisplay(World()), display])

    def pull_out(self) -> None:
        self.world.missing.add("display")
        if self.folder.is_dir():
            self.folder.rename(self.folder.with_name("elsewhere"))
        self.folder.write_text("a file, no folder")

    def push_in(self) -> None:
        self.world.missing.clear()
        self.folder.unlink()
        self.folder.mkdir()


class TestDisplays:
    DARK = Image.new("1", (128, 64))
    LIT = Image.new("1", (128, 64), 1)

    @pytest.fixture(params=["scripted", "files", "fan out"])
    def panel(self, request: pytest.FixtureRequest, tmp_path: Path) -> Panel:
        return Panel(request.param, tmp_path)

    def test_it_takes_pictures_and_leaves_them_as_they_are(self, panel: Panel) -> None:
        display, before = panel.make(), self.LIT.tobytes()
        for picture in (self.DARK, self.LIT, self.LIT):
            display.draw(picture)
        display.close()
        assert self.LIT.tobytes() == before

    def test_one_that_is_not_there_cannot_be_made(self, panel: Panel) -> None:
        panel.pull_out()
        with pytest.raises(RogerError, match=r"^DSP-01 .+; .+"):
            panel.make()

    def test_one_that_goes_away_says_so_and_draws_when_it_is_back(self, panel: Panel) -> None:
        display = panel.make()
        display.draw(self.DARK)
        panel.pull_out()
        with pytest.raises(RogerError, match=r"^DSP-02 .+; .+"):
            display.draw(self.LIT)
        panel.push_in()
        panel.make().draw(self.LIT)
        assert panel.world.missing == set()


@cache
def rules() -> Classifier:
    return make_classifier(load(DEFAULT_FOLDER))


class TestClassifiers:
    @pytest.fixture(params=["scripted", "rules"])
    def classifier(self, request: pytest.FixtureRequest) -> Iterator[Classifier]:
        yield (
            rules()
            if request.param == "rules"
            else ScriptedClassifier(Results([], Understanding()), rules(), World(), USUAL)
        )

    @pytest.mark.parametrize(
        ("text", "language", "action", "slots"),
        [
            ("turn on the kitchen light", "en", "light_on", {"room": "kitchen"}),
            ("거실 불 좀 꺼 줘", "ko", "light_off", {"room": "living_room"}),
            ("dim the bedroom light to 40 percent", "en", "brightness", {"room": "bedroom", "level": 40}),
        ],
    )
    def test_a_command_is_one_declared_action(
        self, classifier: Classifier, text: str, language: str, action: str, slots: dict[str, object]
    ) -> None:
        decision = classifier.classify(Transcript(text, language, 1.0))
        assert decision.action == action
        assert {slot.name: slot.value for slot in decision.slots} == slots
        assert decision.stage == "rules"

    @pytest.mark.parametrize("text", ["who wrote the little prince", "don't turn on the light", "", "…"])
    def test_all_else_is_unknown_with_a_reason(self, classifier: Classifier, text: str) -> None:
        decision = classifier.classify(Transcript(text))
        assert (decision.action, decision.slots, decision.stage) == ("", (), "")
        assert decision.reason

    def test_a_script_decides_as_the_rules_would(self) -> None:
        results = [Understanding(unknown=True), Understanding(action="light_on", slots={"room": "kitchen"})]
        scripted = ScriptedClassifier(Results(results, Understanding()), rules(), World(), USUAL)
        heard = Transcript("turn on the kitchen light", "en", 1.0)
        unknown, told, usual = (scripted.classify(heard) for _ in range(3))
        assert (unknown.action, bool(unknown.reason)) == ("", True)
        assert (told.action, [(slot.name, slot.value) for slot in told.slots]) == ("light_on", [("room", "kitchen")])
        assert usual == rules().classify(heard)
