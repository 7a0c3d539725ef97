"""How long each stage of a turn took, measured on the times of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from controller.events import ActionChosen, Event, JobFailed, NothingChosen, SpeechTranscribed, TextTyped, TokenArrived
from controller.simulator.handled import Handled, handled
from controller.simulator.recording import Recording
from states.names import ACTING, DISPLAYING, QUERYING, RECORDING, TRANSCRIBING

STAGES: Final = ("held", "transcribe", "classify", "act", "first_token", "ask", "decided", "total")
"""The stages that last: `TurnStages` has each with "_s" behind it, in seconds."""


@dataclass(frozen=True, slots=True)
class TurnStages:
    """Durations in seconds; None where a stage did not happen, or did not come to its own end.

    Attributes:
        turn_id: Counts from 1.
        pressed_at: Seconds on the device's clock.
        held_s: From the press to whatever ended the recording: the release, the second tap or the deadline.
        transcribe_s: From there to the transcript.
        classify_s: From the transcript to the decision.
        act_s: From the decision to the last step's end.
        first_token_s: From the question to the first token of the answer.
        token_gaps_s: Between the tokens, so one less than there are tokens.
        ask_s: From the question to the end of the answer.
        decided_s: From the end of the recording to the decision.
        total_s: From the end of the recording to the card; None where nothing was recorded that could be understood.
        heard: The transcript; empty where there was none.
        action: What was decided; empty where that was "unknown", or nothing.
        answer: The bigger model's, as far as it came.
        outcome: As `Turn.outcome`; empty where the turn was interrupted or the trace ends before.
        problem: The code that it failed with; empty where it did not.
    """

    turn_id: int
    pressed_at: float
    held_s: float | None = None
    transcribe_s: float | None = None
    classify_s: float | None = None
    act_s: float | None = None
    first_token_s: float | None = None
    token_gaps_s: tuple[float, ...] = ()
    ask_s: float | None = None
    decided_s: float | None = None
    total_s: float | None = None
    heard: str = ""
    action: str = ""
    answer: str = ""
    outcome: str = ""
    problem: str = ""


@dataclass
class _Marks:
    """The times, in seconds, that the durations lie between."""

    turn_id: int
    pressed: float
    recorded: float | None = None
    submitted: float | None = None
    transcribed: float | None = None
    decided: float | None = None
    acted: float | None = None
    asked: float | None = None
    answered: float | None = None
    shown: float | None = None
    tokens: list[float] = field(default_factory=list)
    heard: str = ""
    action: str = ""
    answer: str = ""
    outcome: str = ""
    problem: str = ""

    def begin(self, step: Handled) -> None:
        """What was typed needs no recording."""
        if isinstance(step.event, TextTyped):
            self.submitted = self.transcribed = step.at
            self.heard = step.event.text

    def note(self, step: Handled) -> None:
        if step.source == QUERYING and isinstance(step.event, TokenArrived) and not step.refused:
            self.tokens.append(step.at)
            self.answer += step.event.text
        if step.source != step.dest and not self.outcome:
            self._leave(step)
            self._enter(step)

    def _leave(self, step: Handled) -> None:
        if step.source == RECORDING:
            self.recorded = step.at
        elif isinstance(step.event, SpeechTranscribed):
            self.transcribed, self.heard = step.at, step.event.transcript.text
        elif isinstance(step.event, ActionChosen | NothingChosen):
            self.decided, self.action = step.at, step.event.decision.action

    def _enter(self, step: Handled) -> None:
        at = step.at
        if step.dest == TRANSCRIBING:
            self.submitted = at
        elif step.dest == QUERYING:
            self.asked = at
        elif step.dest == ACTING and step.source == RECORDING:  # a yes to what an earlier turn has asked
            self.action = next(str(with_[1]["action"]) for name, with_ in step.effects if name == "act")
        elif step.dest == DISPLAYING:
            self.shown, self.outcome = at, step.outcome
            self.acted = at if step.outcome == "done" else None
            self.answered = at if step.outcome == "answer" else None
            self.problem = _code(step.event) if step.outcome == "failed" else ""

    def stages(self) -> TurnStages:
        return TurnStages(
            self.turn_id,
            self.pressed,
            held_s=_between(self.pressed, self.recorded),
            transcribe_s=_between(self.submitted, self.transcribed),
            classify_s=_between(self.transcribed, self.decided),
            act_s=_between(self.decided, self.acted),
            first_token_s=_between(self.asked, self.tokens[0] if self.tokens else None),
            token_gaps_s=tuple(later - earlier for earlier, later in pairwise(self.tokens)),
            ask_s=_between(self.asked, self.answered),
            decided_s=_between(self.submitted, self.decided),
            total_s=_between(self.submitted, self.shown),
            heard=self.heard,
            action=self.action,
            answer=self.answer,
            outcome=self.outcome,
            problem=self.problem,
        )


def stages(recording: Recording) -> list[TurnStages]:
    """One for every turn of the trace, in order; the times are the device's own."""
    turns: list[_Marks] = []
    for step in handled(recording):
        if turns and not (step.begins_turn and isinstance(step.event, TextTyped)):
            turns[-1].note(step)
        if step.begins_turn:
            turns.append(_Marks(len(turns) + 1, step.at))
            turns[-1].begin(step)
    return [turn.stages() for turn in turns]


def percentile(values: Sequence[float], p: float) -> float:
    """The value below which `p` percent of `values` lie, linear between neighbours as numpy's; p from 0 to 100.

    Raises `ValueError` where there are no values.
    """
    if not values:
        raise ValueError("no values have no percentile")
    ordered = sorted(values)
    place = (len(ordered) - 1) * p / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _between(begin: float | None, end: float | None) -> float | None:
    return None if begin is None or end is None else end - begin


def _code(event: Event) -> str:
    """The code that a turn fails with which this event ends."""
    return event.problem.code if isinstance(event, JobFailed) else "FSM-02"
