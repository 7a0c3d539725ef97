"""Plays a scenario: the unchanged machine in a simulated world, on a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from config.loader import Config
from config.schema import RogerSettings
from controller.app import Assistant, Time, Watch
from controller.clock import VirtualClock, stopwatch
from controller.errors import RogerError
from controller.loop import VirtualLoop
from controller.ports import Classifier
from controller.screen import View
from controller.simulator.director import Director, Mismatch, shown
from controller.simulator.expectations import Log, missed_deadlines, wrong_at_last, wrong_now
from controller.simulator.latencies import NEVER, USUAL, Latencies
from controller.simulator.scenario import Script
from controller.simulator.surroundings import Surrounded
from controller.trace import Trace
from controller.worker import VirtualWorker
from states.names import IDLE
from states.table import TABLE, Row


@dataclass(frozen=True)
class Played:
    """What came of a scenario.

    Attributes:
        mismatches: What was expected and did not hold; promises of the machine and deadlines are always expected.
        lasted_s: Virtual seconds.
    """

    script: Script
    mismatches: Sequence[Mismatch]
    log: Log
    lasted_s: float


@dataclass(frozen=True)
class Stage:
    """What scenarios are played on.

    Attributes:
        latencies: How long each engine takes where a scenario does not say.
        classifier: The intent stage of `config`, if it has been made.
        table: The machine's.
        on_screen: What is drawn of the user's screens.
    """

    config: Config
    latencies: Latencies = USUAL
    classifier: Classifier | None = None
    table: Sequence[Row] = TABLE
    on_screen: Callable[[View], View] = lambda view: view


def play(script: Script, stage: Stage, trace: Trace | None = None, watchers: Sequence[Watch] = ()) -> Played:
    """Play `script` to its end. Raises `RogerError` for what cannot be played: a recording that is not there."""
    scenario = script.scenario
    config = changed(stage.config, scenario.config)
    latencies = NEVER if scenario.answers == "posted" else stage.latencies
    surrounded = Surrounded(scenario, config, latencies, stage.classifier)
    clock = VirtualClock()
    measure = _measure(surrounded, real=any(step.wav for step in scenario.timeline))
    time = Time(
        clock, lambda handle: VirtualLoop(clock, handle), lambda name, post: VirtualWorker(clock, post, measure)
    )
    around = replace(surrounded.surroundings(), on_screen=stage.on_screen)
    assistant = Assistant(config, around, time, trace or Trace(None), stage.table)
    log, director = Log(), Director(script, surrounded, assistant, clock)
    assistant.watchers += [log.watch, director.watch, *watchers]
    try:
        director.begin()
        assistant.run(director.finished)
        director.give_up()
        mismatches = [*director.mismatches, *_at_last(script, assistant, surrounded, log, director)]
    finally:
        assistant.close()
    return Played(script, mismatches, log, clock.now())


def _at_last(
    script: Script, assistant: Assistant, surrounded: Surrounded, log: Log, director: Director
) -> list[Mismatch]:
    now = assistant.clock.now()
    expected, world = script.scenario.expect, surrounded.world
    missed = [
        *wrong_now(expected, shown(assistant, now)),
        *wrong_at_last(expected, log, world.acted, world.asked, world.spoken),
    ]
    always = [*assistant.core.broken, *missed_deadlines(log, director.stalled_s), *_not_home(assistant)]
    return [Mismatch(script.expect_line, now, what) for what in (*missed, *always)]


def _not_home(assistant: Assistant) -> Iterator[str]:
    state = assistant.controller.state
    if state != IDLE:
        yield f"time alone does not lead home: the machine is still in {state}"


def _measure(surrounded: Surrounded, real: bool) -> Callable[[], Callable[[], float]]:
    """Scripted work says how long it takes; a real engine is timed as well."""
    effort = surrounded.world.effort
    if not real:
        return effort.stopwatch

    def both() -> Callable[[], float]:
        said, took = effort.stopwatch(), stopwatch()
        return lambda: said() + took()

    return both


def changed(config: Config, changes: dict[str, Any]) -> Config:
    """`config` with other settings in roger.yaml. Raises `RogerError` CFG-05."""
    if not changes:
        return config
    try:
        settings = RogerSettings.model_validate(_merged(config.roger.model_dump(), changes))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(("config", *map(str, first["loc"])))
        raise RogerError("CFG-05", f"{where}: {first['msg']}", "see docs/configuration.md") from None
    return replace(config, roger=settings)


def _merged(settings: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(settings)
    for key, value in changes.items():
        old = settings.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
