"""Whole turns through the whole assistant: the shipped configuration, real intent stage, actions, chat and screens.

What a person says is text here; turns on recorded speech are in tests/controller/commands/test_simulate.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydantic import SecretStr

from config.loader import DEFAULT_FOLDER, Config, load
from config.schema import ChatLimits, ChatSettings
from controller.adapters.board import simulated_pins
from controller.adapters.button_script import ScriptedButton
from controller.adapters.microphone_wav import WavMicrophone
from controller.app import Assistant, Surroundings, Time, real_time, virtual_time
from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.events import ButtonPressed, Event
from controller.loop import VirtualLoop
from controller.simulator.playlist import PlaylistRecognizer, Utterance
from controller.simulator.session import Session
from controller.trace import Trace
from controller.turn import Scene
from controller.worker import VirtualWorker
from states.names import DISPLAYING, IDLE, QUERYING
from tests.servers.chat_server import ChatServer, Talk, saying

SHIPPED = load(DEFAULT_FOLDER)


class Pictures:
    """A display that remembers what it showed."""

    def __init__(self) -> None:
        self.drawn: list[Image.Image] = []

    def draw(self, picture: Image.Image) -> None:
        self.drawn.append(picture)

    def close(self) -> None:
        """Nothing is held."""


class Room:
    """An assistant, and somebody who says one thing after the other to it."""

    def __init__(
        self,
        *said: str,
        config: Config = SHIPPED,
        time: Time | None = None,
        make_trace: Callable[[], Trace] | None = None,
    ) -> None:
        utterances = [Utterance(text=text) for text in said]
        clips = [np.zeros(16_000, np.int16) for _ in said]
        self.trace = io.StringIO()
        self.pictures = Pictures()
        around = Surroundings(
            make_microphone=lambda clock, post: WavMicrophone(clips, clock),
            make_recognizer=lambda: PlaylistRecognizer(utterances, None),
            make_display=lambda clock: self.pictures,
            pin_factory=simulated_pins(),
        )
        self.kept = make_trace() if make_trace else Trace(self.trace)
        self.assistant = Assistant(config, around, time or virtual_time(), self.kept)
        button = ScriptedButton(self.assistant.clock, self.assistant.post)
        self.session = Session(utterances, [1.0] * len(said), button.hold, lambda number, what: None)
        self.moments: list[tuple[Event, str, Scene]] = []
        self.assistant.watchers += [lambda *moment: self.moments.append(moment), self.session.watch]

    def run(self, finished: Callable[[], bool] | None = None) -> Room:
        try:
            self.assistant.run(finished or (lambda: self.session.finished))
            self.lights = self.assistant.actions.outputs()
        finally:
            self.assistant.close()
        return self

    @property
    def states(self) -> list[str]:
        """The states that were entered, one after the other."""
        seen = [scene.state for _, _, scene in self.moments]
        return [state for index, state in enumerate(seen) if index == 0 or state != seen[index - 1]]

    @property
    def cards(self) -> list[Scene]:
        """What was shown at the end of each turn."""
        return [
            scene
            for _, verdict, scene in self.moments
            if scene.state == DISPLAYING and not verdict.startswith(DISPLAYING)
        ]


def texts(scene: Scene) -> list[str]:
    return [result.text for result in scene.turn.results]


def test_a_command_walks_through_the_states_and_switches_the_light() -> None:
    room = Room("turn on the living room lamp").run()
    assert room.states == ["idle", "recording", "transcribing", "classifying", "acting", "displaying", "idle"]
    assert room.lights["living_room_light"] == 1.0
    assert room.cards[0].turn.outcome == "done"
    assert texts(room.cards[0])[-1] == "living room: on"


def test_korean_does_the_same() -> None:
    room = Room("거실불좀켜줘", "침실 불 오십 퍼센트로 맞춰 줘").run()
    assert (room.lights["living_room_light"], room.lights["bedroom_light"]) == pytest.approx((1.0, 0.5))
    assert texts(room.cards[0])[-1] == "거실 켰어요"


def test_an_unknown_question_stays_here_while_the_bigger_model_is_off() -> None:
    room = Room("who wrote the little prince").run()
    assert "querying" not in room.states
    assert room.cards[0].turn.outcome == "unknown"
    assert any(part.name == "chat" and part.status == "off" for part in room.cards[0].parts)


def test_nothing_said_is_nothing_heard() -> None:
    assert Room("").run().cards[0].turn.outcome == "nothing_heard"


def test_a_timer_counts_down_and_rings() -> None:
    room = Room("set a timer for ninety seconds")
    room.run(lambda: any(timer.rung for timer in room.assistant.controller.scene.timers))
    assert 90.0 <= room.assistant.clock.now() < 100.0
    assert room.cards[-1].turn.outcome == "timer"
    assert len(room.pictures.drawn) > 80  # one for each second


def test_an_action_that_fails_says_which_step_and_why() -> None:
    actions = SHIPPED.actions.model_copy(deep=True)
    argv = ["no-such-player", "play"]
    broken = (
        actions.actions["music_play"]
        .do[0]
        .model_copy(
            update={"command": actions.actions["music_play"].do[0].command.model_copy(update={"argv": argv})}  # type: ignore[union-attr]
        )
    )
    action = actions.actions["music_play"].model_copy(update={"do": [broken]})
    changed = actions.model_copy(update={"actions": {**actions.actions, "music_play": action}})
    card = Room("play some music", config=replace(SHIPPED, actions=changed)).run().cards[0]
    assert card.turn.outcome == "failed"
    assert card.turn.problem
    assert card.turn.problem.code == "ACT-02"
    assert "no-such-player" in card.turn.problem.message


def frozen_time() -> Time:
    """Virtual time in which work takes none, so that every run is the same."""
    clock = VirtualClock(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    return Time(
        clock,
        lambda handle: VirtualLoop(clock, handle),
        lambda name, post: VirtualWorker(clock, post, measure=lambda: lambda: 0.0),
    )


def test_the_same_turn_leaves_the_same_trace_to_the_byte() -> None:
    said = ("turn on the living room lamp", "what time is it", "who wrote the little prince", "")
    first, second = (Room(*said, time=frozen_time()).run().trace.getvalue() for _ in range(2))
    assert first == second
    assert len(first.splitlines()) > 50


def test_the_trace_names_the_reason_of_a_decision() -> None:
    lines = [json.loads(line) for line in Room("what time is it").run().trace.getvalue().splitlines()]
    (chosen,) = [line for line in lines if line.get("event") == "ActionChosen"]
    assert chosen["decision"]["action"] == "tell_time"
    assert chosen["decision"]["stage"] == "rules"
    assert "phrase en" in chosen["decision"]["reason"]


def test_a_display_that_cannot_be_closed_leaves_no_output_on() -> None:
    room = Room("turn on the living room lamp")

    def refuse() -> None:
        raise RogerError("DSP-02", "the display stopped answering", "check the wiring")

    room.pictures.close = refuse  # type: ignore[method-assign]
    with pytest.raises(RogerError, match="DSP-02"):
        room.run()
    assert room.lights["living_room_light"] == 1.0
    assert set(room.assistant.actions.outputs().values()) == {0.0}


# ---- the bigger model, on a real server on loopback, in real time ----


def asking(base_url: str, **limits: Any) -> Config:
    chat = ChatSettings(
        enabled=True, base_url=base_url, api_key=SecretStr("sk-very-secret"), limits=ChatLimits(**limits)
    )
    settings = SHIPPED.roger.limits.model_copy(update={"displaying_s": 0.5})
    return replace(SHIPPED, roger=SHIPPED.roger.model_copy(update={"chat": chat, "limits": settings}))


def test_an_unknown_question_is_answered_word_by_word() -> None:
    with ChatServer(saying("Antoine ", "de ", "Saint-Exupéry.")) as server:
        room = Room("who wrote the little prince", config=asking(server.base_url), time=real_time()).run()
    assert room.cards[0].turn.outcome == "answer"
    assert room.cards[0].turn.answer == "Antoine de Saint-Exupéry."
    grown = [scene.turn.answer for event, _, scene in room.moments if event.trigger == "token"]
    assert grown == ["Antoine ", "Antoine de ", "Antoine de Saint-Exupéry."]
    assert "sk-very-secret" not in room.trace.getvalue()


def test_a_server_that_dies_in_mid_answer_ends_in_a_card_that_says_so_and_then_idle() -> None:
    def dying(talk: Talk) -> None:
        talk.say("Antoine ")
        talk.reset()

    with ChatServer(dying) as server:
        room = Room("who wrote the little prince", config=asking(server.base_url), time=real_time()).run()
    card = room.cards[0]
    assert card.turn.problem
    assert (card.turn.outcome, card.turn.problem.code) == ("failed", "CHAT-05")
    assert room.states[-2:] == [DISPLAYING, IDLE]


def test_a_server_that_falls_silent_is_given_up() -> None:
    def silent(talk: Talk) -> None:
        talk.say("Antoine ")
        talk.stall()

    with ChatServer(silent) as server:
        config = asking(server.base_url, between_tokens_s=0.3)
        room = Room("who wrote the little prince", config=config, time=real_time())
        room.run(lambda: bool(room.cards))
    assert room.cards[0].turn.problem
    assert room.cards[0].turn.problem.code == "CHAT-04"


def test_a_server_that_is_not_there_is_said_so() -> None:
    room = Room("who wrote the little prince", config=asking("http://127.0.0.1:9/v1"), time=real_time())
    room.run(lambda: bool(room.cards))
    assert room.cards[0].turn.problem
    assert room.cards[0].turn.problem.code == "CHAT-02"


def test_a_press_in_mid_answer_hangs_up_and_listens() -> None:
    def endless(talk: Talk) -> None:
        talk.say("Antoine ")
        talk.stall()

    with ChatServer(endless) as server:
        room = Room("who wrote the little prince", config=asking(server.base_url), time=real_time())

        def interrupt(event: Event, verdict: str, scene: Scene) -> None:
            if event.trigger == "token" and scene.state == QUERYING:
                room.assistant.post(ButtonPressed(room.assistant.clock.now()))

        room.assistant.watchers.append(interrupt)
        room.run(lambda: room.assistant.controller.turn.id == 2)
        assert server.left.wait(5.0)
    assert room.assistant.controller.state == "recording"


@pytest.mark.parametrize("said", ["who wrote the little prince", "turn on the kitchen light"])
def test_with_the_bigger_model_off_no_one_is_asked(said: str) -> None:
    with ChatServer(saying("no")) as server:
        off = ChatSettings(enabled=False, base_url=server.base_url)
        config = replace(SHIPPED, roger=SHIPPED.roger.model_copy(update={"chat": off}))
        Room(said, config=config).run()
        assert server.requests == []
