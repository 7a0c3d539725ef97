"""The `http` step: one request, to the host that is written in actions.yaml and to no other."""

from __future__ import annotations

import functools
import re
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from config.schema import Http
from controller.adapters.action_text import first_lines
from controller.background import Background
from controller.connection import Connection, explain
from controller.errors import RogerError
from controller.ports import Cancellation
from controller.template import fill, fill_value
from controller.turn import Slot, StepResult

if TYPE_CHECKING:
    import httpx2

KEPT_BYTES: Final = 4096
"""How much of an answer is read."""
REDIRECTS: Final = 5

_CLIENT_HEADERS: Final = {"accept-encoding": "identity", "user-agent": "roger"}
_PARTS = re.compile(r"(https?://[^/?#]*)(.*)", re.DOTALL)


class HttpRunner:
    """Runs `http`. The limit is for all of it, from the name server to the last byte."""

    def run(self, step: Http, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        url = filled_url(step.url, slots)
        headers, body = _plain(step.headers), _filled_json(step.json_body, slots)
        connection = Connection()
        exchange = Background[bytes](
            "http", lambda emit: emit(_exchange(step, url, headers, body, connection)), cancellation
        )
        try:
            answer = exchange.next(step.limit_s) or b""
        except TimeoutError:
            hint = "see what the server is doing, or raise the step's limit_s"
            raise RogerError("ACT-03", f"{_host(url)} took longer than {step.limit_s:g} s", hint) from None
        finally:
            connection.cut()
        return StepResult("http", first_lines(answer) if step.show else "")


def filled_url(template: str, slots: Mapping[str, Slot]) -> str:
    """The URL with its slots percent-encoded. A slot stays within its part of the path or query.

    Raises:
        RogerError: ACT-06 for a slot in the host's name, or one that would climb the path ("..").
    """
    parts = _PARTS.fullmatch(template)
    if parts is None or "{" in parts[1]:
        raise RogerError("ACT-06", f'"{template}" has no fixed host', "slots may stand after the host only")
    url = parts[1] + fill(parts[2], slots, encode=lambda value: quote(value, safe=""))
    steps = unquote(urlsplit(url).path).replace("\\", "/").split("/")
    if ".." in steps or "." in steps:
        raise RogerError("ACT-06", f'"{url}" is no address for an action', 'no "." or ".." in the path')
    return url


def _filled_json(value: Any, slots: Mapping[str, Slot]) -> Any:
    """The body with the slots of its texts filled in; "{brightness}" alone stays a number."""
    match value:
        case str():
            return fill_value(value, slots)
        case dict():
            return {key: _filled_json(item, slots) for key, item in value.items()}
        case list():
            return [_filled_json(item, slots) for item in value]
    return value


def _plain(headers: Mapping[str, str | SecretStr]) -> dict[str, str]:
    """The headers as they are sent. Checked here, as libraries quote what they cannot send."""
    plain = {name: value if isinstance(value, str) else value.get_secret_value() for name, value in headers.items()}
    for name, value in plain.items():
        if not (value.isascii() and value.isprintable()):
            hint = "plain letters, digits and signs on one line"
            raise RogerError("ACT-06", f'the header "{name}" cannot be sent', hint)
    return plain


def _exchange(step: Http, url: str, headers: dict[str, str], body: Any, connection: Connection) -> bytes:
    """Send the request and return the start of the answer. Raises ACT-04."""
    import httpx2

    try:
        # whoever waits keeps the limit and cuts; a timeout of the same length here would race with it
        with httpx2.Client(verify=_trusted(), timeout=2 * step.limit_s, headers=_CLIENT_HEADERS) as client:
            watched = {"trace": connection.trace}
            request = client.build_request(step.method, url, headers=headers, json=body, extensions=watched)
            return _answer(client, request)
    except RogerError:
        raise
    except Exception as error:
        message, hint = explain(error, _host(url))
        raise RogerError("ACT-04", message, hint) from error


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust. Reading them takes longer than many a request."""
    import httpx2

    return httpx2.create_ssl_context()


def _answer(client: httpx2.Client, request: httpx2.Request) -> bytes:
    """Follow redirects within the host: another host, or the open air, must not see headers and words."""
    first = request.url
    for _ in range(REDIRECTS):
        response = client.send(request, stream=True)
        if response.next_request is None:
            return _body(response, _host(str(first)))
        response.close()
        request = response.next_request
        if _host(str(request.url)) != _host(str(first)) or (first.scheme, request.url.scheme) == ("https", "http"):
            message = f"{_host(str(first))} sends on to {request.url.scheme}://{_host(str(request.url))}"
            raise RogerError("ACT-04", message, "write that address into the step, if you trust it")
    raise RogerError("ACT-04", f"{_host(str(first))} sends on and on", "write the address that it ends at")


def _body(response: httpx2.Response, host: str) -> bytes:
    start = b""
    try:
        for chunk in response.iter_bytes():
            start = (start + chunk)[:KEPT_BYTES]
            if len(start) == KEPT_BYTES:
                break
    finally:
        response.close()
    if response.status_code >= 400:
        said = first_lines(start).partition("\n")[0]
        raise RogerError(
            "ACT-04", f"{host} answered {response.status_code} {said}".rstrip(), _hint(response.status_code)
        )
    return start


def _hint(status: int) -> str:
    return {
        401: "check the step's headers: a key is missing or wrong",
        403: "check the step's headers: the key may not do this",
        404: "check the path in the step's url",
    }.get(status, "see the server's log")


def _host(url: str) -> str:
    """Where a URL goes to, without the words and secrets that it may hold: "lamp.local:8080"."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
