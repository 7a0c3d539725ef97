"""The second stage: what a sentence means, where no phrase says it. Learns the user's own actions in seconds, and says
"unknown" where it is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np

from config.schema import ActionsFile, Language
from controller.garbage import collector_paused
from controller.turn import Decision, Slot, Transcript
from models.intent.examples import MOST, asked_for, phrases_of
from models.intent.filling import needed
from models.intent.knowledge import NO_OTHERS, knowledge
from models.intent.learning import Bar
from models.intent.many import many
from models.intent.numbers import has_number
from models.intent.readings import Costs, Readings
from models.intent.units import units
from models.intent.wordings import Encode

STAGE: Final = "meaning"
LONGEST: Final = 300
"""Characters; more is no order."""
AMONG: Final = 8
"""Actions that are looked at, the best first."""
NEARLY: Final = 1.5
"""So much below the bar an action may still be meant."""
NEAR: Final = 1.5
"""An action stands in for one that lacks a slot if its score is at most so much lower."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An action that a sentence may ask for.

    Attributes:
        score: Log odds.
        lacks: A slot that it needs and that was not said; empty for none.
        taken: Which words were taken for which.
    """

    name: str
    score: float
    slots: tuple[Slot, ...]
    lacks: str
    taken: tuple[str, ...]


class MeaningClassifier:
    """Decides by examples; a `Stage`.

    Args:
        actions: Their phrases are the examples, with those of config/locale/*/unrelated.yaml for "unknown".
        encode: Sentences to vectors of their meaning, in all languages.
        beside: By language, another model that is asked as well, but where there are more phrases than can be learnt at
            once.
        kept_in: Folder in which what was learnt is kept, by what it was learnt from; None keeps nothing.
        given_up: Whether nobody waits for it any more; learning then ends with `Cancelled`.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read.
    """

    def __init__(
        self,
        actions: ActionsFile,
        encode: Encode,
        kept_in: Path | None = None,
        given_up: Callable[[], bool] = lambda: False,
        *,
        beside: Mapping[str, Encode] = NO_OTHERS,
    ) -> None:
        self._actions = actions.actions
        self._names = list(actions.actions)
        self._numbers = {name: number for number, name in enumerate(self._names)}
        with collector_paused():
            self._asked = asked_for(actions, kept_in)
            self._readings = Readings(actions, [one.text for one in self._asked])
        learn = many if phrases_of(actions) > MOST else partial(knowledge, beside=beside)
        self._learnt = learn(actions, self._asked, encode, kept_in, given_up)

    def classify(self, transcript: Transcript) -> Decision:
        """The action that the words mean most, with its slots; unknown if that is not sure. Where it lacks a slot, what
        is `missing` has to be asked for.

        A value that was nearly said makes the whole sentence unlike the examples. So it is read with the value's own
        words, too: where that is a phrase it decides, else it is asked last.
        """
        text, language = transcript.text, _language(transcript)
        if len(text) > LONGEST:
            return Decision(reason="too long for an order")
        if not units(text):
            return Decision(reason="nothing was said")
        candidates = self._candidates(text, text, language)
        readings = self._readings.others(text, language, [one.name for one in candidates])
        for meant, costs in readings.items():
            if found := self._readings.phrase(meant, costs, language):
                return self._by_phrase(*found, text, language, costs)
        decision = self._decide(text, language, candidates)
        if decision.action and not decision.missing:
            return decision
        others = (
            self._decide(text, language, self._candidates(meant, text, language, costs))
            for meant, costs in readings.items()
        )
        return next((other for other in others if other.action), decision)

    def _by_phrase(self, name: str, phrase: str, text: str, language: Language, costs: Costs) -> Decision:
        one = self._candidate(name, 0.0, text, language)
        why = f"{name}, {phrase}, {', '.join(one.taken)}"
        if objection := self._objection(one, text):
            return Decision(reason=f"{why}, but {objection}")
        return Decision(name, one.slots, STAGE, f"means {why}", 1 - costs[name], missing=one.lacks)

    def _decide(self, text: str, language: Language, candidates: Sequence[Candidate]) -> Decision:
        """The best of `candidates`, if it is good enough and nothing in `text` speaks against it. One that knows only
        the opposite lies close to it, but is no rival: "close the window" is as near to what opens a door.
        """
        possible = [one for one in candidates if not self._learnt.objections.is_opposed(self._number(one), text)]
        decision = self._judged(text, language, possible)
        if decision.action or possible[:1] == list(candidates[:1]):
            return decision
        return self._judged(text, language, candidates)

    def _judged(self, text: str, language: Language, candidates: Sequence[Candidate]) -> Decision:
        if not candidates:
            return Decision(reason="not sure")
        best, lead = _chosen(self._counting(text, candidates))
        bar = self._learnt.bars[language]
        score = float(1 / (1 + np.exp(-best.score)))
        ahead = f"{lead:.1f} ahead of {bar.lead:.1f}" if isfinite(lead) else "no other near"
        why = f"{best.name} {best.score:+.1f} of {bar.score:+.1f}, {ahead}"
        why = ", ".join((why, *best.taken))
        if best.score < bar.score or lead < bar.lead:
            return Decision(reason=f"not sure: {why}", score=score)
        if objection := self._objection(best, text):
            return Decision(reason=f"{why}, but {objection}", score=score)
        lacks = f", but no {best.lacks} was said" if best.lacks else ""
        return Decision(best.name, best.slots, STAGE, f"means {why}{lacks}", score, missing=best.lacks)

    def _counting(self, text: str, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Where a number is said, the best gives way to a near one that knows numbers: "set it to 20" asks not how warm
        it is.
        """
        best = candidates[0]
        if not has_number(text) or self._learnt.objections.knows_numbers(self._number(best)):
            return candidates
        able = [one for one in candidates if self._learnt.objections.knows_numbers(self._number(one))]
        return able if able and able[0].score >= best.score - NEAR else candidates

    @property
    def bars(self) -> Mapping[str, Bar]:
        """By language, what an answer has to reach."""
        return self._learnt.bars

    def near(self, transcript: Transcript) -> list[Candidate]:
        """Actions that may be meant, though not surely, and that nothing speaks against; the best first."""
        text, language = transcript.text, _language(transcript)
        if len(text) > LONGEST or not units(text):
            return []
        least = self._learnt.bars[language].score - NEARLY
        candidates = [one for one in self._candidates(text, text, language) if one.score >= least]
        return [one for one in candidates if not self._objection(one, text)]

    def sentences(self, action: str) -> list[str]:
        """What it is asked for with, a sentence of each phrase."""
        of_phrase = {one.group: one.text for one in self._asked if self._names[one.action] == action}
        return list(of_phrase.values())

    def _objection(self, one: Candidate, text: str) -> str:
        return self._learnt.objections.to(self._number(one), text, one.slots)

    def _number(self, one: Candidate) -> int:
        return self._numbers[one.name]

    def _candidates(
        self, meant: str, text: str, language: Language, among: Container[str] | None = None
    ) -> list[Candidate]:
        """The actions that `meant` means most, the best first; their slots are looked for in `text`."""
        scores = self._learnt.scores(meant, language)
        best = [(self._names[number], scores[number]) for number in np.argsort(-scores, kind="stable")[:AMONG]]
        return [
            self._candidate(name, float(score), text, language)
            for name, score in best
            if among is None or name in among
        ]

    def _candidate(self, name: str, score: float, text: str, language: Language) -> Candidate:
        action = self._actions[name]
        exact, taken = self._readings.slots(action, text, language)
        slots = (*exact, *(one.slot for one in taken))
        lacks = next(iter(sorted(needed(action) - {slot.name for slot in slots})), "")
        return Candidate(name, score, slots, lacks, tuple(map(str, taken)))


def _language(transcript: Transcript) -> Language:
    return "ko" if transcript.language == "ko" else "en"


def _chosen(candidates: Sequence[Candidate]) -> tuple[Candidate, float]:
    """The best, and by how much it is ahead of the next. One that lacks a slot gives way to a near one that lacks none,
    and is no rival to it: "lights out" names no room, but may mean all of them.
    """
    first = candidates[0]
    ready = [one for one in candidates if not one.lacks]
    if first.lacks and ready and ready[0].score >= first.score - NEAR:
        first = ready[0]
    rivals = [one for one in candidates if one != first and (first.lacks or not one.lacks)]
    return first, first.score - rivals[0].score if rivals else float("inf")
