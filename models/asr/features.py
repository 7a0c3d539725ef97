"""Log-mel features as Whisper was trained on: 25 ms windows every 10 ms, 80 Slaney mel bins.

After whisper/audio.py of https://github.com/openai/whisper (MIT), in numpy.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from controller.ports import SAMPLE_RATE_HZ

WINDOW: Final = 400
HOP: Final = 160
FRAMES_PER_S: Final = SAMPLE_RATE_HZ // HOP
FLOOR: Final = 1e-10
RANGE: Final = 8.0
"""In powers of ten: what lies further below the loudest point counts as silence."""


def log_mel(samples: NDArray[np.int16], n_frames: int, mel_bins: int = 80) -> NDArray[np.float32]:
    """Features of `samples` (16 kHz), shape (1, mel_bins, n_frames), cut or padded with silence to `n_frames`."""
    audio = samples[: n_frames * HOP].astype(np.float32) / np.float32(32768)
    sounding = min(n_frames, len(audio) // HOP + 2)
    padded = np.zeros(sounding * HOP + WINDOW, np.float32)
    padded[WINDOW // 2 : WINDOW // 2 + len(audio)] = audio
    mirrored = audio[1 : WINDOW // 2 + 1][::-1]
    padded[WINDOW // 2 - len(mirrored) : WINDOW // 2] = mirrored
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:sounding]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    features = np.full((n_frames, mel_bins), np.log10(FLOOR), np.float32)
    features[:sounding] = np.log10(np.maximum(power @ mel_filters(mel_bins), FLOOR))
    features = (np.maximum(features, features.max() - RANGE) + 4) / 4
    return np.ascontiguousarray(features.T[None], dtype=np.float32)


@cache
def mel_filters(mel_bins: int) -> NDArray[np.float32]:
    """Triangular filters of equal area on the Slaney mel scale, shape (WINDOW // 2 + 1, mel_bins)."""
    frequencies = np.linspace(0, SAMPLE_RATE_HZ / 2, WINDOW // 2 + 1)
    edges = _mel_to_hz(np.linspace(0, _hz_to_mel(SAMPLE_RATE_HZ / 2), mel_bins + 2))
    widths = np.diff(edges)
    rising = (frequencies[:, None] - edges[:-2]) / widths[:-1]
    falling = (edges[2:] - frequencies[:, None]) / widths[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: NDArray[np.float32] = (triangles * 2 / (edges[2:] - edges[:-2])).astype(np.float32)
    return filters


@cache
def _hann() -> NDArray[np.float32]:
    window: NDArray[np.float32] = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    return window


def _hz_to_mel(hz: float) -> float:
    """Slaney's scale: linear to 1 kHz, then logarithmic."""
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000) / np.log(6.4))


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
