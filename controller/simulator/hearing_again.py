"""What a recogniser makes today of the audio that was kept with a trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from controller.audio import read_wav
from controller.events import SpeechTranscribed
from controller.ports import SAMPLE_RATE_HZ, Recognizer
from controller.simulator.recording import Recording
from controller.trace import audio_file

FRAME: Final = SAMPLE_RATE_HZ // 50


@dataclass(frozen=True)
class HeardAgain:
    """One turn, then and now."""

    turn_id: int
    recorded: str
    now: str


def hear_again(recording: Recording, recognizer: Recognizer) -> Iterator[HeardAgain]:
    """Every turn that has a transcript and audio. Raises `RogerError` ASR-xx."""
    for given in recording.inputs:
        if isinstance(given.event, SpeechTranscribed):
            path = audio_file(recording.path, given.event.turn_id)
            if path.is_file():
                samples = read_wav(path)
                recognizer.start()
                for start in range(0, len(samples), FRAME):
                    recognizer.feed(samples[start : start + FRAME])
                yield HeardAgain(given.event.turn_id, given.event.transcript.text, recognizer.finish().text)
