"""Feeds the inputs of a trace to a fresh machine and demands the same of it, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image

from config.loader import Config
from controller.app import ConfiguredView
from controller.clock import VirtualClock
from controller.core import Core
from controller.screen import Screen, View
from controller.simulator.recorded import RecordedEffects
from controller.simulator.recording import Recording
from controller.trace import Trace, screens_digest
from controller.turn import Scene

CONTEXT: Final = 3
"""Lines that are shown before a difference."""

Seen = Callable[[Scene, Image.Image, float], None]
"""Told of every picture: what it shows, and since when."""


@dataclass(frozen=True)
class Difference:
    """The first place where a replay did not do what the device did.

    Attributes:
        line: Of the trace, from 1.
        context: The lines before it.
        recorded: What stands there; empty where the trace ends.
        replayed: What should stand there; empty where the replay ends.
    """

    line: int
    context: Sequence[str]
    recorded: str
    replayed: str


@dataclass
class _ShownEffects(RecordedEffects):
    """What is shown goes to the screen; everything else was answered by the world, and the answers are in the trace."""

    screen: Screen | None = field(default=None, repr=False)

    def show(self, scene: Scene, at: float) -> None:
        if self.screen:
            self.screen.show(scene, at)


def same_screens(recording: Recording, config: Config) -> bool:
    """Whether pictures can be compared: they depend on screens.yaml, which is not in the trace."""
    return bool(recording.header["screens"] == screens_digest(config.screens))


def view_of(recording: Recording, config: Config) -> ConfiguredView:
    """Pictures in the language of the recording."""
    return ConfiguredView(config.screens, recording.header["language"])


def replay(recording: Recording, view: View, seen: Seen = lambda scene, picture, at: None) -> list[str]:
    """The lines that a fresh machine writes when it is given the same inputs."""
    stream = io.StringIO()
    trace = Trace(stream)
    effects = _ShownEffects()

    def draw(picture: Image.Image, at: float) -> None:
        trace.frame(picture, at)
        seen(core.controller.scene, picture, at)

    screen = effects.screen = Screen(view, VirtualClock(), lambda event: None, draw)
    core = Core(effects, screen, trace, recording.rules)
    for given in recording.inputs:
        if given.event is None:
            core.start(given.at, given.scene)
        else:
            core.handle(given.event)
    return stream.getvalue().splitlines()


def first_difference(recording: Recording, replayed: Sequence[str], frames: bool = True) -> Difference | None:
    """Where the two first differ; None where they are the same, as far as the recording goes.

    Args:
        frames: Compare pictures too.
    """
    recorded = [(number, line) for number, line in enumerate(recording.lines[1:], 2) if frames or not _is_frame(line)]
    wanted = [line for line in replayed if frames or not _is_frame(line)]
    for index, (number, line) in enumerate(recorded):
        again = wanted[index] if index < len(wanted) else ""
        if line != again and without_checksum(line) != without_checksum(again):
            context = [text for _, text in recorded[max(0, index - CONTEXT) : index]]
            return Difference(number, context, line, again)
    return None


def without_checksum(line: str) -> str:
    """What a line says; an input that was changed on purpose is still this one."""
    return line.rpartition(',"crc":')[0] or line


def _is_frame(line: str) -> bool:
    return line.startswith('{"frame":')
