"""Someone who presses the button for one utterance after the other, whenever the device is ready and idle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from controller.events import Event
from controller.simulator.playlist import Utterance
from controller.turn import Scene
from states.names import IDLE

PAUSE_S = 0.5
"""Between one turn and the next."""

LINGER_S = 0.2
"""How long after the last word the button is let go."""


class Session:
    """Give `watch` to the assistant, and run it until `finished`.

    Args:
        durations_s: How long each utterance is.
        hold: Presses the button at a time for a number of seconds.
        begin: Told of each turn's number and utterance.
    """

    def __init__(
        self,
        utterances: Sequence[Utterance],
        durations_s: Sequence[float],
        hold: Callable[[float, float], None],
        begin: Callable[[int, Utterance], None],
    ) -> None:
        self._turns = list(zip(utterances, durations_s, strict=True))
        self._hold = hold
        self._begin = begin
        self._next = 0
        self._pressing = False
        self.finished = False

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        """Press for the next utterance once nothing loads and nothing goes on."""
        if scene.state != IDLE:
            self._pressing = False
        elif not self._pressing and not any(part.status == "loading" for part in scene.parts):
            self._press(event.at)

    def _press(self, at: float) -> None:
        if self._next == len(self._turns):
            self.finished = True
            return
        utterance, duration_s = self._turns[self._next]
        self._next += 1
        self._pressing = True
        self._begin(self._next, utterance)
        self._hold(at + PAUSE_S, duration_s + LINGER_S)
