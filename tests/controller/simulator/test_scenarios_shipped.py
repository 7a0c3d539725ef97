"""The scenarios that come with Roger hold, are the same each time, and notice when something is different."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.cli import main
from controller.clock import VirtualClock
from controller.commands.tracing import open_trace
from controller.engines import make_classifier
from controller.events import Event
from controller.simulator.play import Played, Stage, changed, play
from controller.simulator.recording import read
from controller.simulator.replay import first_difference, replay, view_of
from controller.simulator.scenario import Scenario, Script, load_script
from controller.turn import Scene
from states.names import ALL, DISPLAYING
from states.table import TABLE

FOLDER: Final = Path(__file__).parent.parent.parent / "scenarios"
FILES: Final = sorted(FOLDER.glob("*.yaml"))
FAULTS: Final = ("lose", "restore", "stall_s", "clock_s", "contact")
RESULTS: Final = ("hear", "understand", "act", "answer")

scenarios = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def stage() -> Stage:
    config = load(DEFAULT_FOLDER)
    return Stage(config, classifier=make_classifier(config))


@dataclass(frozen=True)
class Recorded:
    played: Played
    trace: Path


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    script = load_script(request.param)
    path = tmp_path_factory.mktemp("traces") / "first.jsonl"
    return Recorded(_traced(script, stage, path), path)


def _traced(script: Script, stage: Stage, path: Path) -> Played:
    with open_trace(path, changed(stage.config, script.scenario.config), VirtualClock()) as trace:
        return play(script, stage, trace)


def test_together_they_take_every_row_of_the_table(stage: Stage) -> None:
    taken: set[tuple[str, str, str, str]] = set()

    def note(event: Event, verdict: str, scene: Scene) -> None:
        source, _, dest = verdict.partition(" -> ")
        outcome = scene.turn.outcome if scene.since == event.at else ""
        taken.add((source, event.trigger, dest, outcome if dest == DISPLAYING else ""))

    for path in FILES:
        play(load_script(path), stage, watchers=[note])
    assert {(row.source, row.trigger, row.dest or row.source, row.outcome) for row in TABLE} - taken == set()


def test_it_holds(recorded: Recorded) -> None:
    assert recorded.played.mismatches == []


def test_its_trace_replays_to_the_same_bytes(recorded: Recorded, stage: Stage) -> None:
    recording = read(recorded.trace)
    assert len(recording.inputs) > 5
    assert first_difference(recording, replay(recording, view_of(recording, stage.config))) is None
    assert recording.changed == []


def test_it_is_the_same_each_time(recorded: Recorded, stage: Stage, tmp_path: Path) -> None:
    again = tmp_path / "second.jsonl"
    _traced(recorded.played.script, stage, again)
    assert again.read_bytes() == recorded.trace.read_bytes()


@scenarios
def test_it_reads_as_documentation(path: Path) -> None:
    scenario = load_script(path).scenario
    lines = path.read_text("utf-8").splitlines()
    assert len(scenario.title) <= 90
    assert len(scenario.about) >= 60
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 120


@scenarios
def test_every_expectation_can_fail(path: Path, stage: Stage) -> None:
    """All of them are made wrong, and each one is missed."""
    script = load_script(path)
    written = _written(script)
    wrong = {script.expect_line: _spoilt(written["expect"])}
    for line, step in zip(script.lines, written["timeline"], strict=True):
        if "expect" in step:
            wrong[line] = _spoilt(step["expect"])
    missed = Counter(mismatch.line for mismatch in play(_as(script, written), stage).mismatches)
    assert missed == wrong


def _spoilt(moment: dict[str, Any]) -> int:
    """Make every value of `moment` wrong; return how many."""
    count = 0
    for key, value in moment.items():
        moment[key], spoilt = _wrong(key, value)
        count += spoilt
    return count


def _wrong(key: str, value: Any) -> tuple[Any, int]:
    """Another value than `value`, and in how many ways it is wrong."""
    if key in ("screen", "not_on_screen"):
        texts = [value] if isinstance(value, str) else value
        return [f"{text} or not" if key == "screen" else "" for text in texts], len(texts)
    if isinstance(value, dict):
        return {name: _other(key, inner) for name, inner in value.items()}, len(value)
    if isinstance(value, list):
        return [*value, _other(key, value[-1] if value else "")], 1
    return _other(key, value), 1


OTHERS: Final = {
    "state": ALL,
    "states": ALL,
    "outcome": ("done", "failed"),
    "outcomes": ("done", "failed"),
    "code": ("SYS-01", "ACT-03"),
    "codes": ("SYS-01", "ACT-03"),
    "parts": ("ready", "missing"),
    "outputs": ("1%",),
    "longest_s": (0,),
}
"""Values that the schema takes."""


def _other(key: str, value: Any) -> Any:
    return next(other for other in OTHERS.get(key, ("something else",)) if other != value)


@scenarios
def test_every_fault_matters(path: Path, stage: Stage) -> None:
    script = load_script(path)
    without = ((fault, play(_as(script, written), stage)) for fault, written in _milder(_written(script)))
    assert [fault for fault, played in without if not played.mismatches] == []


def _milder(written: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The scenario without one of its faults, each with the name of what is missing."""
    for number, step in enumerate(written["timeline"]):
        for fault in FAULTS:
            if fault in step:
                left = written["timeline"][:number] + written["timeline"][number + 1 :]
                yield f"timeline {number + 1}: {fault}", written | {"timeline": left}
    for engine in RESULTS:
        results = written.get(engine, [])
        for number, result in enumerate(results):
            if result:
                as_usual = [*results[:number], {}, *results[number + 1 :]]
                yield f"{engine} {number + 1}", written | {engine: as_usual}
    for key in ("without", "load_s", "load_fails", "config"):
        if key in written:
            yield key, {name: value for name, value in written.items() if name != key}


def _written(script: Script) -> dict[str, Any]:
    return script.scenario.model_dump(exclude_unset=True)


def _as(script: Script, written: dict[str, Any]) -> Script:
    return replace(script, scenario=Scenario.model_validate(written))


def test_the_command_plays_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(FOLDER)]) == 0
    assert re.search(rf"{len(FILES)} held, 0 did not; \d+ s of device time", capsys.readouterr().out)
