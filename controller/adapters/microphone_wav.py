"""Recordings in place of a microphone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from controller.ports import SAMPLE_RATE_HZ, Clock, Frame

FRAME: Final = SAMPLE_RATE_HZ // 50


class WavMicrophone:
    """Plays one clip each time it is opened, at the pace of its clock; silence follows until it is closed.

    Args:
        clips: Mono 16 kHz; see `controller.audio.read_wav`.
        clock: Real: as if somebody spoke. Virtual: as fast as everything else can follow.
    """

    def __init__(self, clips: Sequence[Frame], clock: Clock) -> None:
        self._clips = iter(clips)
        self._clock = clock
        self._opened = 0

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        """Begin the next clip; after the last one there is only silence."""
        self._opened += 1
        clip = next(self._clips, np.zeros(0, np.int16))
        self._play(clip, 0, self._clock.now(), sink, self._opened)

    def close(self) -> None:
        self._opened += 1

    def shut_down(self) -> None:
        self.close()

    def _play(self, clip: Frame, index: int, began: float, sink: Callable[[Frame], None], opened: int) -> None:
        """Hand out frame `index - 1`, which is complete now, and come back when the next one is."""
        if opened != self._opened:
            return
        if index > 0:
            frame = clip[(index - 1) * FRAME : index * FRAME]
            sink(np.pad(frame, (0, FRAME - len(frame))))
        due = began + (index + 1) * FRAME / SAMPLE_RATE_HZ
        self._clock.call_at(due, lambda: self._play(clip, index + 1, began, sink, opened))
