"""Who may see the page, and what the page may do: checked before anything else."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

COOKIE: Final = "roger"
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
POLICY: Final = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; media-src 'self' blob: data:; "
    "frame-ancestors 'none'"
)
"""Nothing is fetched from elsewhere, so nobody elsewhere learns that the page is open. Gradio needs the rest."""
LOGIN: Final = """<!doctype html><meta name="viewport" content="width=device-width"><title>Roger</title>
<style>body{font:1.1rem system-ui;display:grid;place-items:center;min-height:90vh;color-scheme:light dark}</style>
<form><label>Password <input name="token" type="password" autofocus></label> <button>Open</button></form>"""


class Guard:
    """An ASGI application in front of another one.

    Args:
        token: What a visitor has to know; empty for nothing, which is for loopback only.
        hosts: Names that the page is reached by; a page elsewhere that sends a browser here under another name is
            refused (DNS rebinding). Empty for any, which is for those who know the token.
    """

    def __init__(self, app: Any, token: str, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._token = token
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_our_page(headers):
            await _refuse(scope, receive, send, 403, "this page is not reached by that name")
        elif not self._token or self._knows(headers.get("cookie", "")):
            await self._app(scope, receive, _with_policy(send))
        elif scope["type"] == "http" and self._is_right(_token(scope)):
            await _let_in(scope, send, self._token)
        else:
            await _refuse(scope, receive, send, 401, LOGIN)

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
        return kept is not None and self._is_right(kept.value)

    def _is_right(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode())


def _token(scope: Any) -> str:
    return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get("token", [])), "")


async def _let_in(scope: Any, send: Any, token: str) -> None:
    """Keep the token as a cookie, and take it out of the address."""
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
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
