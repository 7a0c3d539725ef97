"""What the microphone heard in each turn, kept beside the trace; only where the user asked for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from controller.audio import write_flac
from controller.events import Event
from controller.ports import Cancellation, Frame
from controller.trace import Trace, audio_file
from controller.worker import Worker
from states.names import IDLE


class KeptAudio:
    """Collects the frames of a turn, and writes them when it is over, on a thread of its own."""

    def __init__(self, trace: Trace, worker: Worker) -> None:
        self._trace = trace
        self._worker = worker
        self._frames: list[Frame] = []
        self._turn_id = 0

    def listening(self, turn_id: int, hear: Callable[[Frame], None]) -> Callable[[Frame], None]:
        """What takes the frames of a turn: they are kept and passed on."""
        frames = self._frames = []
        self._turn_id = turn_id

        def keep(frame: Frame) -> None:
            frames.append(frame)
            hear(frame)

        return keep

    def finish(self) -> None:
        """The turn's recording is over."""
        frames, self._frames = self._frames, []
        if not frames or self._trace.path is None:
            return
        path = audio_file(self._trace.path, self._turn_id)

        def write(_: Cancellation) -> list[Event]:
            write_flac(path, np.concatenate(frames))
            return []

        self._worker.submit(0, IDLE, write)

    def close(self) -> None:
        """Once all is written."""
        self._worker.close()
