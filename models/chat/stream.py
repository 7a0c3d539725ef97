"""From the chunks of a streamed chat completion to the text that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from config.schema import ChatSettings
from models.chat.failures import ChatError, host, key
from models.chat.redaction import Redaction
from models.chat.thoughts import AnswerOnly

_UNPRINTABLE = dict.fromkeys(code for code in range(32) if chr(code) not in "\n\t")
"""Control characters, which a model in trouble sends and no screen shows."""
CUT_SHORT = "…"
"""Ends an answer that ran into `max_tokens`."""


def pieces(
    chunks: Iterable[ChatCompletionChunk], settings: ChatSettings, count: Callable[[int], None] = lambda tokens: None
) -> Iterator[str]:
    """Yield each piece as it comes; an empty one is a sign of life that is not for the screen, such as a thought.

    Args:
        count: Told how many tokens question and answer took, where the server says so.

    Raises:
        RogerError: CHAT-05 where the answer has no end or no words, CHAT-03 where a filter stopped it.
    """
    answer, redaction, shown, reason = AnswerOnly(), Redaction(key(settings)), False, ""
    for chunk in chunks:
        if chunk.usage:
            count(chunk.usage.total_tokens)
        for choice in chunk.choices:
            text = choice.delta.content or choice.delta.refusal or ""
            if text or _thinks(choice.delta):
                piece = redaction.feed(answer.feed(text.translate(_UNPRINTABLE)))
                shown = shown or bool(piece)
                yield piece
            reason = choice.finish_reason or reason
    last = redaction.feed(answer.finish()) + redaction.finish()
    _check_end(reason, shown or bool(last), settings)
    yield last + (CUT_SHORT if reason == "length" else "")


def _thinks(delta: ChoiceDelta) -> bool:
    """Whether this is a thought: servers call it reasoning_content or reasoning, which the protocol does not know."""
    return any(name.startswith("reasoning") and value for name, value in (delta.model_extra or {}).items())


def _check_end(reason: str, shown: bool, settings: ChatSettings) -> None:
    """An answer is whole only where the server says why it ended."""
    server = host(settings)
    if not reason:
        where = "in the middle of its answer" if shown else "before the first word"
        raise ChatError("CHAT-05", f"{server} stopped {where}", "ask again; if it stays so, see chat.base_url")
    if reason == "content_filter":
        raise ChatError("CHAT-03", f"{server} refused: its filter stopped the answer", "ask in other words", False)
    if not shown:
        hint = "raise chat.max_tokens: it thought until they were used up" if reason == "length" else "ask again"
        raise ChatError("CHAT-05", f"{server} answered without a word", hint)
