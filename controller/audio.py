"""Audio on its way to the recogniser: from files and devices of any kind to mono 16 kHz."""

from __future__ import annotations

import math
from collections import deque
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from controller.errors import RogerError
from controller.ports import SAMPLE_RATE_HZ, Frame

FULL_SCALE: Final = 32_768.0
FLOOR_DBFS: Final = -60.0


def read_wav(path: Path) -> Frame:
    """The whole of an audio file (WAV, FLAC, OGG, MP3) as mono 16 kHz, shape (samples,). Raises `RogerError` ASR-01."""
    import soundfile

    hint = "Roger reads WAV, FLAC, OGG and MP3"
    if not path.is_file():
        raise RogerError("ASR-01", f"{path}: there is no such file", hint)
    try:
        samples, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise RogerError("ASR-01", f"{path} cannot be read as audio: {error}", hint) from error
    if len(samples) == 0:
        raise RogerError("ASR-01", f"{path} has no audio in it", hint)
    resampler = Resampler(rate_hz, samples.shape[1])
    return np.concatenate([resampler.feed(samples), resampler.finish()])


def write_flac(path: Path, samples: Frame) -> None:
    """Write mono 16 kHz audio; the folder is made if need be."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, SAMPLE_RATE_HZ, format="FLAC")


def level(frame: Frame) -> float:
    """How loud a frame is: 0 at -60 dBFS RMS and below, 1 at full scale."""
    rms = math.sqrt(np.mean(np.square(frame, dtype=np.float64))) if len(frame) else 0.0
    dbfs = 20 * math.log10(rms / FULL_SCALE) if rms else FLOOR_DBFS
    return min(1.0, max(0.0, 1.0 - dbfs / FLOOR_DBFS))


class Resampler:
    """Turns a stream of interleaved samples into mono 16 kHz, piece by piece; how it is cut changes nothing.

    Args:
        rate_hz: Of the stream.
        channels: Of the stream; they are averaged.
    """

    def __init__(self, rate_hz: int, channels: int = 1) -> None:
        self._stream = None
        if rate_hz != SAMPLE_RATE_HZ:
            import soxr

            self._stream = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        self._channels = channels

    def feed(self, samples: NDArray[np.int16]) -> Frame:
        """`samples` of shape (frames, channels), or flat and interleaved."""
        mixed = samples.reshape(-1, self._channels).mean(axis=1, dtype=np.float32)
        return _to_int16(mixed if self._stream is None else self._stream.resample_chunk(mixed))

    def finish(self) -> Frame:
        """What is still inside when the stream has ended."""
        if self._stream is None:
            return np.zeros(0, np.int16)
        return _to_int16(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))


def _to_int16(samples: NDArray[np.float32]) -> Frame:
    return np.clip(np.rint(samples), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


class Preroll:
    """The last moments of a stream, to be handed out when somebody begins to listen."""

    def __init__(self, length_s: float) -> None:
        self._length = int(length_s * SAMPLE_RATE_HZ)
        self._frames: deque[Frame] = deque()
        self._held = 0

    def push(self, frame: Frame) -> None:
        """Keep `frame`, and forget what is older than the length."""
        self._frames.append(frame)
        self._held += len(frame)
        while self._frames and self._held - len(self._frames[0]) >= self._length:
            self._held -= len(self._frames.popleft())

    def take(self) -> list[Frame]:
        """All that is kept, oldest first; nothing is kept afterwards."""
        frames = list(self._frames)
        self._frames.clear()
        self._held = 0
        return frames
