"""What is around a simulated device: what is said to it, what is missing, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from controller.ports import SAMPLE_RATE_HZ, Frame
from controller.simulator.effort import Effort

WORD_S: Final = 0.35
"""How long it takes to say a word."""


@dataclass
class World:
    """What is around the device, and what happens in it.

    Attributes:
        effort: Where scripted work says how long it takes.
        saying: What is said while the button is held; empty for nothing.
        began_at: When that began, in seconds on the machine's clock; 0 for whenever somebody listens.
        clip: A recording of it, mono 16 kHz; None where there is none.
        missing: Of "microphone", "display" and "network".
        acted: The actions that ran; not those that failed at once.
        asked: What was sent to the bigger model.
        spoken: What was said to its end.
    """

    effort: Effort = field(default_factory=Effort)
    saying: str = ""
    began_at: float = 0.0
    clip: Frame | None = None
    missing: set[str] = field(default_factory=set)
    acted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    def sound(self) -> Frame:
        """What a microphone hears from now on; after it there is silence."""
        return noise(spoken_s(self.saying) if self.saying else 0.0) if self.clip is None else self.clip


def spoken_s(words: str) -> float:
    """How long it takes to say `words`. Korean packs about two English words into one."""
    return max(1.0, len(words.split()) * WORD_S * (2 if is_korean(words) else 1))


def is_korean(words: str) -> bool:
    return any("가" <= character <= "힣" for character in words)


def noise(seconds: float) -> Frame:
    """Something to hear: a hum whose loudness comes and goes like that of speech."""
    return np.resize(_hum(), round(seconds * SAMPLE_RATE_HZ))


@cache
def _hum() -> Frame:
    """Ten seconds, in which both waves come round to where they began."""
    times = np.arange(10 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    loudness = 3000 * (0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * times))
    return np.asarray(loudness * np.sin(2 * np.pi * 170 * times), np.int16)
