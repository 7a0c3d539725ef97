"""The only source of chance: the same seed throws the same numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws of one seed, in order."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        """A number of seconds, to the millisecond."""
        return round(self._random.uniform(low, high), 3)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def among(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)
