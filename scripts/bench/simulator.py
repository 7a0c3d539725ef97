"""How fast the machine, its explorer, its replays and its random users are.

python scripts/bench/simulator.py [--seeds 1000] [--wav FILE ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rich.console import Console
from rich.table import Table
from transitions import Machine

from config.loader import DEFAULT_FOLDER, load
from controller import events as e
from controller.app import ConfiguredView
from controller.cli import main as roger
from controller.clock import VirtualClock, stopwatch
from controller.core import Core
from controller.loop import VirtualLoop
from controller.screen import Screen
from controller.simulator.explore import explore
from controller.simulator.recorded import RecordedEffects
from controller.simulator.recording import read
from controller.simulator.replay import first_difference, replay, view_of
from controller.trace import Trace
from states.guards import Rules

EVENTS = 100_000
ROUNDS = 5
REPLAYS = 20
AUDIO = ROOT / "tests" / "audio"


class Silent(RecordedEffects):
    """Keeps nothing."""

    def show(self, scene: object, at: float) -> None:
        """Nobody looks."""


def loop_s(trace: Trace) -> float:
    """Seconds for EVENTS events of a recording that goes on: posted, looped, handled, watched, traced."""
    config = load(DEFAULT_FOLDER)
    clock = VirtualClock()
    view = ConfiguredView(config.screens, config.roger.language)
    core = Core(Silent(), Screen(view, clock, lambda event: None, trace.frame), trace, Rules())
    loop = VirtualLoop(clock, core.handle)
    loop.post(e.ButtonPressed(0.1))
    for number, level in zip(range(EVENTS // 2), cycle((0.2, 0.4, 0.6)), strict=False):
        loop.post(e.LevelMeasured(0.1 + number * 1e-4, 1, level))
        loop.post(e.PartialHeard(0.1 + number * 1e-4, 1, "turn on the kitchen light"))
    elapsed = stopwatch()
    loop.run()
    return elapsed()


def bare_transitions_s() -> float:
    """Seconds for as many internal transitions of the library alone, without Roger."""
    machine = Machine(states=["idle", "recording"], initial="recording", queued=True, send_event=True)
    machine.add_transition("level", "recording", None, conditions=lambda data: True, before=lambda data: None)
    elapsed = stopwatch()
    for number in range(EVENTS):
        machine.level(number)
    return elapsed()


def traced_loop_s(folder: Path) -> float:
    with (folder / "loop.jsonl").open("w", encoding="utf-8") as stream:
        return loop_s(Trace(stream))


def medians(*measures: Callable[[], float]) -> list[float]:
    """Each measured ROUNDS times, in turns, so that a busy machine is unfair to none."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [median(values) for values in zip(*rounds, strict=True)]


def record(wavs: list[Path], path: Path) -> None:
    """A session of spoken turns, as a user records it."""
    arguments = [argument for wav in wavs for argument in ("--wav", str(wav))]
    if roger(["simulate", "--fast", *arguments, "--trace", str(path)]):
        raise SystemExit("the session could not be recorded: roger models fetch")


def replay_ms(path: Path) -> tuple[float, float, float, int]:
    """(session in seconds, first replay, median of the others in milliseconds, events)."""
    recording, config = read(path), load(DEFAULT_FOLDER)
    times = []
    for _ in range(REPLAYS):
        elapsed = stopwatch()
        lines = replay(recording, view_of(recording, config))
        times.append(elapsed() * 1000)
        if first_difference(recording, lines):
            raise SystemExit("the replay is not the same")
    lasted_s = recording.inputs[-1].at - recording.inputs[0].at
    return lasted_s, times[0], median(times[1:]), len(recording.inputs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--wav", nargs="+", type=Path, help="spoken turns of the session that is replayed")
    args = parser.parse_args()
    wavs = args.wav or [AUDIO / f"demo_{name}.wav" for name in ("brightness", "question", "brightness", "question")] * 2
    table = Table("what", "figure", "compared with", box=None, title="Simulator", title_justify="left")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        traced, untraced, bare = medians(lambda: traced_loop_s(folder), lambda: loop_s(Trace(None)), bare_transitions_s)
        table.add_row(
            "loop, tracing on",
            f"{EVENTS / traced:,.0f} events/s",
            f"{untraced / traced:.2f} of tracing off, {bare / traced:.2f} of transitions alone",
        )
        record(wavs, folder / "session.jsonl")
        lasted_s, first, usual, events = replay_ms(folder / "session.jsonl")
        table.add_row(
            f"replay of {lasted_s:.0f} s, {events} inputs",
            f"{usual:.0f} ms (first {first:.0f} ms)",
            f"{lasted_s * 1000 / usual:,.0f} times as fast as it was",
        )
    elapsed = stopwatch()
    report = explore()
    table.add_row(
        "explore", f"{elapsed():.2f} s", f"{report.configurations} configurations, {report.edges} steps, no stop"
    )
    Console().print(table)
    if args.seeds:
        roger(["simulate", "--seeds", str(args.seeds)])


if __name__ == "__main__":
    main()
