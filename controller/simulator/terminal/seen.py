"""What can be seen of the assistant from outside, and where it puts it."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PIL import Image
from rich.text import Text

from controller.app import Assistant
from controller.events import Event, PartChanged
from controller.simulator.expectations import Log
from controller.simulator.scenario import Result
from controller.simulator.surroundings import ScriptedDisplay, Surrounded
from controller.simulator.terminal.notes import ENGINES
from controller.simulator.timeline import Timeline
from controller.simulator.world import World
from controller.turn import Part, Scene


@dataclass(frozen=True)
class Seen:
    """One moment. Made on the machine's thread, read by whoever draws.

    Attributes:
        down: The button.
        outputs: Levels, 0 to 1.
        missing: Of "microphone", "display" and "network".
        waiting: Results that were decided by hand and are still to come, by what scenarios call them.
    """

    scene: Scene = Scene()
    down: bool = False
    outputs: Mapping[str, float] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    waiting: Mapping[str, tuple[Result, ...]] = field(default_factory=dict)


class Glass(ScriptedDisplay):
    """A display somebody looks at.

    Args:
        show: Gets every picture, and returns at once.
    """

    def __init__(self, world: World, show: Callable[[Image.Image], None]) -> None:
        super().__init__(world)
        self._show = show

    def draw(self, picture: Image.Image) -> None:
        super().draw(picture)
        self._show(picture)


class Observer:
    """Follows an assistant. Give `watch` to it, and call `look` when something was done to it; on its thread.

    Attributes:
        seen: What can be seen now.
        lines: What happened, a line each, for whoever takes them.
        log: What happened until now.
    """

    def __init__(self, assistant: Assistant, surrounded: Surrounded) -> None:
        self.seen = Seen()
        self.lines: queue.SimpleQueue[Text] = queue.SimpleQueue()
        self.log = Log()
        self._assistant = assistant
        self._surrounded = surrounded
        self._timeline = Timeline()
        self._told = 0

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        """Write the line of an event, and what promise it broke."""
        self.log.watch(event, verdict, scene)
        line = _health(event.part) if isinstance(event, PartChanged) else self._timeline.line(event, verdict)
        if line:
            self.lines.put(line)
        broken = self._assistant.core.broken
        for promise in broken[self._told :]:
            self.lines.put(Text(f"broken promise: {promise}", "bold white on red"))
        self._told = len(broken)

    def look(self, down: bool) -> None:
        """Take down what can be seen now; `down` is the button."""
        around = self._surrounded
        waiting = {name: tuple(getattr(around, name).waiting) for name in ENGINES}
        outputs, missing = self._assistant.actions.outputs(), frozenset(around.world.missing)
        self.seen = Seen(self._assistant.controller.scene, down, outputs, missing, waiting)


def _health(part: Part) -> Text | None:
    """A line for a part that came or went; loading is on the panel."""
    if part.status == "loading":
        return None
    problem = part.problem
    cause = f": {problem.code} {problem.message}; {problem.hint}" if problem else ""
    return Text(f"{'':>12}{part.name} is {part.status}{cause}", "bright_red" if problem else "bright_black")
