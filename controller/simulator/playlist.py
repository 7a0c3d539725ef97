"""Utterances in place of a person: recorded ones go through the real recogniser, written ones past it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.ports import Frame, Recognizer
from controller.turn import Transcript

TYPED_S = 1.0
"""How long the button is held for an utterance that is only text."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording, or a text that stands for speech.

    Attributes:
        path: A WAV file; None for a text.
        text: The words; empty for a recording.
    """

    path: Path | None = None
    text: str = ""

    @property
    def title(self) -> str:
        return self.path.name if self.path else f'"{self.text}" (text in place of speech)'


class PlaylistRecognizer:
    """Takes the utterances one after the other: hears a recording, believes a text.

    Args:
        engine: Hears the recordings; None if there are none.
    """

    def __init__(self, utterances: Sequence[Utterance], engine: Recognizer | None) -> None:
        self._waiting = iter(utterances)
        self._now = Utterance()
        self._engine = engine

    def start(self) -> None:
        self._now = next(self._waiting, Utterance())
        if self._hears:
            self._hears.start()

    def feed(self, frame: Frame) -> str | None:
        return self._hears.feed(frame) if self._hears else None

    def finish(self) -> Transcript:
        if self._hears:
            return self._hears.finish()
        language = "ko" if any("가" <= character <= "힣" for character in self._now.text) else "en"
        return Transcript(self._now.text, language, confidence=1.0, audio_s=TYPED_S)

    def cancel(self) -> None:
        if self._hears:
            self._hears.cancel()

    def hurry(self) -> None:
        if self._engine:
            self._engine.hurry()

    def close(self) -> None:
        if self._engine:
            self._engine.close()

    @property
    def _hears(self) -> Recognizer | None:
        return self._engine if self._now.path else None
