"""A `ChatModel` on any server that speaks OpenAI's chat protocol: streamed, within four limits, cancelled at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

import httpx2
import openai

from config.schema import ChatSettings
from controller.background import Background, Cancelled
from controller.clock import stopwatch
from controller.connection import Connection
from controller.errors import RogerError
from controller.ports import Cancellation
from controller.turn import Question
from models.chat.failures import key, too_long, translated
from models.chat.messages import Message, system, user
from models.chat.stream import pieces

_NOT_ASKED_FOR: Final = ("x-stainless-", "openai-organization", "openai-project")
"""Headers in which the `openai` package would tell of the computer and of its environment variables."""


class Mark(Enum):
    """What arrives besides text."""

    CONNECTED = "connected"


Arrived: TypeAlias = str | Mark


class OpenAIChat:
    """One server. Asks one question at a time; nothing is remembered from one to the next.

    Attributes:
        used: Tokens of the last answer, as the server counted them; 0 where it did not.

    Raises:
        RogerError: CHAT-01 for settings that cannot work.
    """

    used = 0

    def __init__(self, settings: ChatSettings) -> None:
        _check(settings)
        self._settings = settings
        self._trusted = httpx2.create_ssl_context()

    def answer(self, question: Question, cancellation: Cancellation) -> Iterator[str]:
        """A question by itself."""
        return self.ask([system(self._settings, question), user(question)], cancellation)

    def ask(
        self, messages: Sequence[Message], cancellation: Cancellation, total_s: float | None = None
    ) -> Iterator[str]:
        """Stream the answer in pieces as they come; one that ran into `max_tokens` ends in "…".

        Args:
            total_s: How long all of it may take, in seconds; None for what the settings say.

        Raises:
            RogerError: CHAT-01 to CHAT-05, also after pieces have come.
        """
        connection = Connection()
        self.used = 0
        arriving = Background[Arrived]("chat", partial(self._read, messages, connection), cancellation)
        try:
            yield from self._within_limits(arriving, self._settings.limits.total_s if total_s is None else total_s)
        except Cancelled:
            return
        finally:
            connection.cut()

    def close(self) -> None:
        """Each answer has a connection of its own."""

    def _within_limits(self, arriving: Background[Arrived], total_s: float) -> Iterator[str]:
        """The limits are kept here and not by timeouts of the socket: what keeps a connection alive is no answer."""
        limits, elapsed = self._settings.limits, stopwatch()
        awaited, limit_s = "to connect", limits.connect_s
        while True:
            left_s = total_s - elapsed()
            if left_s < limit_s:
                awaited, limit_s = "for the whole answer", total_s
            try:
                arrived = arriving.next(min(limit_s, left_s))
            except TimeoutError:
                raise too_long(awaited, limit_s, self._settings) from None
            if arrived is None:
                return
            if isinstance(arrived, Mark):
                awaited, limit_s = "to begin", limits.first_token_s
            else:
                awaited, limit_s = "to go on", limits.between_tokens_s
                if arrived:
                    yield arrived

    def _read(self, messages: Sequence[Message], connection: Connection, emit: Callable[[Arrived], None]) -> None:
        """Ask, on a thread of its own, and emit what comes."""
        connection.on_ready = lambda: emit(Mark.CONNECTED)
        try:
            with self._http(connection) as http, self._client(http) as client:
                for piece in pieces(self._ask(client, messages), self._settings, self._count):
                    emit(piece)
        except Exception as error:
            # without its cause: the packages' own messages may quote the key
            raise translated(error, self._settings, connection.ready) from None

    def _count(self, tokens: int) -> None:
        self.used = tokens

    def _ask(
        self, client: openai.OpenAI, messages: Sequence[Message]
    ) -> openai.Stream[openai.types.chat.ChatCompletionChunk]:
        settings = self._settings
        # OpenAI's newer models refuse max_tokens; other servers do not all know max_completion_tokens
        by_openai = urlsplit(settings.base_url).hostname == "api.openai.com"
        return client.chat.completions.create(
            model=settings.model,
            messages=cast(Any, messages),
            stream=True,
            stream_options={"include_usage": True} if by_openai else openai.omit,
            max_completion_tokens=settings.max_tokens if by_openai else openai.omit,
            max_tokens=openai.omit if by_openai else settings.max_tokens,
        )

    def _client(self, http: httpx2.Client) -> openai.OpenAI:
        return openai.OpenAI(
            api_key=key(self._settings) or "none",  # the package insists on one; `_prepare` takes it out again
            base_url=self._settings.base_url,
            timeout=http.timeout,
            max_retries=0,  # the user waits, and retries would hide what is wrong
            http_client=http,
        )

    def _http(self, connection: Connection) -> httpx2.Client:
        """A connection for one answer: to make it costs 0.2 ms, and no answer finds one that went stale."""
        limits = self._settings.limits
        return httpx2.Client(
            verify=self._trusted,
            timeout=httpx2.Timeout(limits.total_s, connect=limits.connect_s),
            event_hooks={"request": [partial(self._prepare, connection)]},
        )

    def _prepare(self, connection: Connection, request: httpx2.Request) -> None:
        """Send what the question needs and nothing else."""
        request.extensions = {**request.extensions, "trace": connection.trace}
        for name in list(request.headers):
            if name.startswith(_NOT_ASKED_FOR) or (name == "authorization" and not key(self._settings)):
                del request.headers[name]


def _check(settings: ChatSettings) -> None:
    if not settings.enabled:
        raise RogerError("CHAT-01", "the bigger model is switched off", "set chat.enabled: true in roger.yaml")
    try:
        parts = urlsplit(settings.base_url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        hint = "such as http://192.168.0.7:8000/v1"
        raise RogerError("CHAT-01", f'chat.base_url "{settings.base_url}" is no address', hint)
    if not (key(settings).isascii() and (key(settings) + "x").isprintable()):
        raise RogerError("CHAT-01", "chat.api_key holds characters that no key has", "look at where it is read from")
