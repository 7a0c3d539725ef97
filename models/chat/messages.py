"""What is sent to a chat server: the protocol's messages."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypedDict

from config.schema import ChatSettings
from controller.turn import Question

Part: TypeAlias = Mapping[str, Any]


class Message(TypedDict):
    """https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages"""

    role: str
    content: str | Sequence[Part]


ANSWER_IN: Final = {"en": "Answer in English.", "ko": "한국어로 답하세요."}
DESCRIBE: Final = {"en": "Describe this image in detail.", "ko": "이 이미지를 자세히 설명해 주세요."}
"""Asked for an image without a question."""


def system(settings: ChatSettings, question: Question) -> Message:
    """Who the model is, and in which language it answers."""
    language = question.language if settings.language == "auto" else settings.language
    return Message(role="system", content=f"{settings.system} {ANSWER_IN.get(language, '')}".strip())


def user(question: Question) -> Message:
    """The question; an image goes with it as a data URL."""
    if not question.image:
        return Message(role="user", content=question.text)
    text = question.text.strip() or DESCRIBE.get(question.language, DESCRIBE["en"])
    url = "data:image/jpeg;base64," + base64.b64encode(question.image).decode()
    return Message(
        role="user", content=[{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
    )
