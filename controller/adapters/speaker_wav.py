"""Speech as audio files: for the web page, the simulator and tests."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterable

import numpy as np

from controller.ports import Cancellation, Sound


class WavSpeaker:
    """Hands each sentence, once it is complete, to `take` as the bytes of a WAV file; one that was cut is dropped."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        pieces = []
        for sound in sounds:
            if cancellation.cancelled:
                return
            pieces.append(sound)
        if pieces and not cancellation.cancelled:
            self._take(wav(pieces))

    def close(self) -> None:
        """There is nothing to let go of."""


def wav(sounds: Iterable[Sound]) -> bytes:
    """A WAV file, mono 16-bit, at the rate of the first of `sounds`, which all have the same."""
    pieces = list(sounds)
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(pieces[0].rate_hz if pieces else 16_000)
        file.writeframes(np.concatenate([piece.samples for piece in pieces]).tobytes() if pieces else b"")
    return content.getvalue()
