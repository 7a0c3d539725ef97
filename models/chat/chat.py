"""The bigger model as the user set it up: servers in order of preference, a memory, a budget."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Protocol

from config.schema import ChatSettings
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import Cancellation, Clock
from controller.turn import Question
from models.chat.breaker import Breaker
from models.chat.budget import Budget
from models.chat.conversation import Conversation, estimated_tokens
from models.chat.failures import ChatError
from models.chat.messages import Message, system, user

log = logging.getLogger(__name__)

IMAGE_TOKENS: Final = 800
"""What an image of 768 pixels takes at OpenAI, about; counted where the server does not say."""


class Asker(Protocol):
    """Sends messages to one server."""

    @property
    def used(self) -> int:
        """Tokens of the last answer, as the server counted them; 0 where it did not."""

    def ask(self, messages: Sequence[Message], cancellation: Cancellation, total_s: float) -> Iterator[str]:
        """Stream the answer. Raises `RogerError` CHAT-xx."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Server:
    """One that can be asked.

    Attributes:
        vision: It understands images.
        free: Its tokens are not counted.
    """

    name: str
    asker: Asker
    breaker: Breaker
    vision: bool = True
    free: bool = False


@dataclass(frozen=True, slots=True)
class Servers:
    """Who can be asked, the preferred one first, and what that may cost a day. Several conversations may share them."""

    each: Sequence[Server]
    budget: Budget

    def close(self) -> None:
        """End those that are ours."""
        for server in self.each:
            server.asker.close()


class Chat:
    """A `ChatModel`. Asks the first server that can be had; once one has begun to answer, no other is asked."""

    def __init__(
        self,
        settings: ChatSettings,
        servers: Servers,
        conversation: Conversation,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._all = servers
        self._servers = servers.each
        self._conversation = conversation
        self._budget = servers.budget
        self._clock = clock
        self.answered_by = ""
        """The server that gave the last answer."""

    def answer(self, question: Question, cancellation: Cancellation) -> Iterator[str]:
        """Raises `RogerError` CHAT-01 to CHAT-06."""
        messages = [system(self._settings, question), *self._conversation.messages(), user(question)]
        given, whole = "", False
        try:
            for piece in self._ask(messages, bool(question.image), cancellation):
                given += piece
                yield piece
            whole = not cancellation.cancelled
        finally:
            self._conversation.remember(question, given, whole)

    def close(self) -> None:
        """End the servers that are ours."""
        self._all.close()

    def _ask(self, messages: Sequence[Message], image: bool, cancellation: Cancellation) -> Iterator[str]:
        elapsed, problem = stopwatch(), None
        for server in self._able(image):
            begun = False
            try:
                left_s = max(0.0, self._settings.limits.total_s - elapsed())
                for piece in self._from(server, messages, cancellation, left_s):
                    begun = begun or bool(piece)
                    yield piece
                return
            except RogerError as error:
                if begun:
                    raise
                problem = error
                log.warning("%s did not answer: %s", server.name, error)
        assert problem
        raise problem

    def _able(self, image: bool) -> Sequence[Server]:
        """Those to ask, in order. Raises `RogerError` where there are none."""
        seeing = [server for server in self._servers if server.vision or not image]
        if not seeing:
            raise RogerError("CHAT-01", "no chat server can look at images", "write vision: true at one that can")
        if len(seeing) == 1:
            return seeing  # nobody else could be asked meanwhile
        able = [server for server in seeing if not server.breaker.is_open]
        if not able:
            wait_s = ceil(min(server.breaker.closed_again_at for server in seeing) - self._clock.now())
            raise RogerError("CHAT-02", "no chat server can be reached", f"they are tried again in {wait_s} s")
        return able

    def _from(
        self, server: Server, messages: Sequence[Message], cancellation: Cancellation, left_s: float
    ) -> Iterator[str]:
        if not server.free:
            self._budget.check()
        given = ""
        try:
            for piece in server.asker.ask(messages, cancellation, left_s):
                given += piece
                yield piece
            server.breaker.succeeded()
        except ChatError as error:
            if error.servers_fault:
                server.breaker.failed(error.retry_after_s)
            raise
        finally:
            self.answered_by = server.name
            if not server.free:
                self._budget.spend(server.asker.used or _estimated(messages, given))


def _estimated(messages: Sequence[Message], given: str) -> int:
    tokens = estimated_tokens(given)
    for message in messages:
        content = message["content"]
        tokens += estimated_tokens(content) if isinstance(content, str) else IMAGE_TOKENS
    return tokens
