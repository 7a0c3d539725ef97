"""Several people, one device: each has a machine and a conversation, and they share the rest in turns."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.loader import DEFAULT_FOLDER, Config, load
from config.schema import RogerSettings
from controller.errors import RogerError
from controller.ports import Cancellation, Frame
from controller.turn import Slot, StepResult, Transcript
from controller.web import visitors as visiting
from controller.web.browser import BrowserMicrophone, Line
from controller.web.shared import Once, SharedActions, SharedRecognizer
from controller.web.visitor import Visitor
from controller.web.visitors import Visitors
from controller.worker import Token
from states.speaking import language_of
from tests.servers.chat_server import ChatServer, saying


class Ears:
    """A recogniser that counts what it is given."""

    def __init__(self) -> None:
        self.heard = 0
        self.log: list[str] = []

    def start(self) -> None:
        self.heard = 0
        self.log.append("start")

    def feed(self, frame: Frame) -> str | None:
        self.heard += len(frame)
        return None

    def finish(self) -> Transcript:
        self.log.append("finish")
        return Transcript(f"{self.heard} samples")

    def cancel(self) -> None:
        self.log.append("cancel")

    def hurry(self) -> None:
        """It is quick."""

    def close(self) -> None:
        self.log.append("close")


PIECE = np.zeros(100, np.int16)


def test_two_who_speak_at_once_are_understood_one_after_the_other() -> None:
    ears, turns = Ears(), threading.Lock()
    one, other = SharedRecognizer(ears, turns), SharedRecognizer(ears, turns)
    one.start()
    other.start()
    for _ in range(3):
        one.feed(PIECE)
        other.feed(PIECE)
    other.feed(PIECE)
    assert one.finish().text == "300 samples"
    assert other.finish().text == "400 samples"
    assert ears.log == ["start", "finish", "start", "finish"]


def test_who_gives_up_lets_the_other_one_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.web.shared.PATIENCE_S", 0.05)
    ears, turns = Ears(), threading.Lock()
    one, other = SharedRecognizer(ears, turns), SharedRecognizer(ears, turns)
    one.start()
    other.start()
    with pytest.raises(RogerError, match="WEB-01"):
        other.finish()
    one.cancel()
    one.cancel()
    other.start()
    assert other.finish().text == "0 samples"


class Hands:
    """Actions that wait until the test lets them go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        self.begun.set()
        self.go_on.wait(30)
        yield StepResult("say", action_key)

    def outputs(self) -> dict[str, float]:
        return {}

    def close(self) -> None:
        raise AssertionError("the pins are everybody's")


def test_one_device_is_not_driven_by_two_at_once_without_saying_so() -> None:
    hands, turns = Hands(), threading.Lock()
    told: list[str] = []
    one, other = (SharedActions(hands, turns, told.append) for _ in range(2))
    results: list[StepResult] = []
    working = threading.Thread(target=lambda: results.extend(one.perform("fan_on", (), "en", Token())))
    working.start()
    assert hands.begun.wait(30)
    with pytest.raises(RogerError, match="WEB-02"):
        list(other.perform("fan_off", (), "en", Token()))
    hands.go_on.set()
    working.join()
    assert [result.text for result in results] == ["fan_on"]
    assert [result.text for result in other.perform("fan_off", (), "en", Token())] == ["fan_off"]
    assert told == ["fan_on", "fan_off"]
    one.close()


def test_what_cannot_be_made_is_tried_again() -> None:
    tries = itertools.count()

    def make() -> str:
        if next(tries) == 0:
            raise RogerError("MDL-02", "not yet")
        return "made"

    once = Once(make)
    with pytest.raises(RogerError):
        once.get()
    assert (once.get(), once.get(), next(tries)) == ("made", "made", 2)


class TestMicrophone:
    def test_what_comes_before_it_is_opened_is_not_lost(self) -> None:
        microphone = BrowserMicrophone()
        heard: list[Frame] = []
        microphone.begin(16_000)
        microphone.push(PIECE.tobytes())
        microphone.open(heard.append, lambda error: None)
        microphone.push(PIECE.tobytes())
        microphone.close()
        microphone.push(PIECE.tobytes())
        assert sum(map(len, heard)) == 200

    @pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000, 0, -1, 10**9])
    def test_any_rate_becomes_16_khz(self, rate_hz: int) -> None:
        microphone = BrowserMicrophone()
        heard: list[Frame] = []
        microphone.begin(rate_hz)
        microphone.open(heard.append, lambda error: None)
        for _ in range(50):
            microphone.push(np.zeros(4_800, np.int16).tobytes() + b"x")
        if 8_000 <= rate_hz <= 48_000:
            assert sum(map(len, heard)) == pytest.approx(50 * 4_800 * 16_000 / rate_hz, rel=0.05)

    def test_a_page_that_talks_unasked_fills_no_memory(self) -> None:
        microphone = BrowserMicrophone()
        microphone.begin(16_000)
        for _ in range(1000):
            microphone.push(PIECE.tobytes() * 10)
        assert sum(map(len, microphone._early)) < 40_000


def test_a_browser_that_does_not_read_fills_no_memory() -> None:
    line = Line()
    for number in range(10_000):
        line.send(kind="seen", number=number)
    assert line._waiting.qsize() <= 2_000
    assert line.next()


@pytest.mark.parametrize(
    ("text", "language"), [("거실 불 켜", "ko"), ("ㅋㅋ", "ko"), ("light on", "en"), ("42?", "ko")]
)
def test_the_language_of_what_is_typed(text: str, language: str) -> None:
    assert language_of(text, "ko") == language


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Visitors]]:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    monkeypatch.setattr(visiting, "make_recognizer", lambda config: Ears())
    made: list[Visitors] = []
    numbers = itertools.count(1)

    def start(**settings: Any) -> Visitors:
        roger = {"understanding": {"meaning": False}, **settings}
        config: Config = replace(load(DEFAULT_FOLDER), roger=RogerSettings.model_validate(roger))
        made.append(Visitors(config, lambda: f"secret {next(numbers)}"))
        return made[-1]

    yield start
    for visitors in made:
        visitors.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("visitor")]


def until(visitor: Visitor, kind: str, **wanted: Any) -> dict[str, Any]:
    """Read messages until one is as wanted."""
    for _ in range(2_000):
        message = visitor.outbox.line.next(30)
        assert message, f"{kind} {wanted} did not come"
        if message["kind"] == kind and all(message.get(key) == value for key, value in wanted.items()):
            return message
    raise AssertionError(f"{kind} {wanted} did not come")


def write(visitor: Visitor, text: str) -> None:
    visitor.receive(json.dumps({"do": "type", "text": text}))


def test_each_has_a_conversation_of_its_own(people: Callable[..., Visitors]) -> None:
    with ChatServer(saying("Blue.")) as server:
        visitors = people(chat={"enabled": True, "base_url": server.base_url})
        one, other = visitors.come(), visitors.come()
        for visitor, text in ((one, "what colour is it"), (one, "why is that so"), (other, "who are you")):
            write(visitor, text)
            until(visitor, "seen", outcome="answer")
        said = [[message["content"] for message in request.body["messages"][1:]] for request in server.requests]
        assert said == [
            ["what colour is it"],
            ["what colour is it", "Blue.", "why is that so"],
            ["who are you"],
        ]


def test_the_others_are_told_what_one_has_done(people: Callable[..., Visitors]) -> None:
    visitors = people()
    one, other = visitors.come(), visitors.come()
    write(one, "turn on the kitchen light")
    assert until(one, "seen", outcome="done")
    assert until(other, "notice")["text"] == "light_on"
    assert until(one, "seen", saved=True)["turn"] == 1


def test_forgetting_is_for_oneself(people: Callable[..., Visitors]) -> None:
    with ChatServer(saying("Blue.")) as server:
        visitors = people(chat={"enabled": True, "base_url": server.base_url})
        one, other = visitors.come(), visitors.come()
        for visitor in (one, other):
            write(visitor, "what colour is it")
            until(visitor, "seen", outcome="answer")
        write(one, "forget that")
        until(one, "seen", outcome="done")
        for visitor in (one, other):
            write(visitor, "why is that so")
            until(visitor, "seen", outcome="answer")
        assert [len(request.body["messages"]) for request in server.requests[2:]] == [2, 4]


def test_a_page_that_comes_back_goes_on(people: Callable[..., Visitors], monkeypatch: pytest.MonkeyPatch) -> None:
    visitors = people()
    visitor = visitors.come()
    write(visitor, "turn on the kitchen light")
    until(visitor, "seen", outcome="done")
    visitors.leave(visitor.name, visitor.outbox.line)
    assert visitors.come(visitor.name) is visitor
    visitor.attach()
    assert until(visitor, "seen", turn=1)["heard"] == "turn on the kitchen light"
    assert until(visitor, "oled")["png"]
    monkeypatch.setattr(visiting, "AWAY_S", 0.0)
    visitors.leave(visitor.name, visitor.outbox.line)
    assert visitors.come(visitor.name) is not visitor, "it was away for too long"


def test_a_page_that_came_back_before_it_was_missed_is_not_thought_away(
    people: Callable[..., Visitors], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitors = people()
    visitor = visitors.come()
    before = visitor.attach()
    visitors.come(visitor.name)
    visitor.attach()
    monkeypatch.setattr(visiting, "AWAY_S", 0.0)
    visitors.leave(visitor.name, before)
    assert visitors.come(visitor.name) is visitor


def test_a_conversation_is_on_one_page_at_a_time(people: Callable[..., Visitors]) -> None:
    visitor = people().come()
    before = visitor.attach()
    after = visitor.attach()
    write(visitor, "turn on the kitchen light")
    assert until(visitor, "seen", outcome="done")
    assert after is visitor.outbox.line
    assert [before.next(0.1), before.next(0.1)] == [{"kind": "elsewhere"}, None]


def test_a_page_that_is_loaded_anew_shows_every_turn_again(people: Callable[..., Visitors]) -> None:
    visitor = people().come()
    for number, room in enumerate(("kitchen", "bedroom"), 1):
        write(visitor, f"turn on the {room} light")
        until(visitor, "seen", turn=number, saved=True)
    line = visitor.attach()
    told = [message for message in iter(line.next, None) if message["kind"] == "seen" and message["turn"]]
    assert [(one["turn"], one["heard"], one["saved"]) for one in told] == [
        (1, "turn on the kitchen light", True),
        (2, "turn on the bedroom light", True),
    ]
    assert [state for state, _ in told[0]["timeline"]] == ["classifying", "acting"]


def test_there_is_room_for_so_many(people: Callable[..., Visitors]) -> None:
    visitors = people(web={"visitors": 2})
    visitors.come()
    visitors.come()
    with pytest.raises(RogerError, match="WEB-04"):
        visitors.come()


@pytest.mark.parametrize("message", ["", "{", "[]", "42", '{"do": "fly"}', '{"do": "type", "text": 5}', b"", b"x"])
def test_what_makes_no_sense_changes_nothing(people: Callable[..., Visitors], message: str | bytes) -> None:
    visitor = people().come()
    visitor.receive(message)
    write(visitor, "turn on the kitchen light")
    assert until(visitor, "seen", outcome="done")
