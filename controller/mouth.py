"""A voice and where it comes out, and whether it can be heard right now."""

from __future__ import annotations

from controller.ports import Cancellation, Clock, Speaker, Voice


class Mouth:
    """Says one sentence after the other, on the thread of whoever calls `say`.

    Attributes:
        speaks: Something can be heard, or is about to be.
        silent_since: When the last sentence ended, in seconds on the clock; minus infinity before the first one.
    """

    def __init__(self, voice: Voice, speaker: Speaker, clock: Clock) -> None:
        self._voice = voice
        self._speaker = speaker
        self._clock = clock
        self.speaks = False
        self.silent_since = float("-inf")

    def say(self, text: str, language: str, cancellation: Cancellation) -> None:
        """Return once `text` was heard, or within 100 ms of the cancellation. Raises `RogerError` SPK-xx."""
        self.speaks = True
        try:
            self._speaker.play(self._voice.say(text, language, cancellation), cancellation)
        finally:
            self.speaks, self.silent_since = False, self._clock.now()

    def close(self) -> None:
        """Let go of both."""
        self._voice.close()
        self._speaker.close()
