"""What can be seen of the assistant from outside, and where it puts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PIL import Image

from controller.simulator.scenario import Result
from controller.simulator.scripted import World
from controller.simulator.surroundings import ScriptedDisplay
from controller.turn import Scene


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
