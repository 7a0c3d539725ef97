"""A turn as it is kept, collected from what the machine shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from controller.events import Event, TokenArrived
from controller.turn import Scene, Turn
from states.names import DISPLAYING, IDLE, QUERYING

INTERRUPTED = "interrupted"
"""The outcome of a turn that a press ended before it had one."""


@dataclass(frozen=True, slots=True)
class Record:
    """A turn. Texts are empty, and numbers None, where there is nothing to say.

    Attributes:
        run: When the assistant was started, and where: with `turn`, what tells turns apart.
        time: When the turn began, ISO 8601 with the time zone.
        action: What was decided, with its slots.
        why: Stage, score and reason of the decision.
        image: Digest of the image that the question was about.
        code: Of the problem that the turn ended with.
        timings_s: Seconds spent in each state, and until the first word of an answer.
    """

    run: str
    turn: int
    time: str
    who: str = "device"
    language: str = ""
    transcript: str = ""
    action: str = ""
    why: str = ""
    outcome: str = ""
    results: str = ""
    answer: str = ""
    image: str = ""
    code: str = ""
    problem: str = ""
    timings_s: dict[str, float] = field(default_factory=dict)


class Collector:
    """Give `watch` to the assistant; it says when a turn is to be kept. On the machine's thread, and quick.

    Args:
        run: As `Record.run`.
        wall: The time of day.
    """

    def __init__(self, run: str, who: str, wall: datetime) -> None:
        self._run = run
        self._who = who
        self._wall = wall
        self._turn = Turn()
        self._state, self._since = IDLE, 0.0
        self._asked_at = 0.0
        self._timings: dict[str, float] = {}
        self._kept: Turn | None = None

    def watch(self, event: Event, scene: Scene, wall: datetime) -> list[Record]:
        """What an event has completed."""
        complete = []
        if scene.turn.id != self._turn.id:
            complete += self.rest()
            self._wall, self._timings, self._kept = wall, {}, None
        self._measure(event, scene)
        self._turn = scene.turn
        if scene.state == DISPLAYING and scene.turn.id and scene.turn != self._kept:
            self._kept = scene.turn
            complete.append(self._record(scene.turn.outcome))
        return complete

    def rest(self) -> list[Record]:
        """The turn under way, where it is to be kept although it did not end."""
        if not self._turn.id or self._kept or not (self._turn.transcript or self._turn.answer):
            return []
        return [self._record(INTERRUPTED)]

    def _measure(self, event: Event, scene: Scene) -> None:
        if isinstance(event, TokenArrived) and scene.state == QUERYING:
            self._timings.setdefault("first_word", round(event.at - self._asked_at, 3))
        if scene.since == self._since and scene.state == self._state:
            return
        if self._state not in (IDLE, DISPLAYING):
            self._timings[self._state] = round(scene.since - self._since, 3)
        self._state, self._since = scene.state, scene.since
        if scene.state == QUERYING:
            self._asked_at = scene.since

    def _record(self, outcome: str) -> Record:
        turn = self._turn
        heard, decision, problem = turn.transcript, turn.decision, turn.problem
        stage = f"{decision.stage} {decision.score:.2f}: " if decision and decision.stage else ""
        return Record(
            self._run,
            turn.id,
            self._wall.isoformat(timespec="seconds"),
            self._who,
            language=heard.language if heard else "",
            transcript=(heard.command or heard.text) if heard else "",
            action=decision.summary if decision else "",
            why=f"{stage}{decision.reason}" if decision else "",
            outcome=outcome,
            results="\n".join(result.text for result in turn.results if result.text),
            answer=turn.answer,
            image=turn.picture.digest if turn.picture else "",
            code=problem.code if problem else "",
            problem=problem.message if problem else "",
            timings_s=dict(self._timings),
        )
