"""Requests go to the host that is written in the step, over real connections, and to no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config.schema import Http
from controller.adapters.action_http import HttpRunner, filled_url
from controller.background import Cancelled
from controller.errors import Problem, RogerError
from controller.turn import Slot, StepResult
from controller.worker import Token
from tests.servers.chat_server import deaf_server

SAID = {
    "room": Slot("room", "living_room", "the lounge"),
    "brightness": Slot("brightness", 40, "forty"),
    "query": Slot("query", "a/b?c=d&e#f %2F @evil.example 거실"),
}
UNDISTURBED = Token()


class Page(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Any

    def _play(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.pages.append(self)
        self.server.script(self)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _play

    def answer(self, text: str | bytes = "", status: int = 200, **headers: str) -> None:
        content = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""


class WebServer(ThreadingHTTPServer):
    def __init__(self, script: Callable[[Page], None]) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.script = script
        self.pages: list[Page] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(script: Callable[[Page], None] = Page.answer) -> Iterator[WebServer]:
    server = WebServer(script)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def run(step: Http, cancellation: Token = UNDISTURBED) -> StepResult:
    return HttpRunner().run(step, SAID, "en", cancellation)


def problem(step: Http) -> Problem:
    with pytest.raises(RogerError) as caught:
        run(step)
    return caught.value.problem


def test_a_request_carries_what_was_said_and_the_secrets() -> None:
    with serving(lambda page: page.answer("it is on")) as server:
        step = Http.model_validate(
            {
                "method": "POST",
                "url": server.url + "/api/{room}?by={room.text}",
                "headers": {"authorization": SecretStr("Bearer abc"), "x-house": "mine"},
                "json": {
                    "entity": "light.{room}",
                    "to": ["{brightness}", {"%": "{brightness} %"}],
                    "now": True,
                    "n": 3,
                },
                "show": True,
            }
        )
        assert run(step) == StepResult("http", "it is on")
    (page,) = server.pages
    assert page.command == "POST"
    assert page.path == "/api/living_room?by=the%20lounge"
    assert page.headers["authorization"] == "Bearer abc"
    assert page.headers["x-house"] == "mine"
    assert page.headers["content-type"] == "application/json"
    assert json.loads(page.body) == {"entity": "light.living_room", "to": [40, {"%": "40 %"}], "now": True, "n": 3}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_every_method_is_sent(method: str) -> None:
    with serving() as server:
        assert run(Http.model_validate({"method": method, "url": server.url})) == StepResult("http")
    assert [(page.command, page.path, page.body) for page in server.pages] == [(method, "/", b"")]


def test_a_slot_stays_in_its_part_of_the_address() -> None:
    url = filled_url("http://lamp.local:8080/find/{query}?q={query}&n=1", SAID)
    encoded = "a%2Fb%3Fc%3Dd%26e%23f%20%252F%20%40evil.example%20%EA%B1%B0%EC%8B%A4"
    assert url == f"http://lamp.local:8080/find/{encoded}?q={encoded}&n=1"


@given(st.text())
def test_no_slot_can_change_where_a_request_goes(words: str) -> None:
    import httpx2

    try:
        url = httpx2.URL(filled_url("https://lamp.local/{query}/on", {"query": Slot("query", words)}))
    except RogerError as error:
        assert error.problem.code == "ACT-06"
        return
    assert (url.scheme, url.host, url.port) == ("https", "lamp.local", None)
    assert url.path == f"/{words}/on"


@pytest.mark.parametrize("words", ["..", ".", "../admin", "a/../../admin", "..\\admin"])
def test_a_slot_cannot_climb_the_path(words: str) -> None:
    with pytest.raises(RogerError) as caught:
        filled_url("http://lamp.local/lights/{query}", {"query": Slot("query", words)})
    assert caught.value.problem.code == "ACT-06"
    assert caught.value.problem.hint


@pytest.mark.parametrize("url", ["http://{room}.local/on", "http://{room}", "http://lamp:{brightness}/on"])
def test_a_slot_cannot_be_the_host(url: str) -> None:
    found = problem(Http(url=url))
    assert (found.code, "no fixed host" in found.message) == ("ACT-06", True)
    assert "after the host" in found.hint


def test_a_header_that_cannot_be_sent_is_named_and_not_quoted() -> None:
    found = problem(Http(url="http://127.0.0.1:1/", headers={"authorization": SecretStr("Bearer abc\nx")}))
    assert (found.code, '"authorization"' in found.message) == ("ACT-06", True)
    assert "abc" not in str(found)


def test_an_answer_is_shown_only_if_wanted_and_only_its_start() -> None:
    with serving(lambda page: page.answer("줄\n" * 100_000)) as server:
        assert run(Http(url=server.url)).text == ""
        assert run(Http(url=server.url, show=True)).text == "\n".join(["줄"] * 8)


def test_no_more_is_read_than_can_be_shown() -> None:
    def never_ends(page: Page) -> None:
        page.send_response(200)
        page.send_header("content-length", "100000")
        page.end_headers()
        page.wfile.write(b"x" * 5000)
        page.connection.settimeout(20)
        page.connection.recv(1)

    with serving(never_ends) as server:
        assert run(Http(url=server.url, show=True)).text == "x" * 400


@pytest.mark.parametrize(
    ("status", "hint"), [(400, "log"), (401, "headers"), (403, "headers"), (404, "url"), (500, "log")]
)
def test_a_refusal_says_what_the_server_said(status: int, hint: str) -> None:
    with serving(lambda page: page.answer("no such entity\nmore", status)) as server:
        found = problem(Http(url=server.url + "/secret-token"))
    assert found.code == "ACT-04"
    assert found.message == f"{server.url[7:]} answered {status} no such entity"
    assert hint in found.hint


def test_nobody_listens() -> None:
    with serving() as server:
        pass
    found = problem(Http(url=server.url))
    assert (found.code, found.message) == ("ACT-04", f"nothing listens at {server.url[7:]}")
    assert "start the server" in found.hint


def test_the_server_hangs_up() -> None:
    found_by = []
    with serving(lambda page: None) as server:
        found_by.append(problem(Http(url=server.url)))
    assert (found_by[0].code, "hung up" in found_by[0].message) == ("ACT-04", True)


def test_a_redirect_within_the_host_is_followed() -> None:
    def script(page: Page) -> None:
        if page.path == "/old":
            page.answer(status=307, location="/new")
        else:
            page.answer("here")

    with serving(script) as server:
        assert run(Http(url=server.url + "/old", show=True)).text == "here"


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with serving() as other, serving(lambda page: page.answer(status=307, location=other.url)) as server:
        found = problem(Http(url=server.url, headers={"x-key": SecretStr("abc")}))
    assert (found.code, f"sends on to {other.url}" in found.message) == ("ACT-04", True)
    assert other.pages == []


def test_a_server_that_sends_on_and_on_is_left() -> None:
    with serving(lambda page: page.answer(status=302, location="/")) as server:
        found = problem(Http(url=server.url))
    assert (found.code, "sends on and on" in found.message) == ("ACT-04", True)


def drips(page: Page) -> None:
    """Always a byte in time, never the end."""
    page.send_response(200)
    page.send_header("content-length", "100000")
    page.end_headers()
    while not page.server.left.wait(0.05):
        try:
            page.wfile.write(b".")
        except OSError:
            page.server.left.set()


def test_the_limit_is_for_the_whole_exchange() -> None:
    with serving(drips) as server:
        server.left = threading.Event()  # type: ignore[attr-defined]
        found = problem(Http(url=server.url, limit_s=0.5))
        assert server.left.wait(10), "the connection must be closed"  # type: ignore[attr-defined]
    assert (found.code, "longer than 0.5 s" in found.message) == ("ACT-03", True)
    assert "limit_s" in found.hint


def test_the_limit_is_for_connecting_too() -> None:
    with deaf_server() as base_url:
        assert problem(Http(url=base_url, limit_s=0.3)).code == "ACT-03"


def test_a_cancelled_turn_closes_the_connection() -> None:
    asked, left, cancelled, token = threading.Event(), threading.Event(), threading.Event(), Token()

    def stalls(page: Page) -> None:
        asked.set()
        page.connection.settimeout(20)
        if page.connection.recv(1) == b"":
            left.set()

    def request(url: str) -> None:
        try:
            run(Http(url=url, limit_s=20), token)
        except Cancelled:
            cancelled.set()

    with serving(stalls) as server:
        threading.Thread(target=request, args=(server.url,), daemon=True).start()
        assert asked.wait(20)
        token.cancel()
        assert cancelled.wait(5)
        assert left.wait(5)
