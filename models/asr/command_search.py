"""From what was heard freely to the command that it was, if it was one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from models.asr.acceptance import Acceptance, Verdict
from models.asr.constrained import ConstrainedSearch
from models.asr.decode import Hypothesis, Prompted
from models.asr.prior import Prior
from models.asr.spelling import Spelling
from models.asr.whisper import WhisperModel
from models.intent.grammar import Grammar
from models.intent.units import spell


@dataclass(frozen=True, slots=True)
class Command:
    """The sentence of the user's actions that comes nearest.

    Attributes:
        text: The sentence.
        confidence: Geometric mean of its tokens' probabilities.
        verdict: Whether it was said.
    """

    text: str
    confidence: float
    verdict: Verdict


@dataclass(frozen=True)
class Constraint:
    """What can be asked in one language: as sentences, as tokens of the model, and what makes one acceptable."""

    grammar: Grammar
    spelling: Spelling
    prior: Prior
    acceptance: Acceptance

    @classmethod
    def of(cls, model: WhisperModel, grammar: Grammar, language: str) -> Constraint:
        spelling = Spelling(grammar, model.tokenizer, model.special.end)
        spelling.moves(spelling.start())  # the first one takes longest
        prior = Prior(model, language)
        return cls(grammar, spelling, prior, Acceptance(model.tokenizer, prior, language))


class CommandSearch:
    """Searches once the free search is over, and only where its text is no command already. Can be interrupted.

    Attributes:
        is_needed: The free text is no command.
    """

    def __init__(
        self,
        model: WhisperModel,
        prompted: Prompted,
        free: Hypothesis,
        text: str,
        constraint: Constraint,
        limit: int,
        gives_up: bool = True,
    ) -> None:
        self._acceptance = constraint.acceptance
        self._free = free
        self._found: Command | None = None
        self.is_needed = constraint.grammar.parse(text) is None
        self._over = not self.is_needed
        spelling = constraint.spelling
        self._search = ConstrainedSearch(model, prompted, constraint.prior, spelling, limit, gives_up)

    def run(self, interrupted: Callable[[], bool] = lambda: False) -> bool:
        """Search on; True when it is over, False where it was interrupted."""
        if not self._over:
            sentences = self._search.run(interrupted)
            if sentences is None:
                return False
            self._over = True
            if sentences:
                best = sentences[0]
                verdict = self._acceptance.judge(self._free, best)
                self._found = Command(spell(best.units), math.exp(-verdict.cost), verdict)
        return True

    def result(self) -> Command | None:
        """The nearest command, accepted or not; None where the free text is one, or none is near."""
        self.run()
        return self._found
