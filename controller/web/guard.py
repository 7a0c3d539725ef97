"""Who may see the page, and what the page may do: checked before anything else."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from config.secrecy import keep

COOKIE: Final = "roger"
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
POLICY: Final = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; media-src 'self' blob: data:; "
    "frame-ancestors 'none'"
)
"""Nothing is fetched from elsewhere, so nobody elsewhere learns that the page is open. Gradio needs the rest."""
LOGIN: Final = (Path(__file__).parent / "page.login.html").read_text("utf-8")
WRONG_S: Final = 1.0
"""How long the answer to a wrong password takes; the next one waits for it, so nobody tries thousands."""
MOST_FORM_BYTES: Final = 4_096


class Guard:
    """An ASGI application in front of another one.

    Args:
        token: What a visitor has to know; empty for nothing, which is for loopback only.
        hosts: Names that the page is reached by; a page elsewhere that sends a browser here under another name is
            refused (DNS rebinding). Empty for any, which is for those who know the token.
    """

    def __init__(self, app: Any, token: str, hosts: Iterable[str] = (), wrong_s: float = WRONG_S) -> None:
        self._app = app
        self._wrong_s = wrong_s
        self._token = token
        self._hosts = frozenset(hosts)
        self._kept = keep(hmac.new(token.encode(), b"page", "sha256").hexdigest())
        self._one_try = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_our_page(headers):
            await _refuse(scope, receive, send, 403, "this page is not reached by that name")
        elif not self._token or self._knows(headers.get("cookie", "")):
            await self._app(scope, receive, _with_policy(send))
        elif scope["type"] == "http":
            await self._ask(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 401, "")

    async def _ask(self, scope: Any, receive: Any, send: Any) -> None:
        """For the password; it comes from the form, or in the address that `roger web` printed."""
        said = await _form(receive) if scope["method"] == "POST" else scope["query_string"]
        token = next(iter(parse_qs(said.decode("latin-1"), encoding="utf-8").get("token", [])), "")
        if not token:
            await _refuse(scope, receive, send, 401, LOGIN.replace("SAID", ""))
            return
        async with self._one_try:
            if right := hmac.compare_digest(token.encode(), self._token.encode()):
                await _let_in(scope, send, self._kept)
            else:
                await asyncio.sleep(self._wrong_s)
        if not right:
            await _refuse(scope, receive, send, 401, LOGIN.replace("SAID", "That is not it."))

    def _is_our_page(self, headers: dict[str, str]) -> bool:
        """Asked for by its own name, and by itself: another site's page may not talk to the device."""
        host = headers.get("host", "")
        origin = headers.get("origin", "")
        if origin and urlsplit(origin).netloc != host:
            return False
        return not self._hosts or urlsplit(f"//{host}").hostname in self._hosts

    def _knows(self, cookies: str) -> bool:
        try:
            kept = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return kept is not None and hmac.compare_digest(kept.value.encode(), self._kept.encode())


async def _form(receive: Any) -> bytes:
    """The body of a small form; nothing of one that is larger."""
    body, more = b"", True
    while more and len(body) <= MOST_FORM_BYTES:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body if len(body) <= MOST_FORM_BYTES else b""


async def _let_in(scope: Any, send: Any, kept: str) -> None:
    """Know the visitor by a cookie, which is not the password, and take that out of the address."""
    cookie = f"{COOKIE}={kept}; HttpOnly; SameSite=Strict; Path=/"
    if scope["scheme"] == "https":
        cookie += "; Secure"
    headers = [(b"location", scope["path"].encode()), (b"set-cookie", cookie.encode())]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Any, receive: Any, send: Any, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4000 + status})
        return
    kind = b"text/html; charset=utf-8" if text.startswith("<") else b"text/plain; charset=utf-8"
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": text.encode()})


def _with_policy(send: Any) -> Any:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.lower() != b"content-security-policy"]
            message["headers"] = [
                *kept,
                (b"content-security-policy", POLICY.encode()),
                (b"referrer-policy", b"no-referrer"),
                (b"x-content-type-options", b"nosniff"),
            ]
        await send(message)

    return sending
