"""Noise mixed into speech at a signal-to-noise ratio, the way the speech-to-intent benchmark of Picovoice does it."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from controller.ports import Frame

WINDOW: Final = 2048
"""Samples over which loudness is taken; the ratio is that of the loudest windows of both."""
PEAK: Final = 16_384


def mixed(speech: Frame, noise: Frame, snr_db: float, name: str) -> Frame:
    """`speech` with a part of `noise`, at half of full scale; the same part for the same `name` and ratio."""
    clean = speech.astype(np.float64)
    start = zlib.crc32(f"{name}{snr_db:g}".encode()) % max(1, len(noise) - len(clean))
    part = np.resize(noise[start : start + len(clean)].astype(np.float64), len(clean))
    gain = np.sqrt(_loudest(clean) / (max(_loudest(part), 1.0) * 10 ** (snr_db / 10)))
    noisy = clean + gain * part
    return np.asarray(noisy / max(np.abs(noisy).max(), 1.0) * PEAK, np.int16)


def _loudest(samples: NDArray[np.float64]) -> float:
    whole = max(1, len(samples) // WINDOW) * WINDOW
    windows = np.resize(samples, whole).reshape(-1, WINDOW)
    return float((windows**2).sum(axis=1).max())
