"""What went wrong with the chat server, as `RogerError`. Nothing here ever quotes the key."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import openai

from config.schema import ChatSettings
from controller.connection import explain
from controller.errors import RogerError

SAID_CHARACTERS = 160
OVERLOADED = 429


class ChatError(RogerError):
    """One that a server gave cause for.

    Attributes:
        servers_fault: It may go away by itself: the server is down, slow or overloaded.
        retry_after_s: For how long the server asked to be left alone, in seconds; 0 where it did not.
    """

    def __init__(
        self, code: str, message: str, hint: str = "", servers_fault: bool = True, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(code, message, hint)
        self.servers_fault = servers_fault
        self.retry_after_s = retry_after_s


def host(settings: ChatSettings) -> str:
    """The server's name as messages show it: "192.168.0.7:8000"."""
    parts = urlsplit(settings.base_url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def key(settings: ChatSettings) -> str:
    """The key, empty where there is none."""
    return settings.api_key.get_secret_value().strip() if settings.api_key else ""


def translated(error: Exception, settings: ChatSettings, connected: bool) -> RogerError:
    """The error that the user sees for one of the `openai` package.

    Args:
        connected: The connection stood when it happened.
    """
    match error:
        case RogerError():
            return error
        case openai.APIStatusError():
            return _refused(error, settings)
        case openai.APITimeoutError():
            limits = settings.limits
            return too_long(
                *(("for the whole answer", limits.total_s) if connected else ("to connect", limits.connect_s)), settings
            )
        case openai.APIConnectionError():
            message, hint = explain(error, host(settings))
            return ChatError("CHAT-05" if connected else "CHAT-02", message, hint)
        case openai.APIError():
            said = _clean(error.message, settings)
            return ChatError("CHAT-05", f"{host(settings)} broke off: {said}", "ask again; see the server's log")
    message = f"{host(settings)} sent what is no answer ({type(error).__name__})"
    return ChatError("CHAT-05", message, "does the server speak OpenAI's chat protocol? see chat.base_url")


def too_long(what: str, limit_s: float, settings: ChatSettings) -> ChatError:
    """CHAT-04: `what` ("to connect", ...) took longer than its limit."""
    message = f"{host(settings)} took longer than {limit_s:g} s {what}"
    return ChatError("CHAT-04", message, "ask again, or raise chat.limits")


def _refused(error: openai.APIStatusError, settings: ChatSettings) -> RogerError:
    status, server = error.status_code, host(settings)
    if status in (401, 403) and not key(settings):
        hint = "set chat.api_key: !env NAME, or !file PATH"
        return ChatError("CHAT-01", f"{server} wants a key", hint, servers_fault=False)
    message = f"{server} refused ({status}): {_clean(_said(error), settings)}"
    busy = status == OVERLOADED or status >= 500
    wait_s = retry_after_s(error.response.headers.get("retry-after", ""), error.response.headers.get("date", ""))
    return ChatError("CHAT-03", message.rstrip(": "), _hint(status, wait_s, settings), busy, wait_s)


def retry_after_s(header: str, date: str) -> float:
    """Seconds of a Retry-After header, which has them or a date; counted from the server's own. 0 where it has none.

    See RFC 9110, section 10.2.3.
    """
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - parsedate_to_datetime(date)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _hint(status: int, wait_s: float, settings: ChatSettings) -> str:
    if wait_s:
        return f"ask again in {wait_s:.0f} s"
    if status == OVERLOADED:
        return "ask again later, and check the account's limits"
    if status >= 500:
        return "the server is in trouble: ask again later"
    return {
        401: "check chat.api_key",
        403: "check chat.api_key: it may not use this model",
        404: f"check chat.base_url and chat.model ({settings.model})",
    }.get(status, "check the chat: settings" if status >= 400 else "write its new address into chat.base_url")


def _said(error: openai.APIStatusError) -> str:
    """The server's own words, wherever it put them."""
    body = error.body
    if isinstance(body, Mapping):
        body = body.get("message") or body.get("detail") or ""
    return body if isinstance(body, str) and not body.lstrip().startswith("<") else ""


def _clean(said: str, settings: ChatSettings) -> str:
    """One short line without the key, should the server repeat it."""
    secret = key(settings)
    line = " ".join((said.replace(secret, "***") if secret else said).split())
    return line if len(line) <= SAID_CHARACTERS else line[: SAID_CHARACTERS - 1] + "…"
