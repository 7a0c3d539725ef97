"""The bigger model over real connections: answers as they come, within four limits, ended at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from controller.worker import Token
from models.chat.openai_chat import OpenAIChat
from tests.models.chat.asking import KEY, QUESTION, ask, failure, settings
from tests.servers.chat_server import ChatServer, Talk, deaf_server, saying


class TestAnswers:
    @pytest.mark.parametrize(
        "pieces", [["The ", "sky ", "scatters ", "blue."], ["하늘은 ", "파란 ", "빛을 ", "흩어요."]], ids=["en", "ko"]
    )
    def test_pieces_come_as_they_were_sent(self, pieces: list[str]) -> None:
        with ChatServer(saying(*pieces)) as server:
            came, problem = ask(settings(server.base_url))
        assert [piece for piece in came if piece] == pieces
        assert problem is None

    def test_a_piece_is_there_before_the_next_one_is_sent(self) -> None:
        shown = threading.Event()

        def script(talk: Talk) -> None:
            talk.say("First")
            assert shown.wait(20)
            talk.say(" second")
            talk.finish()

        with ChatServer(script) as server:
            answer = OpenAIChat(settings(server.base_url)).answer(QUESTION, Token())
            first = next(answer)
            shown.set()
            assert (first, "".join(answer)) == ("First", " second")

    def test_characters_that_are_split_between_packets_come_whole(self) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test"}
        choice = {"index": 0, "delta": {"content": "안녕하세요"}, "finish_reason": None}
        event = b"data: " + json.dumps(chunk | {"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"

        def script(talk: Talk) -> None:
            for byte in event:
                talk.send(bytes([byte]))
            talk.finish()

        with ChatServer(script) as server:
            came, _ = ask(settings(server.base_url))
        assert "".join(came) == "안녕하세요"

    def test_an_answer_that_was_too_long_for_max_tokens_says_so(self) -> None:
        def script(talk: Talk) -> None:
            talk.say("Blue light is")
            talk.finish("length")

        with ChatServer(script) as server:
            came, problem = ask(settings(server.base_url))
        assert ("".join(came), problem) == ("Blue light is…", None)

    def test_thoughts_are_not_shown(self) -> None:
        def script(talk: Talk) -> None:
            talk.delta(reasoning_content="The user wants to know why")
            talk.say("<thi", "nk>Rayleigh", "</thi", "nk>\n\nBecause", " it scatters.")
            talk.finish()

        with ChatServer(script) as server:
            came, _ = ask(settings(server.base_url))
        assert "".join(came) == "Because it scatters."

    def test_a_refusal_in_words_is_an_answer(self) -> None:
        def script(talk: Talk) -> None:
            talk.delta(refusal="I cannot help with that.")
            talk.finish()

        with ChatServer(script) as server:
            came, problem = ask(settings(server.base_url))
        assert ("".join(came), problem) == ("I cannot help with that.", None)


class TestRequests:
    def test_a_server_without_a_key_is_told_nothing_but_the_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
        monkeypatch.setenv("OPENAI_PROJECT_ID", "project-1")
        with ChatServer(saying("Hi")) as server:
            ask(settings(server.base_url, model="smollm2", system="Be brief.", max_tokens=50))
        (request,) = server.requests
        assert request.path == "/v1/chat/completions"
        assert request.body == {
            "model": "smollm2",
            "stream": True,
            "max_tokens": 50,
            "messages": [
                {"role": "system", "content": "Be brief. Answer in English."},
                {"role": "user", "content": QUESTION.text},
            ],
        }
        assert {name for name in request.headers if name.startswith(("x-", "openai-", "auth"))} == set()

    def test_a_key_goes_along_without_the_blanks_around_it(self) -> None:
        with ChatServer(saying("Hi")) as server:
            ask(settings(server.base_url, api_key=f" {KEY}\n"))
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"

    def test_a_failed_request_is_not_sent_again(self) -> None:
        with ChatServer(lambda talk: talk.refuse(500, "out of memory")) as server:
            ask(settings(server.base_url))
        assert len(server.requests) == 1


class TestLimits:
    def test_to_connect(self) -> None:
        with deaf_server() as base_url:
            _, problem = ask(settings(base_url, limits={"connect_s": 0.3}))
        assert problem is not None
        assert (problem.code, "0.3 s to connect" in problem.message) == ("CHAT-04", True)
        assert "chat.limits" in problem.hint

    @pytest.mark.parametrize("begins", [False, True], ids=["before the headers", "after the headers"])
    def test_to_the_first_token(self, begins: bool) -> None:
        def script(talk: Talk) -> None:
            if begins:
                talk.delta(role="assistant", content="")
            talk.stall()

        problem = failure(script, limits={"first_token_s": 0.3})
        assert (problem.code, "0.3 s to begin" in problem.message) == ("CHAT-04", True)

    @pytest.mark.parametrize("sending", [b"", b": keep-alive\n\n"], ids=["silent", "kept alive"])
    def test_between_tokens(self, sending: bytes) -> None:
        def script(talk: Talk) -> None:
            talk.say("Blue ", "light ")
            talk.stall(0.05, sending)

        with ChatServer(script) as server:
            pieces, problem = ask(settings(server.base_url, limits={"between_tokens_s": 0.3}))
            assert server.left.wait(20), "the connection must be closed"
        assert "".join(pieces) == "Blue light "
        assert problem is not None
        assert (problem.code, "0.3 s to go on" in problem.message) == ("CHAT-04", True)

    def test_for_the_whole_answer(self) -> None:
        def script(talk: Talk) -> None:
            while not talk.ending.wait(0.02):
                talk.say("and ")

        problem = failure(script, limits={"total_s": 0.5})
        assert (problem.code, "0.5 s for the whole answer" in problem.message) == ("CHAT-04", True)

    def test_a_model_that_thinks_is_at_work(self) -> None:
        def script(talk: Talk) -> None:
            for _ in range(6):
                talk.delta(reasoning_content="hmm")
                talk.ending.wait(0.2)
            talk.say("Blue.")
            talk.finish()

        with ChatServer(script) as server:
            pieces, problem = ask(settings(server.base_url, limits={"first_token_s": 1}))
        assert ("".join(pieces), problem) == ("Blue.", None)


class TestCancellation:
    @pytest.mark.parametrize(
        "before", [lambda talk: None, lambda talk: talk.begin(), lambda talk: talk.say("Blue ")],
        ids=["before the headers", "before the first token", "in the middle"],
    )  # fmt: skip
    def test_a_stalled_answer_ends_at_once_and_the_server_is_told(self, before: Callable[[Talk], None]) -> None:
        def script(talk: Talk) -> None:
            before(talk)
            talk.stall()

        token, ended = Token(), threading.Event()
        with ChatServer(script) as server:
            chosen = settings(server.base_url)

            def read() -> None:
                list(OpenAIChat(chosen).answer(QUESTION, token))
                ended.set()

            threading.Thread(target=read, daemon=True).start()
            assert server.stalled.wait(20)
            token.cancel()
            assert ended.wait(5), "the wait must end long before the limits of 20 s"
            assert server.left.wait(5), "the server must not go on for nobody"

    def test_a_connection_that_never_stands_is_given_up(self) -> None:
        token, ended = Token(), threading.Event()
        with deaf_server() as base_url:
            chosen = settings(base_url)

            def read() -> None:
                list(OpenAIChat(chosen).answer(QUESTION, token))
                ended.set()

            threading.Thread(target=read, daemon=True).start()
            token.cancel()
            assert ended.wait(5)

    def test_a_cancelled_turn_asks_nothing(self) -> None:
        token = Token()
        token.cancel()
        with ChatServer(saying("Hi")) as server:
            assert list(OpenAIChat(settings(server.base_url)).answer(QUESTION, token)) == []

    def test_who_stops_reading_closes_the_connection(self) -> None:
        def script(talk: Talk) -> None:
            talk.say("Blue ")
            talk.stall()

        with ChatServer(script) as server:
            answer = OpenAIChat(settings(server.base_url)).answer(QUESTION, Token())
            assert next(answer) == "Blue "
            del answer
            assert server.left.wait(5)
