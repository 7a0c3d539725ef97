"""A machine on the bench: every effect goes into the books, and everything that the world might do is a step away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from controller import events as e
from controller.errors import Problem
from controller.machine import IGNORED, STALE, Controller
from controller.simulator.recorded import RecordedEffects
from controller.trace import NotedEffects
from controller.turn import Decision, Part, Picture, Scene, StepResult, Transcript
from states import names
from states.guards import Rules
from states.invariants import Observation, violations
from states.ledger import Books, Ledger
from states.table import Row

Answer = Callable[[float, int], e.Event]

STEP_S: Final = 0.6
"""Longer than a tap, and so short that no deadline passes by itself on a short path."""
SETTLING: Final = 5
"""Deadlines in a row that lead home from everywhere."""

PROBLEM: Final = Problem("SYS-01", "made up")
UNPLUGGED: Final = Problem("MIC-02", "the microphone went away", "plug it in again")
NO_DISPLAY: Final = Problem("DSP-02", "the display stopped answering")
IMAGE: Final = Picture("0123456789abcdef")
NO_NETWORK: Final = Problem("CHAT-02", "the chat server cannot be reached")


def _failed(job: str, problem: Problem = PROBLEM) -> Answer:
    return lambda at, turn: e.JobFailed(at, turn, problem, job)


ANSWERS: Final[Mapping[str, Mapping[str, Answer]]] = {
    "listen": {
        "partial": lambda at, turn: e.PartialHeard(at, turn, "lights"),
        "level": lambda at, turn: e.LevelMeasured(at, turn, 0.5),
        "unplugged": _failed(names.RECORDING, UNPLUGGED),
    },
    "transcribe": {
        "heard": lambda at, turn: e.SpeechTranscribed(at, turn, Transcript("lights on")),
        "nothing": lambda at, turn: e.SpeechTranscribed(at, turn, Transcript()),
        "failed": _failed(names.TRANSCRIBING),
    },
    "classify": {
        "chosen": lambda at, turn: e.ActionChosen(at, turn, Decision("light_on")),
        "must be asked": lambda at, turn: e.ActionChosen(at, turn, Decision("unlock", question="Unlock the door?")),
        "slot missing": lambda at, turn: e.ActionChosen(
            at, turn, Decision("light_on", question="Which room?", missing="room")
        ),
        "unknown": lambda at, turn: e.NothingChosen(at, turn),
        "look": lambda at, turn: e.NothingChosen(at, turn, Decision("look", asks="camera")),
        "failed": _failed(names.CLASSIFYING),
    },
    "act": {
        "step": lambda at, turn: e.StepDone(at, turn, StepResult("gpio")),
        "timer": lambda at, turn: e.StepDone(at, turn, StepResult("timer", "tea", timer_s=500.0)),
        "done": lambda at, turn: e.ActionsDone(at, turn),
        "failed": _failed(names.ACTING),
    },
    "ask": {
        "taken": lambda at, turn: e.PictureTaken(at, turn, IMAGE),
        "token": lambda at, turn: e.TokenArrived(at, turn, "word. "),
        "answered": lambda at, turn: e.AnswerCompleted(at, turn),
        "network down": _failed(names.QUERYING, NO_NETWORK),
    },
}
"""What the world may answer to each job: early or late, once or often, wanted or no longer wanted. To hang is to answer
nothing, and to fail is an answer too.
"""

HEALTH: Final[Mapping[str, Part]] = {
    "display lost": Part("display", "missing", problem=NO_DISPLAY),
    "microphone back": Part("microphone", "ready"),
}
"""Parts come and go at any time."""

OTHERWISE: Final[Mapping[str, Callable[[float], e.Event]]] = {
    "type": lambda at: e.TextTyped(at, text="why is the sky blue"),
    "type nothing": lambda at: e.TextTyped(at),
    "stop": e.StopPressed,
    "give picture": lambda at: e.PictureGiven(at, picture=IMAGE),
    "take picture away": lambda at: e.PictureGiven(at),
}
"""What people do on other front panels than a button."""

OLD: Final = "old "
"""Before a job: it was asked for by an earlier turn."""


@dataclass(frozen=True)
class Configuration:
    """All of machine and world, to come back to."""

    scene: Scene
    now: float
    books: Books
    wanted: frozenset[tuple[str, int]]
    timers: tuple[float, ...]
    overdue: tuple[float, int] | None


class Bench:
    """One machine and its world, driven by steps.

    Args:
        page: Somebody else types and gives it pictures; then results of older turns, which all worlds treat alike,
            are left out.

    Attributes:
        events: Everything that was given to the machine since it was made or restored, and when.
        rows: The rows of the table that were taken since then.
        refused: (state, trigger, verdict) of the events that were refused since then.
        problems: The promises that were broken since then.
    """

    def __init__(self, rules: Rules, table: Sequence[Row], page: bool = False) -> None:
        self._page = page
        self._effects = RecordedEffects()
        self._ledger = Ledger()
        noted = NotedEffects(self._effects, self._ledger.effect)
        self.controller = Controller(noted, rules, table, check=False)
        self._rules = rules
        self._now = 0.0
        self._overdue: tuple[float, int] | None = None
        self._clear()

    def save(self) -> Configuration:
        effects = self._effects
        scene, wanted = self.controller.scene, self._still_told_apart()
        return Configuration(scene, self._now, self._ledger.books, wanted, tuple(effects.timers), self._overdue)

    def _still_told_apart(self) -> frozenset[tuple[str, int]]:
        """Of each job that was asked for: for the current turn, and for the newest of the older ones."""
        turn_id = self.controller.turn.id
        older = {job: owner for job, owner in sorted(self._effects.wanted) if owner != turn_id and not self._page}
        return frozenset({*older.items(), *(job for job in self._effects.wanted if job[1] == turn_id)})

    def restore(self, saved: Configuration) -> None:
        self.controller.restore(saved.scene)
        self._now, self._ledger.books, self._overdue = saved.now, saved.books, saved.overdue
        self._effects.wanted, self._effects.timers = set(saved.wanted), list(saved.timers)
        self._clear()

    def _clear(self) -> None:
        self._effects.log.clear()
        self._effects.scenes.clear()
        self.events: list[tuple[float, e.Event]] = []
        self.rows: list[Row] = []
        self.refused: list[tuple[str, str, str]] = []
        self.problems: list[str] = []

    def steps(self) -> Iterator[str]:
        """What can happen next: the button, time, a part's health, and an answer to any job that was ever asked for."""
        yield from ("press", "release", "tap", "late tap", "press twice", "deadline", *HEALTH)
        if self._page:
            yield from OTHERWISE
        if self._overdue:
            yield "late deadline"
        if self._effects.timers:
            yield "ring"
        for age, job in sorted({(self._age(turn_id), job) for job, turn_id in self._effects.wanted}):
            yield from (f"{age}{job}: {answer}" for answer in ANSWERS[job] if self._may_be(job, answer))

    def _may_be(self, job: str, answer: str) -> bool:
        """Nobody tries to understand what goes with a picture."""
        if answer == "taken" and not self._page:
            return False
        return job != "classify" or not self.controller.turn.picture or answer in ("unknown", "failed")

    def do(self, step: str) -> None:
        """Take one of `steps`."""
        self._now += 0.01 if step in ("tap", "press twice") else STEP_S
        match step:
            case "press":
                self._handle(e.ButtonPressed(self._now))
            case "release":
                self._handle(e.ButtonReleased(self._now))
            case "tap" | "late tap":
                self._handle(e.ButtonPressed(self._now))
                self._handle(e.ButtonReleased(self._now + 0.01))
            case "press twice":
                self._handle(e.ButtonPressed(self._now))
                self._handle(e.ButtonPressed(self._now + 0.01))
            case "deadline":
                self._pass_deadline()
            case "late deadline" if self._overdue:
                self._handle(e.DeadlinePassed(*self._overdue))
            case "ring":
                ends_at = self._effects.timers.pop(0)
                self._now = max(self._now, ends_at)
                self._handle(e.TimerRang(ends_at, label="tea"))
            case _ if step in OTHERWISE:
                self._handle(OTHERWISE[step](self._now))
            case _ if step in HEALTH:
                self._handle(e.PartChanged(self._now, part=HEALTH[step]))
            case _:
                self._answer(*step.split(": "))

    def _age(self, turn_id: int) -> str:
        return "" if turn_id == self.controller.turn.id else OLD

    def _answer(self, job: str, answer: str) -> None:
        turns = {turn_id for wanted, turn_id in self._effects.wanted if self._age(turn_id) + wanted == job}
        self._handle(ANSWERS[job.removeprefix(OLD)][answer](self._now, max(turns)))

    def settle(self) -> None:
        """Let nothing happen but time: it must lead home."""
        for _ in range(SETTLING):
            self._pass_deadline()
        if self.controller.state != names.IDLE:
            self.problems.append("time alone does not lead home")

    def fingerprint(self) -> tuple[object, ...]:
        """All that can make a difference later. Turn numbers matter only as current or old, parts not at all."""
        scene, turn, books = self.controller.scene, self.controller.turn, self._ledger.books
        return (
            scene.state,
            turn.latched,
            bool(turn.transcript and turn.transcript.text),
            turn.decision and turn.decision.question,
            turn.outcome == "confirm",
            turn.proposal and turn.proposal.decision.question,
            bool(self._effects.timers),
            any(timer.rung for timer in scene.timers),
            frozenset((job, turn_id == turn.id) for job, turn_id in self._still_told_apart()),
            scene.picture is not None,
            turn.picture is not None and scene.state in (names.CLASSIFYING, names.QUERYING),
            bool(books.speaking),
            books.listening,
            books.acted.count(turn.id),
            frozenset((job, turn_id == turn.id) for job, turn_id in books.jobs),
        )

    def _pass_deadline(self) -> None:
        until = self.controller.scene.until
        if until is not None:
            self._now = max(self._now, until)
            self._handle(e.DeadlinePassed(until, self.controller.turn.id))

    def _handle(self, event: e.Event) -> None:
        before = self.controller.scene
        verdict = self.controller.handle(event)
        after = self.controller.scene
        self.events.append((self._now, event))
        moved = verdict not in (STALE, IGNORED)
        if self.controller.row:
            self.rows.append(self.controller.row)
        if not moved:
            self.refused.append((before.state, event.trigger, verdict))
        if before.until is not None and after.since != before.since:
            self._overdue = (before.until, before.turn.id)
        self.problems += violations(Observation(event, moved, before, after, self._ledger.books, self._rules))
