"""The intent stage: one classifier after the other, the surest kind first, until one knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from controller.ports import Classifier
from controller.turn import Decision, Transcript


class Cascade:
    """The first of `stages` that decides on an action; else unknown, with the reasons of all."""

    def __init__(self, stages: Sequence[Classifier]) -> None:
        self._stages = stages

    def classify(self, transcript: Transcript) -> Decision:
        asked: list[Decision] = []
        for stage in self._stages:
            asked.append(stage.classify(transcript))
            if asked[-1].action:
                break
        return replace(asked[-1], reason="; ".join(decision.reason for decision in asked))
