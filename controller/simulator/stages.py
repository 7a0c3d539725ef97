"""How long the stages of each turn took, read from a trace."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from controller import events as e
from controller.machine import IGNORED, STALE
from controller.simulator.recording import Recording
from controller.turn import Decision
from states import names

STAGES: Final[Mapping[str, str]] = {
    "held_s": "the button was held",
    "transcribe_s": "release to transcript",
    "classify_s": "transcript to decision",
    "act_s": "decision to the end of the action",
    "first_token_s": "question to the first word of the answer",
    "ask_s": "question to the end of the answer",
    "decided_s": "release to decision",
    "total_s": "release to what is shown",
}
"""The durations of a turn, and what they are of."""


@dataclass
class TurnStages:
    """One turn. Durations are in seconds; None where the stage did not take place or did not end.

    Attributes:
        token_gaps_s: From word to word of the answer.
        problem: The code that it failed with; empty where it did not.
    """

    turn_id: int
    pressed_at: float
    held_s: float | None = None
    transcribe_s: float | None = None
    classify_s: float | None = None
    act_s: float | None = None
    first_token_s: float | None = None
    ask_s: float | None = None
    decided_s: float | None = None
    total_s: float | None = None
    token_gaps_s: list[float] = field(default_factory=list)
    heard: str = ""
    decision: Decision | None = None
    answer: str = ""
    problem: str = ""


def handled(recording: Recording) -> Iterator[tuple[e.Event, str]]:
    """Every event that the machine was given, with its verdict."""
    by_line = {given.line: given.event for given in recording.inputs}
    event: e.Event | None = None
    for number, line in enumerate(recording.lines, 1):
        event = by_line.get(number, event)
        if event and line.startswith('{"verdict":'):
            yield event, json.loads(line)["verdict"]


def stages(recording: Recording) -> list[TurnStages]:
    """All turns, in order."""
    reader = _Reader()
    for event, verdict in handled(recording):
        if verdict not in (STALE, IGNORED):
            reader.take(event, *verdict.split(" -> "))
    return reader.turns


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all do not exceed (the nearest rank). `values` is not empty."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class _Reader:
    """Follows the machine from state to state."""

    def __init__(self) -> None:
        self.turns: list[TurnStages] = []
        self._entered_at = 0.0
        self._ended_at = 0.0
        self._word_at = 0.0

    def take(self, event: e.Event, before: str, after: str) -> None:
        if after == names.RECORDING != before:
            self.turns.append(TurnStages(len(self.turns) + 1, event.at))
        if self.turns:
            self._note(self.turns[-1], event, before, after)
        if before != after:
            self._entered_at = self._word_at = event.at

    def _note(self, turn: TurnStages, event: e.Event, before: str, after: str) -> None:
        in_state_s = event.at - self._entered_at
        match event:
            case _ if before == names.RECORDING != after:
                turn.held_s, self._ended_at = in_state_s, event.at
            case e.SpeechTranscribed(transcript=transcript):
                turn.transcribe_s, turn.heard = in_state_s, transcript.text
            case e.ActionChosen(decision=decision) | e.NothingChosen(decision=decision):
                turn.classify_s, turn.decision = in_state_s, decision
                turn.decided_s = event.at - self._ended_at
            case e.ActionsDone():
                turn.act_s = in_state_s
            case e.TokenArrived(text=text):
                self._word(turn, event.at, text)
            case e.AnswerCompleted():
                turn.ask_s = in_state_s
        if after == names.DISPLAYING != before:
            turn.total_s = event.at - self._ended_at
            turn.problem = _code(event)

    def _word(self, turn: TurnStages, at: float, text: str) -> None:
        if turn.first_token_s is None:
            turn.first_token_s = at - self._word_at
        else:
            turn.token_gaps_s.append(at - self._word_at)
        self._word_at = at
        turn.answer += text


def _code(event: e.Event) -> str:
    match event:
        case e.JobFailed(problem=problem):
            return problem.code
        case e.DeadlinePassed():
            return "FSM-02"
    return ""
