"""How long engines take: as they usually do, or as they did on a device."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from controller.simulator.dice import Dice
from controller.simulator.stages import TurnStages

Draw = Callable[[], float]
"""Seconds, another number each time that it is asked."""


@dataclass(frozen=True)
class Latencies:
    """One for each engine.

    Attributes:
        hear: From the release to the transcript.
        understand: From the transcript to the decision.
        act: From the decision to the action's first step.
        first_word: From the question to the first word of the answer.
        between_words: From word to word.
    """

    hear: Draw
    understand: Draw
    act: Draw
    first_word: Draw
    between_words: Draw


def always(hear_s: float, understand_s: float, act_s: float, first_word_s: float, between_words_s: float) -> Latencies:
    """The same each time."""
    seconds = (hear_s, understand_s, act_s, first_word_s, between_words_s)
    return Latencies(*((lambda value=value: value) for value in seconds))


USUAL: Final = always(0.4, 0.002, 0.01, 0.8, 0.05)
NEVER: Final = always(*(math.inf,) * 5)
"""Engines that say nothing by themselves."""


def measured(turns: Iterable[TurnStages], dice: Dice) -> Latencies:
    """Drawn from those of `turns`; as usual for a stage that none of them has."""
    known = list(turns)

    def drawn(values: Iterable[float | None], usual: Draw) -> Draw:
        there = [value for value in values if value is not None]
        return (lambda: dice.among(there)) if there else usual

    return Latencies(
        drawn((turn.transcribe_s for turn in known), USUAL.hear),
        drawn((turn.classify_s for turn in known), USUAL.understand),
        drawn((turn.act_s for turn in known), USUAL.act),
        drawn((turn.first_token_s for turn in known), USUAL.first_word),
        drawn((gap for turn in known for gap in turn.token_gaps_s), USUAL.between_words),
    )
