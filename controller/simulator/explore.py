"""Walk every reachable configuration of machine and world, shortest paths first, and hold the invariants in each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from controller import events as e
from controller.errors import Problem
from controller.machine import Controller
from controller.simulator.recorded import RecordedEffects
from controller.turn import Decision, Scene, StepResult, Transcript
from states import names
from states.guards import Rules
from states.invariants import Observation, violations
from states.table import TABLE, Row

Step = str
Path = tuple[Step, ...]
Answer = Callable[[float, int], e.Event]

PROBLEM: Final = Problem("SYS-01", "made up")


def _failed(job: str) -> Answer:
    return lambda at, turn: e.JobFailed(at, turn, PROBLEM, job)


ANSWERS: Final[Mapping[str, tuple[Answer, ...]]] = {
    "listen": (
        lambda at, turn: e.PartialHeard(at, turn, "lights"),
        lambda at, turn: e.LevelMeasured(at, turn, 0.5),
        _failed(names.RECORDING),
    ),
    "transcribe": (
        lambda at, turn: e.SpeechTranscribed(at, turn, Transcript("lights on")),
        lambda at, turn: e.SpeechTranscribed(at, turn, Transcript()),
        _failed(names.TRANSCRIBING),
    ),
    "classify": (
        lambda at, turn: e.ActionChosen(at, turn, Decision("light_on")),
        lambda at, turn: e.NothingChosen(at, turn),
        _failed(names.CLASSIFYING),
    ),
    "act": (
        lambda at, turn: e.StepDone(at, turn, StepResult("gpio")),
        lambda at, turn: e.StepDone(at, turn, StepResult("timer", "tea", timer_s=500.0)),
        lambda at, turn: e.ActionsDone(at, turn),
        _failed(names.ACTING),
    ),
    "ask": (
        lambda at, turn: e.TokenArrived(at, turn, "word "),
        lambda at, turn: e.AnswerCompleted(at, turn),
        _failed(names.QUERYING),
    ),
}
"""What the world may answer to each job, early or late, wanted or no longer wanted."""


@dataclass(frozen=True)
class Configuration:
    """All of machine and world, to come back to."""

    scene: Scene
    now: float
    listening: bool
    wanted: tuple[tuple[str, int], ...]
    timers: tuple[float, ...]
    acted: tuple[int, ...]


class Run:
    """One machine and its world, driven by steps."""

    def __init__(self, rules: Rules, table: Sequence[Row] = TABLE) -> None:
        self.effects = RecordedEffects()
        self.controller = Controller(self.effects, rules, table, check=False)
        self.problems: list[str] = []
        self.verdicts: list[tuple[str, str, str]] = []
        self._rules = rules
        self._now = 0.0

    def save(self) -> Configuration:
        effects = self.effects
        acted = tuple(int(str(entry[1])) for entry in effects.log if entry[0] == "act")
        wanted = tuple(effects.wanted.items())
        return Configuration(self.controller.scene, self._now, effects.listening, wanted, tuple(effects.timers), acted)

    def restore(self, saved: Configuration) -> None:
        self.controller.restore(saved.scene)
        self._now = saved.now
        effects = self.effects
        effects.listening, effects.wanted, effects.timers = saved.listening, dict(saved.wanted), list(saved.timers)
        effects.log = [("act", turn_id) for turn_id in saved.acted]
        effects.scenes.clear()
        self.problems, self.verdicts = [], []

    def steps(self) -> Iterator[Step]:
        """What can happen next: the button, time, a timer, and an answer to any job that was ever asked for."""
        yield from ("press", "release", "tap", "time")
        if self.effects.timers:
            yield "ring"
        for job in self.effects.wanted:
            yield from (f"{job}:{index}" for index in range(len(ANSWERS[job])))

    def do(self, step: Step) -> None:
        self._now += 0.01 if step == "tap" else 1.0
        match step:
            case "press":
                self._handle(e.ButtonPressed(self._now))
            case "release":
                self._handle(e.ButtonReleased(self._now))
            case "tap":
                self._handle(e.ButtonPressed(self._now))
                self._handle(e.ButtonReleased(self._now + 0.01))
            case "time":
                self._pass_time()
            case "ring":
                ends_at = self.effects.timers.pop(0)
                self._now = max(self._now, ends_at)
                self._handle(e.TimerRang(ends_at, label="tea"))
            case _:
                job, _, index = step.partition(":")
                self._handle(ANSWERS[job][int(index)](self._now, self.effects.wanted[job]))

    def settles(self) -> bool:
        """Whether time alone leads home."""
        for _ in range(5):
            self._pass_time()
        return self.controller.state == names.IDLE

    def fingerprint(self) -> tuple[object, ...]:
        """All that can make a difference later. Turn numbers matter only as current or old."""
        scene, turn = self.controller.scene, self.controller.turn
        return (
            scene.state,
            turn.latched,
            bool(turn.transcript and turn.transcript.text),
            bool(turn.decision),
            self.effects.listening,
            bool(self.effects.timers),
            any(timer.rung for timer in scene.timers),
            tuple(sorted((job, turn_id == turn.id) for job, turn_id in self.effects.wanted.items())),
        )

    def _pass_time(self) -> None:
        until = self.controller.scene.until
        if until is not None:
            self._now = max(self._now, until)
            self._handle(e.DeadlinePassed(until, self.controller.turn.id))

    def _handle(self, event: e.Event) -> None:
        before = self.controller.scene
        verdict = self.controller.handle(event)
        self.verdicts.append((before.state, event.trigger, verdict))
        self.problems += violations(
            Observation(
                event,
                verdict,
                before,
                self.controller.scene,
                self.effects.listening,
                dict(Counter(int(str(entry[1])) for entry in self.effects.log if entry[0] == "act")),
                self._rules.may_ask,
                "ask" in self.effects.wanted,
            )
        )


@dataclass
class Report:
    """What an exploration found.

    Attributes:
        taken: Every (state, trigger, verdict) that occurred.
        problems: Broken promises; empty where all hold.
        path: The shortest way to them.
    """

    configurations: int = 0
    edges: int = 0
    taken: set[tuple[str, str, str]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    path: Path = ()


def explore(rules: Rules | None = None, table: Sequence[Row] = TABLE) -> Report:
    """Explore with and without the bigger model, with and without tapping; stop at the first broken promise."""
    report = Report()
    base = rules or Rules()
    for may_ask in (True, False):
        for tap in (True, False):
            _explore(replace(base, may_ask=may_ask, tap=tap), table, report)
            if report.problems:
                return report
    return report


def _explore(rules: Rules, table: Sequence[Row], report: Report) -> None:
    run = Run(rules, table)
    seen: set[tuple[object, ...]] = set()
    queue: deque[tuple[Path, Configuration]] = deque([((), run.save())])
    while queue and not report.problems:
        path, configuration = queue.popleft()
        run.restore(configuration)
        for step in list(run.steps()):
            run.restore(configuration)
            run.do(step)
            report.edges += 1
            _note(run, (*path, step), seen, queue, report)
    report.configurations += len(seen)


def _note(
    run: Run,
    path: Path,
    seen: set[tuple[object, ...]],
    queue: deque[tuple[Path, Configuration]],
    report: Report,
) -> None:
    """Keep what a step led to: a broken promise, or a configuration that is new."""
    report.taken.update(run.verdicts)
    mark = run.fingerprint()
    if not run.problems and mark not in seen:
        seen.add(mark)
        queue.append((path, run.save()))
        if not run.settles():
            run.problems.append("time alone does not lead home")
    if run.problems and not report.problems:
        report.problems, report.path = run.problems, path


def replay(path: Path, rules: Rules, table: Sequence[Row] = TABLE) -> Run:
    """A fresh machine that was led along `path`."""
    run = Run(rules, table)
    for step in path:
        run.do(step)
    return run
