"""Runs seeds, and makes what fails small enough to be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PIL import Image

from controller.screen import View
from controller.simulator.play import Stage, play
from controller.simulator.random_users import script_of
from controller.simulator.scenario import Scenario, Script
from controller.turn import Scene

LISTS: Final = ("timeline", "hear", "understand", "act", "answer", "without")
"""What can be left out of a scenario, piece by piece."""


@dataclass(frozen=True)
class Failure:
    """A seed that breaks something.

    Attributes:
        what: The first thing that did not hold.
    """

    seed: int
    script: Script
    what: str


def failures(seeds: Sequence[int], stage: Stage, each: Callable[[int], None] = lambda seed: None) -> Iterator[Failure]:
    """Play every seed; yield those in which something did not hold.

    Args:
        each: Told of every seed when it is done.
    """
    for seed in seeds:
        script = script_of(seed)
        what = broken(script, stage)
        if what:
            yield Failure(seed, script, what)
        each(seed)


def broken(script: Script, stage: Stage) -> str:
    """The first thing that does not hold in `script`; empty where all does. An exception is one, too."""
    try:
        mismatches = play(script, stage).mismatches
    except Exception as error:  # whatever happens to a device, nothing may get out of the machine
        return f"{type(error).__name__}: {error}"
    return mismatches[0].what if mismatches else ""


def shrunk(failure: Failure, stage: Stage) -> Script:
    """A scenario in which nothing can be left out without the failure going away."""
    kind = _kind(failure.what)
    smallest = failure.script
    smaller: Script | None = smallest
    while smaller:
        smallest = smaller
        smaller = next((one for one in _smaller(smallest) if _kind(broken(one, stage)) == kind), None)
    return smallest


def _kind(what: str) -> str:
    """The failure without its numbers, which differ from run to run."""
    return re.sub(r"\d+(\.\d+)?", "#", what)


def _smaller(script: Script) -> Iterator[Script]:
    """The scenario with something left out, large pieces first."""
    written = script.scenario.model_dump(exclude_unset=True)
    for name in LISTS:
        items = written.get(name, [])
        size = len(items)
        while size:
            for start in range(0, len(items), size):
                rest = [*items[:start], *items[start + size :]]
                if rest or name != "timeline":
                    yield _with(script, {**written, name: rest})
            size //= 2
    for name in ("config", "load_s"):
        if written.get(name):
            yield _with(script, {key: value for key, value in written.items() if key != name})


def _with(script: Script, written: dict[str, Any]) -> Script:
    return replace(script, scenario=Scenario.model_validate(written))


class StillView:
    """Draws the first picture of each stay in a state, and nothing that moves: what seeds need of a screen."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._since: tuple[str, float] | None = None
        self._picture = Image.new("1", (128, 64))

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        since = (scene.state, scene.since)
        if since != self._since:
            self._since = since
            self._picture, _ = self._view.picture(scene, at)
        return self._picture, None
