"""How a recording sounds, in figures, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from controller.audio import FULL_SCALE
from controller.doctor.finding import Figure, Finding, fault, ok, warning
from controller.ports import SAMPLE_RATE_HZ, Frame

FLOOR_DBFS: Final = -96.0
"""Of 16 bits: what digital silence is said to have."""
PIECE: Final = SAMPLE_RATE_HZ // 50
SILENT_DBFS: Final = -85.0
QUIET_DBFS: Final = -70.0
NOISY_DBFS: Final = -35.0
"""Two fifths of Roger's own meter, which begins at -60 dBFS: nobody's silence looks like that."""
CLIPPED: Final = 32_700
MANY_CLIPPED: Final = 0.001
SHORT: Final = 0.8


@dataclass(frozen=True, slots=True)
class Measured:
    """A recording.

    Attributes:
        level_dbfs: RMS of all of it.
        peak_dbfs: The loudest sample.
        floor_dbfs: RMS of its quietest tenth, in pieces of 20 ms.
        clipped: Which part of the samples is at full scale, 0 to 1.
        length_s: What came, in seconds.
        overruns: How often the computer was too slow to take what the device had.
    """

    level_dbfs: float
    peak_dbfs: float
    floor_dbfs: float
    clipped: float
    length_s: float
    overruns: int = 0

    @property
    def figures(self) -> Mapping[str, Figure]:
        names = ("level_dbfs", "peak_dbfs", "floor_dbfs", "length_s")
        rounded: dict[str, Figure] = {name: round(getattr(self, name), 1) for name in names}
        return {**rounded, "clipped_percent": round(self.clipped * 100, 2), "overruns": self.overruns}


def measure(samples: Frame, overruns: int = 0) -> Measured:
    """Of mono 16 kHz, shape (samples,)."""
    whole = samples[: len(samples) // PIECE * PIECE].astype(np.float64).reshape(-1, PIECE)
    quietest = np.sort(np.sqrt(np.mean(whole**2, axis=1)))[: max(1, len(whole) // 10)] if len(whole) else np.zeros(1)
    loud = np.abs(samples.astype(np.int32))
    return Measured(
        level_dbfs=_dbfs(float(np.sqrt(np.mean(whole**2))) if len(whole) else 0.0),
        peak_dbfs=_dbfs(float(loud.max(initial=0))),
        floor_dbfs=_dbfs(float(np.mean(quietest))),
        clipped=float(np.mean(loud >= CLIPPED)) if len(loud) else 0.0,
        length_s=len(samples) / SAMPLE_RATE_HZ,
        overruns=overruns,
    )


def judge(name: str, heard: Measured, wanted_s: float, mixer: str) -> Iterator[Finding]:
    """What is wrong with it; one line that says so where nothing is.

    Args:
        mixer: The command that opens this device's volume.
    """
    figures = heard.figures
    if heard.length_s < SHORT * wanted_s or heard.overruns:
        text = f"{name} lost sound: {heard.length_s:.1f} of {wanted_s:.0f} s came, {heard.overruns} overruns"
        yield warning(
            "MIC-04", text, "plug it into the Pi itself, not a hub; end what keeps the processor busy", **figures
        )
    if heard.peak_dbfs <= SILENT_DBFS:
        yield fault("MIC-04", f"{name} delivers silence", f"its switch may be off; else unmute it: {mixer}", **figures)
    elif heard.clipped >= MANY_CLIPPED:
        text = f"{name} clips: {heard.clipped:.1%} of the samples are at full scale"
        yield warning("MIC-04", text, f"turn its capture volume down: {mixer} (F4)", **figures)
    elif heard.floor_dbfs >= NOISY_DBFS:
        text = f"{name} has a noise floor of {heard.floor_dbfs:.0f} dBFS"
        yield warning(
            "MIC-04", text, f"turn it down ({mixer}, F4), or take it away from fan and power supply", **figures
        )
    elif heard.level_dbfs <= QUIET_DBFS:
        text = f"{name} is very quiet: {heard.level_dbfs:.0f} dBFS"
        yield warning("MIC-04", text, f"turn its capture volume up: {mixer} (F4)", **figures)
    elif not heard.overruns:
        text = f"level {heard.level_dbfs:.0f} dBFS, peak {heard.peak_dbfs:.0f}, noise floor {heard.floor_dbfs:.0f}"
        yield ok(f"{text}, no clipping, no overruns", **figures)


def _dbfs(value: float) -> float:
    return max(FLOOR_DBFS, 20 * math.log10(value / FULL_SCALE)) if value > 0 else FLOOR_DBFS
