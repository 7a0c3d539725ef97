"""Nobody sees the page who may not, and no other page talks to the device."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from controller.web.guard import Guard
from controller.web.server import Address, is_loopback

TOKEN = "0123456789abcdef"
OURS = {"host": "127.0.0.1:7860"}


async def behind(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-inner", b"yes")]})
    await send({"type": "http.response.body", "body": b"the page"})


def ask(
    guard: Guard, headers: dict[str, str], query: str = "", kind: str = "http", form: bytes | None = None
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": form}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "scheme": "http", "path": "/", "query_string": query.encode(), "headers": raw}
    scope["method"] = "GET" if form is None else "POST"
    asyncio.run(guard(scope, receive, send))
    return sent


def status(sent: list[dict[str, Any]]) -> int:
    return int(sent[0].get("status") or sent[0]["code"])


OPEN = Guard(behind, "", ("127.0.0.1", "localhost"))
LOCKED = Guard(behind, TOKEN, wrong_s=0.0)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST:7860"])
def test_on_this_computer_it_is_open(host: str) -> None:
    assert status(ask(OPEN, {"host": host})) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {},
        {"host": "127.0.0.1.evil.example:7860"},
        {**OURS, "origin": "http://evil.example"},
        {**OURS, "origin": "null"},
        {**OURS, "origin": "http://127.0.0.1:9999"},
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_page_cannot_use_it(headers: dict[str, str], kind: str) -> None:
    assert status(ask(OPEN, headers, kind=kind)) in (403, 4403)


def test_its_own_page_can() -> None:
    assert status(ask(OPEN, {**OURS, "origin": "http://127.0.0.1:7860"})) == 200


@pytest.mark.parametrize("headers", [{}, {"cookie": "roger=wrong"}, {"cookie": "roger"}, {"cookie": 'roger="\x00'}])
@pytest.mark.parametrize("query", ["", "token=wrong", "token=", "token=%00"])
def test_without_the_token_there_is_a_question(headers: dict[str, str], query: str) -> None:
    sent = ask(LOCKED, {"host": "pi:7860", **headers}, query)
    assert status(sent) == 401
    assert b"password" in sent[1]["body"]
    assert TOKEN.encode() not in sent[1]["body"]
    assert status(ask(LOCKED, {"host": "pi:7860", **headers}, query, "websocket")) == 4401


def test_who_knows_the_token_is_let_in_and_the_address_forgets_it() -> None:
    sent = ask(LOCKED, {"host": "pi:7860"}, f"token={TOKEN}")
    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers[b"location"]) == (303, b"/")
    cookie = headers[b"set-cookie"].decode()
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert status(ask(LOCKED, {"host": "pi:7860", "cookie": f"other=1; {cookie.split(';')[0]}"})) == 200


def test_a_password_is_sent_as_a_form_and_not_kept_in_the_browser() -> None:
    password = "열려라 참깨+&"
    guard = Guard(behind, password, wrong_s=0.0)
    said = urlencode({"token": password}).encode()
    (_, location), (_, cookie) = ask(guard, {"host": "pi"}, form=said)[0]["headers"]
    assert location == b"/"
    assert quote(password).encode() not in cookie
    assert status(ask(guard, {"host": "pi", "cookie": cookie.decode().split(";")[0]})) == 200
    assert status(ask(guard, {"host": "pi", "cookie": f"roger={quote(password)}"})) == 401
    assert b"That is not it" in ask(guard, {"host": "pi"}, form=b"token=sesame")[1]["body"]
    assert status(ask(guard, {"host": "pi"}, form=said + b"&" * 5_000)) == 401


def test_nobody_tries_many_passwords_at_once() -> None:
    guard = Guard(behind, TOKEN, wrong_s=0.05)

    async def tries() -> float:
        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(one(n) for n in range(6)))
        return asyncio.get_running_loop().time() - begun

    async def one(number: int) -> None:
        async def send(message: dict[str, Any]) -> None: ...

        query = f"token={number}".encode()
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": query, "headers": [(b"host", b"pi")]}
        await guard(scope, send, send)

    assert asyncio.run(tries()) >= 6 * 0.05


def test_the_page_may_fetch_nothing_from_elsewhere() -> None:
    headers = dict(ask(OPEN, OURS)[0]["headers"])
    assert headers[b"content-security-policy"].startswith(b"default-src 'self' data: blob:;")
    assert b"https:" not in headers[b"content-security-policy"]
    assert headers[b"x-inner"] == b"yes"


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("0.0.0.0", False), ("pi", False)]
)
def test_only_this_computer_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback


def test_the_address_that_is_printed_can_be_opened() -> None:
    assert Address("127.0.0.1", 7860).url == "http://127.0.0.1:7860/"
    assert Address("::1", 80, certificate=("a", "b")).url == "https://[::1]:80/"
    assert Address("0.0.0.0", 80, TOKEN).url.endswith(f":80/?token={TOKEN}")
