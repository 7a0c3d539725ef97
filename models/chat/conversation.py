"""What was asked and answered before, so that "and in winter?" is understood: bounded, and soon forgotten."""

from __future__ import annotations

import threading
import unicodedata
from collections import deque
from dataclasses import dataclass
from typing import Final

from config.schema import MemorySettings
from controller.ports import Clock
from controller.turn import Question
from models.chat.messages import Message

LETTERS_A_TOKEN: Final = 4
"""Of Latin text, as tokenizers of English cut it; a Hangul syllable is about one token by itself."""
CUT: Final = " …"
"""Ends what the user did not want to hear to its end."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and as much of its answer as was given."""

    question: str
    answer: str
    at: float

    @property
    def tokens(self) -> int:
        return estimated_tokens(self.question) + estimated_tokens(self.answer)


class Conversation:
    """Remembers the last exchanges, from any thread. Images are not kept, only that there was one."""

    def __init__(self, settings: MemorySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._exchanges: deque[Exchange] = deque()

    def remember(self, question: Question, answer: str, whole: bool) -> None:
        """Keep what was answered; nothing, where nothing was."""
        if not answer.strip():
            return
        asked = f"{question.text} (with an image)".strip() if question.image else question.text
        with self._lock:
            self._exchanges.append(Exchange(asked, answer if whole else answer + CUT, self._clock.now()))
            self._shorten()

    def messages(self) -> list[Message]:
        """What the model is reminded of, oldest first; nothing after a long silence."""
        with self._lock:
            last = self._exchanges[-1].at if self._exchanges else 0.0
            if self._clock.now() - last > self._settings.forget_after_s:
                self._exchanges.clear()
            return [
                message
                for exchange in self._exchanges
                for message in (
                    Message(role="user", content=exchange.question),
                    Message(role="assistant", content=exchange.answer),
                )
            ]

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._exchanges.clear()

    def _shorten(self) -> None:
        while self._exchanges and (
            len(self._exchanges) > self._settings.turns
            or sum(exchange.tokens for exchange in self._exchanges) > self._settings.tokens
        ):
            self._exchanges.popleft()


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is; no tokenizer of a server is known here."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return wide + -(-(len(text) - wide) // LETTERS_A_TOKEN)
