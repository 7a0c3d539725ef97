"""Asking a chat server as the tests do: patiently, unless they say otherwise."""

from __future__ import annotations

from config.schema import ChatSettings
from controller.errors import Problem, RogerError
from controller.turn import Question
from controller.worker import Token
from models.chat.openai_chat import OpenAIChat
from tests.servers.chat_server import ChatServer, Script

KEY = "sk-a-very-secret-key"
QUESTION = Question("why is the sky blue")


def settings(base_url: str, **changes: object) -> ChatSettings:
    limits = {"connect_s": 20, "first_token_s": 20, "between_tokens_s": 20, "total_s": 60}
    limits.update(changes.pop("limits", {}))  # type: ignore[call-overload]
    return ChatSettings.model_validate({"enabled": True, "base_url": base_url, "limits": limits} | changes)


def ask(chosen: ChatSettings) -> tuple[list[str], Problem | None]:
    """The pieces that came, and how it failed if it did."""
    pieces: list[str] = []
    try:
        pieces.extend(OpenAIChat(chosen).answer(QUESTION, Token()))
    except RogerError as error:
        return pieces, error.problem
    return pieces, None


def failure(script: Script, **changes: object) -> Problem:
    with ChatServer(script) as server:
        _, problem = ask(settings(server.base_url, **changes))
    assert problem is not None, "it should have failed"
    return problem
