"""The intent stage: one classifier after the other, the surest kind first, until one knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from controller.turn import Decision, StageAnswer, Transcript
from models.intent.answering import Stage

Stopwatch = Callable[[], Callable[[], float]]
"""Starts measuring; each call of the result gives the seconds since."""


def no_time() -> Callable[[], float]:
    """A `Stopwatch` where time is simulated."""
    return lambda: 0.0


class Cascade:
    """The first of `stages` that decides on an action; else unknown, or what one would have to ask for.

    Args:
        stages: By name, in their order.
    """

    def __init__(self, stages: Mapping[str, Stage], stopwatch: Stopwatch = no_time) -> None:
        self._stages = stages
        self._stopwatch = stopwatch

    def classify(self, transcript: Transcript) -> Decision:
        """The decision, with what each stage that was asked said."""
        asked: list[StageAnswer] = []
        open_question: Decision | None = None
        for name, stage in self._stages.items():
            elapsed = self._stopwatch()
            decision = stage.classify(transcript)
            asked.append(StageAnswer(name, decision.action, decision.reason, round(decision.score, 3), elapsed()))
            if decision.action and not decision.missing:
                return replace(decision, stages=tuple(asked))
            open_question = open_question or (decision if decision.missing else None)
        reasons = "; ".join(answer.reason for answer in asked)
        return replace(open_question or Decision(score=asked[-1].score), reason=reasons, stages=tuple(asked))
