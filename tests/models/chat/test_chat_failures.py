"""Everything that can go wrong with a chat server is told with its cause and a hint, and never with the key."""

from __future__ import annotations

import pytest

from controller.errors import RogerError
from models.chat.openai_chat import OpenAIChat
from tests.models.chat.asking import KEY, ask, failure, settings
from tests.servers.chat_server import ChatServer, Script, Talk, saying


class TestRefusals:
    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_is_missing(self, status: int) -> None:
        problem = failure(lambda talk: talk.refuse(status, "no key"))
        assert problem.code == "CHAT-01"
        assert "wants a key" in problem.message
        assert "!env" in problem.hint

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_is_wrong_and_is_never_shown(self, status: int) -> None:
        problem = failure(lambda talk: talk.refuse(status, f"Incorrect API key provided: {KEY}"), api_key=KEY)
        assert problem.code == "CHAT-03"
        assert "Incorrect API key provided: ***" in problem.message
        assert KEY not in str(problem)
        assert "chat.api_key" in problem.hint

    @pytest.mark.parametrize(
        ("status", "message", "hint"),
        [
            (400, "context too long", "chat:"),
            (404, "no such model", "chat.base_url and chat.model (gpt-4o-mini)"),
            (500, "out of memory", "ask again later"),
            (503, "loading model", "ask again later"),
            (307, "moved", "chat.base_url"),
        ],
    )
    def test_the_server_says_why(self, status: int, message: str, hint: str) -> None:
        problem = failure(lambda talk: talk.refuse(status, message, {"location": "http://127.0.0.1:1/v1"}))
        assert problem.code == "CHAT-03"
        assert f"({status}): {message}" in problem.message
        assert hint in problem.hint

    @pytest.mark.parametrize(
        ("headers", "hint"), [({"retry-after": "7"}, "ask again in 7 s"), ({}, "ask again later")], ids=["7", "none"]
    )
    def test_too_many_questions(self, headers: dict[str, str], hint: str) -> None:
        problem = failure(lambda talk: talk.refuse(429, "slow down", headers))
        assert (problem.code, hint in problem.hint) == ("CHAT-03", True)

    def test_a_filter(self) -> None:
        problem = failure(lambda talk: talk.finish("content_filter"))
        assert (problem.code, "filter" in problem.message) == ("CHAT-03", True)

    def test_a_long_story_is_cut(self) -> None:
        problem = failure(lambda talk: talk.refuse(400, "too long " * 100))
        assert len(problem.message) < 250


def drops(talk: Talk) -> None:
    talk.say("Blue ")
    talk.hang_up()


def resets(talk: Talk) -> None:
    talk.say("Blue ")
    talk.reset()


def breaks_down(talk: Talk) -> None:
    talk.say("Blue ")
    talk.event({"error": {"message": f"CUDA out of memory for {KEY}"}})


def stops_without_an_end(talk: Talk) -> None:
    talk.say("Blue ")
    talk.send(b"data: [DONE]\n\n")


def sending(raw: bytes) -> Script:
    def script(talk: Talk) -> None:
        talk.say("Blue ")
        talk.send(raw)
        talk.finish()

    return script


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        ("script", "message"),
        [
            (drops, "hung up"),
            (resets, "hung up"),
            (breaks_down, "CUDA out of memory for ***"),
            (stops_without_an_end, "in the middle"),
            (sending(b"data: {]\n\n"), "no answer"),
            (sending(b"data: 42\n\n"), "no answer"),
            (sending(b'data: {"choices": [{}]}\n\n'), "no answer"),
            (sending(b"data: \xff\xfe\n\n"), "no answer"),
        ],
        ids=["dropped", "reset", "error", "no end", "no JSON", "a number", "no delta", "no UTF-8"],
    )
    def test_what_came_is_kept_and_the_break_is_told(self, script: Script, message: str) -> None:
        with ChatServer(script) as server:
            pieces, problem = ask(settings(server.base_url, api_key=KEY))
        assert "".join(pieces) == "Blue "
        assert problem is not None
        assert (problem.code, message in problem.message, KEY in str(problem)) == ("CHAT-05", True, False)
        assert problem.hint

    def test_a_connection_that_closes_before_the_headers(self) -> None:
        assert failure(lambda talk: talk.hang_up()).code == "CHAT-05"

    def test_a_web_page_is_no_answer(self) -> None:
        problem = failure(lambda talk: talk.send(b"<html><body>Router login</body></html>"))
        assert problem.code == "CHAT-05"

    def test_an_answer_without_a_word(self) -> None:
        problem = failure(lambda talk: talk.finish())
        assert (problem.code, "without a word" in problem.message) == ("CHAT-05", True)

    def test_an_answer_that_was_only_thoughts(self) -> None:
        def script(talk: Talk) -> None:
            talk.say("<think>The user wants")
            talk.finish("length")

        problem = failure(script)
        assert (problem.code, "chat.max_tokens" in problem.hint) == ("CHAT-05", True)


class TestUnreachable:
    def test_nobody_listens(self) -> None:
        with ChatServer(saying("Hi")) as server:
            pass
        _, problem = ask(settings(server.base_url))
        assert problem is not None
        assert (problem.code, "nothing listens at 127.0.0.1:" in problem.message) == ("CHAT-02", True)
        assert "start the server" in problem.hint

    def test_there_is_no_such_name(self) -> None:
        too_long_for_a_name = ".".join(["a" * 60] * 5)
        _, problem = ask(settings(f"http://{too_long_for_a_name}/v1"))
        assert problem is not None
        assert (problem.code, "no server is called" in problem.message) == ("CHAT-02", True)
        assert "network" in problem.hint

    def test_the_server_does_not_speak_https(self) -> None:
        with ChatServer(saying("Hi")) as server:
            _, problem = ask(settings(server.base_url.replace("http:", "https:")))
        assert problem is not None
        assert (problem.code, "does not speak HTTPS" in problem.message) == ("CHAT-02", True)


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"enabled": False}, "switched off"),
            ({"base_url": "http://"}, "no address"),
            ({"base_url": "http://lamp:port/v1"}, "no address"),
            ({"api_key": "sk-\u200b123"}, "chat.api_key"),
            ({"api_key": "sk-1\nsk-2"}, "chat.api_key"),
        ],
    )
    def test_settings_that_cannot_work(self, changes: dict[str, object], message: str) -> None:
        with pytest.raises(RogerError) as caught:
            OpenAIChat(settings(**{"base_url": "http://127.0.0.1:1/v1"} | changes))  # type: ignore[arg-type]
        assert caught.value.problem.code == "CHAT-01"
        assert message in caught.value.problem.message
        assert "sk-" not in str(caught.value)
        assert caught.value.problem.hint
