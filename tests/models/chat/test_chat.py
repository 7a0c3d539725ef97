"""The bigger model as the user set it up, over real HTTP: the next server where one is down, a memory, a budget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, Config, load
from config.schema import RogerSettings
from controller.engines import make_chat
from controller.errors import RogerError
from controller.turn import Question
from controller.worker import Token
from models.chat.chat import Chat
from models.chat.conversation import Conversation
from tests.models.chat.asking import KEY
from tests.models.chat.test_memory import Clock
from tests.servers.chat_server import ChatServer, Script, Talk, saying
from tests.servers.faults import BROKEN, breaks_off, refusing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], ChatServer]]:
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ChatServer(script))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))


def config(**settings: Any) -> Config:
    from dataclasses import replace

    chat = {"enabled": True, **settings.pop("chat")}
    return replace(load(DEFAULT_FOLDER), roger=RogerSettings.model_validate({"chat": chat, **settings}))


def chat_of(clock: Clock, *servers: ChatServer, **chat: Any) -> Chat:
    entries = [{"base_url": server.base_url, "name": f"server {number}"} for number, server in enumerate(servers, 1)]
    for number, changes in enumerate(chat.pop("each", [])):
        entries[number].update(changes)
    made = config(chat={"servers": entries, **chat})
    model = make_chat(made, Conversation(made.roger.chat.memory, clock), clock)
    assert isinstance(model, Chat)
    return model


def ask(chat: Chat, text: str = "why?", image: bytes = b"") -> str:
    return "".join(chat.answer(Question(text, "en", image), Token()))


Serve = Callable[[Script], ChatServer]


class TestPreference:
    @pytest.mark.parametrize("status", [500, 503, 429, 401, 404])
    def test_the_next_server_answers_where_one_does_not(self, serve: Serve, clock: Clock, status: int) -> None:
        chat = chat_of(clock, serve(refusing(status)), serve(saying("Because.")))
        assert (ask(chat), chat.answered_by) == ("Because.", "server 2")

    def test_the_first_is_asked_while_it_answers(self, serve: Serve, clock: Clock) -> None:
        first, second = serve(saying("One.")), serve(saying("Two."))
        assert ask(chat_of(clock, first, second)) == "One."
        assert second.requests == []

    def test_nobody_answers_on_where_another_broke_off(self, serve: Serve, clock: Clock) -> None:
        second = serve(saying("Two."))
        chat, given = chat_of(clock, serve(breaks_off), second), []
        with pytest.raises(RogerError, match="CHAT-05"):
            for piece in chat.answer(Question("why?"), Token()):
                given.append(piece)
        assert ("".join(given), second.requests) == ("Once ", [])

    def test_a_server_that_is_down_is_left_out_for_a_while(self, serve: Serve, clock: Clock) -> None:
        first, second = serve(refusing(500)), serve(saying("Two."))
        chat = chat_of(clock, first, second)
        for _ in range(4):
            assert ask(chat) == "Two."
        assert len(first.requests) == 2
        clock.seconds = 31
        ask(chat)
        assert len(first.requests) == 3

    def test_a_server_that_wants_to_be_left_alone_is(self, serve: Serve, clock: Clock) -> None:
        first, second = serve(refusing(429, {"retry-after": "100"})), serve(saying("Two."))
        chat = chat_of(clock, first, second)
        for clock.seconds in (0, 99, 101):
            ask(chat)
        assert len(first.requests) == 2

    def test_who_configured_a_wrong_key_is_not_made_to_wait(self, serve: Serve, clock: Clock) -> None:
        first, second = serve(refusing(401)), serve(saying("Two."))
        chat = chat_of(clock, first, second)
        for _ in range(4):
            ask(chat)
        assert len(first.requests) == 4

    def test_all_are_down(self, serve: Serve, clock: Clock) -> None:
        chat = chat_of(clock, serve(refusing(500)), serve(refusing(500)))
        for _ in range(2):
            with pytest.raises(RogerError, match="CHAT-03"):
                ask(chat)
        with pytest.raises(RogerError, match="CHAT-02 no chat server can be reached; they are tried again in 30 s"):
            ask(chat)

    def test_a_single_server_is_always_asked(self, serve: Serve, clock: Clock) -> None:
        only = serve(refusing(500))
        chat = chat_of(clock, only)
        for _ in range(5):
            with pytest.raises(RogerError, match="CHAT-03"):
                ask(chat)
        assert len(only.requests) == 5

    def test_an_image_goes_to_who_can_see(self, serve: Serve, clock: Clock) -> None:
        blind, seeing = serve(saying("Words.")), serve(saying("A cat."))
        chat = chat_of(clock, blind, seeing, each=[{"vision": False}])
        assert (ask(chat, "what is it?", b"JPEG"), ask(chat)) == ("A cat.", "Words.")
        with pytest.raises(RogerError, match="CHAT-01 no chat server can look"):
            ask(chat_of(clock, blind, each=[{"vision": False}]), image=b"JPEG")

    def test_the_key_of_one_server_is_not_told_to_another_nor_to_the_log(
        self, serve: Serve, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = serve(refusing(401)), serve(saying("Two."))
        chat = chat_of(clock, first, second, each=[{"api_key": KEY}])
        with caplog.at_level(logging.DEBUG):
            ask(chat)
        assert first.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in second.requests[0].headers
        assert KEY not in caplog.text


class TestMemory:
    def test_the_next_question_is_asked_with_those_before(self, serve: Serve, clock: Clock) -> None:
        server = serve(saying("Blue."))
        chat = chat_of(clock, server)
        ask(chat, "what colour is the sky?")
        ask(chat, "and the sea?")
        assert [message["content"] for message in server.requests[1].body["messages"][1:]] == [
            "what colour is the sky?",
            "Blue.",
            "and the sea?",
        ]

    def test_what_broke_off_is_remembered_as_far_as_it_came(self, serve: Serve, clock: Clock) -> None:
        server = serve(breaks_off)
        chat = chat_of(clock, server)
        for _ in range(2):
            with pytest.raises(RogerError):
                ask(chat, "a story")
        assert [message["content"] for message in server.requests[1].body["messages"][1:]] == [
            "a story",
            "Once  …",
            "a story",
        ]

    def test_an_answer_that_nobody_waits_for_is_cut(self, serve: Serve, clock: Clock) -> None:
        def endless(talk: Talk) -> None:
            talk.say("Once ")
            talk.stall()

        server = serve(endless)
        chat, token = chat_of(clock, server), Token()
        answer = chat.answer(Question("a story"), token)
        while not next(answer):
            """What is no word yet."""
        token.cancel()
        assert list(answer) == []
        assert server.left.wait(20)
        assert [str(message["content"]) for message in chat._conversation.messages()] == ["a story", "Once  …"]


class TestBudget:
    def test_no_more_is_asked_than_the_day_allows(self, serve: Serve, clock: Clock) -> None:
        server = serve(saying("Because it is so, and it always was."))
        chat = chat_of(clock, server, tokens_per_day=60)
        with pytest.raises(RogerError, match="CHAT-06"):
            for _ in range(10):
                ask(chat)
        assert 1 <= len(server.requests) < 4
        clock.seconds = 24 * 3600
        assert ask(chat)

    def test_what_the_server_counts_counts(self, serve: Serve, clock: Clock) -> None:
        def counted(talk: Talk) -> None:
            talk.say("Yes.")
            usage = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
            talk.delta("stop")
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": []}
            talk.event({**chunk, "usage": usage})
            talk.send(b"data: [DONE]\n\n")

        chat = chat_of(clock, serve(counted), tokens_per_day=1000)
        ask(chat)
        with pytest.raises(RogerError, match="CHAT-06"):
            ask(chat)

    def test_a_server_of_ones_own_costs_nothing(self, serve: Serve, clock: Clock) -> None:
        chat = chat_of(clock, serve(saying("Yes. " * 100)), each=[{"free": True}], tokens_per_day=1)
        assert ask(chat)
        assert ask(chat)


class TestPrivacy:
    def test_only_servers_on_the_device_are_asked(self, serve: Serve, clock: Clock) -> None:
        server = serve(saying("Here."))
        servers = [{"base_url": "http://192.0.2.1/v1"}, {"base_url": server.base_url}]
        made = config(chat={"servers": servers}, private=True)
        assert ask(make_chat(made, Conversation(made.roger.chat.memory, clock), clock)) == "Here."  # type: ignore[arg-type]

    @pytest.mark.parametrize("url", ["https://api.openai.com/v1", "http://192.168.1.20/v1", "http://localhost.evil/v1"])
    def test_with_none_on_the_device_nobody_is(self, clock: Clock, url: str) -> None:
        made = config(chat={"base_url": url}, private=True)
        with pytest.raises(RogerError, match=r"CHAT-01.*private"):
            make_chat(made, Conversation(made.roger.chat.memory, clock), clock)


def test_a_single_server_and_several_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="is for a single server"):
        config(chat={"base_url": "http://a/v1", "servers": [{"base_url": "http://b/v1"}]})


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.__name__)
def test_every_fault_is_told_within_the_limit(serve: Serve, clock: Clock, fault: Script) -> None:
    limits = {"connect_s": 5, "first_token_s": 0.3, "between_tokens_s": 0.3, "total_s": 10}
    with pytest.raises(RogerError) as caught:
        ask(chat_of(clock, serve(fault), limits=limits))
    assert caught.value.problem.code in ("CHAT-04", "CHAT-05")
    assert caught.value.problem.hint
