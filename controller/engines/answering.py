"""The bigger model, as roger.yaml wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.loader import Config
from config.privacy import may_reach
from config.schema import ChatServer
from controller.engines.folders import state_folder
from controller.errors import RogerError
from controller.ports import ChatModel, Clock

if TYPE_CHECKING:  # models are imported late, where they are made
    from models.chat.chat import Servers
    from models.chat.conversation import Conversation


def make_conversation(config: Config, clock: Clock) -> Conversation:
    """What the bigger model is reminded of."""
    from models.chat.conversation import Conversation

    return Conversation(config.roger.chat.memory, clock)


def make_chat(config: Config, conversation: Conversation, clock: Clock, servers: Servers | None = None) -> ChatModel:
    """The bigger model. Raises `RogerError` CHAT-xx, MDL-xx.

    Args:
        servers: Those that several share; None makes them anew.
    """
    from models.chat.chat import Chat

    return Chat(config.roger.chat, servers or make_servers(config, clock), conversation, clock)


def make_servers(config: Config, clock: Clock) -> Servers:
    """Who is asked, and what that may cost. Raises `RogerError` CHAT-xx, MDL-xx."""
    from models.chat.breaker import Breaker
    from models.chat.budget import Budget
    from models.chat.chat import Server, Servers
    from models.chat.openai_chat import OpenAIChat

    settings = config.roger.chat
    servers = []
    for server in allowed_servers(config):
        name = server.name or server.base_url
        asker = OpenAIChat(settings.of(server))
        servers.append(Server(name, asker, Breaker(clock), server.vision, server.free))
    if settings.local:
        from models.chat.local import LocalChat

        sees = bool(settings.local.mmproj)
        servers.insert(0, Server("local", LocalChat(settings, settings.local), Breaker(clock), vision=sees, free=True))
    if not servers:
        raise RogerError("CHAT-01", "no chat server may be asked: private is true", "a server on this device may be")
    return Servers(servers, Budget(settings.tokens_per_day, clock, state_folder() / "tokens.json"))


def allowed_servers(config: Config) -> list[ChatServer]:
    """Those of `chat:` that may be asked, the preferred one first."""
    return [server for server in config.roger.chat.preferred if may_reach(server.base_url, config.roger.private)]


def make_judge(config: Config, system: str, limit_s: float) -> ChatModel:
    """The bigger model, asked something short that it forgets again. Raises `RogerError` CHAT-xx."""
    from models.chat.openai_chat import OpenAIChat

    settings, servers = config.roger.chat, allowed_servers(config)
    if not servers:
        raise RogerError("CHAT-01", "no chat server may be asked: private is true", "set understanding.llm: local")
    limits = settings.limits.model_copy(update={"total_s": min(limit_s, settings.limits.total_s)})
    return OpenAIChat(settings.of(servers[0]).model_copy(update={"system": system, "limits": limits}))
