"""The second stage: what a sentence means, where no phrase says it. Learns the user's own actions in seconds, and says
"unknown" where it is not sure.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from config.phrases import language_grammar
from config.schema import Action, ActionsFile, Language
from controller.turn import Decision, Slot, Transcript
from models.intent.alike import Alike, Taken, corrected
from models.intent.compiled import LANGUAGES, grammars_of
from models.intent.examples import Example, examples, unrelated
from models.intent.filling import nearly_filled, needed
from models.intent.learning import NONE, Bar, Questions, best_and_lead, fitted_bar, learnt, tried_out
from models.intent.patterns import Negation
from models.intent.spacing import listed
from models.intent.units import is_hangul, spell, units
from models.intent.wordings import Encode, Wordings

log = logging.getLogger(__name__)

VERSION: Final = 1
"""Of what is kept; another one is learnt anew."""
MOST_WRONG: Final = 0.04
"""Of sentences that ask for an action, tried out on others than they were learnt from."""
MOST_FALSE: Final = 0.05
"""Of the unrelated sentences, many of which are near misses on purpose."""
STAGE: Final = "meaning"
LONGEST: Final = 300
"""Characters that are read; more is no command."""


class MeaningClassifier:
    """Decides by examples.

    Args:
        actions: Their phrases are the examples, with those of config/locale/*/unrelated.yaml for "unknown".
        encode: Sentences to vectors of their meaning.
        kept_in: Folder in which what was learnt is kept, by what it was learnt from; None keeps nothing.

    Raises:
        RogerError: CFG-08, a phrase that cannot be read.
    """

    def __init__(self, actions: ActionsFile, encode: Encode, kept_in: Path | None = None) -> None:
        self._actions = actions.actions
        self._names = list(actions.actions)
        self._grammars = grammars_of(actions)
        self._negation = Negation(LANGUAGES)
        self._reports = frozenset(word for language in LANGUAGES for word in language_grammar(language).reports)
        self._elsewhere = sorted(word for language in LANGUAGES for word in language_grammar(language).elsewhere)
        known = examples(actions)
        self._said_for = _said_for(known)
        self._known = frozenset().union(*(said for action, said in self._said_for.items() if action != NONE))
        asked = [one.text for one in known if one.action != NONE]
        self._alike = {language: Alike(actions, language, asked, unrelated()) for language in LANGUAGES}
        self._values = frozenset(unit for word in listed(actions) for unit in units(word))
        self._wordings, self._questions, self._bar = _remembered(known, len(self._names), encode, kept_in)

    def classify(self, transcript: Transcript) -> Decision:
        """The action that the words mean most, with its slots; unknown if that is not sure or a slot was not said.

        A value that was said nearly makes the whole sentence unlike the examples. So the sentence is read with the
        value's own words, too: where that is a phrase it decides, else it is asked last.
        """
        transcript = replace(transcript, text=transcript.text[:LONGEST])
        readings = self._readings(transcript)
        by_phrase = (self._by_phrase(transcript, text, costs) for text, costs in readings.items())
        guess = next((guess for guess in by_phrase if guess.action), None)
        if guess:
            return guess
        decision = self._decide(transcript, transcript.text)
        if decision.action:
            return decision
        by_meaning = (self._decide(transcript, text, costs) for text, costs in readings.items())
        return next((guess for guess in by_meaning if guess.action), decision)

    def _readings(self, transcript: Transcript) -> dict[str, dict[str, float]]:
        """The text with the words of values that were said nearly, with the actions that need them: how unlike that
        is what was said (see `models.intent.sounds.distance`).
        """
        readings: dict[str, dict[str, float]] = {}
        for name, action in self._actions.items():
            _, taken = self._slots(action, transcript)
            if taken:
                costs = readings.setdefault(corrected(transcript.text, taken), {})
                costs[name] = max(one.cost for one in taken)
        return readings

    def _by_phrase(self, transcript: Transcript, meant: str, costs: Mapping[str, float]) -> Decision:
        parse = self._grammars[_language(transcript)].parse(meant)
        if parse is None or parse.phrase.action not in costs:
            return Decision(reason="no phrase")
        name = parse.phrase.action
        return self._with_slots(name, transcript, f"{name}, {parse.phrase}", 1 - costs[name])

    def _decide(self, transcript: Transcript, meant: str, actions: Container[str] | None = None) -> Decision:
        """What `meant` asks for, of `actions` where they are given; slots, and all that speaks against it, are looked
        for in what was said.
        """
        scores = self._questions(self._wordings([meant]))
        (best,), (lead,) = best_and_lead(scores)
        name = self._names[int(scores[0].argmax())]
        score = float(1 / (1 + np.exp(-best)))
        why = f"{name} {best:+.1f} of {self._bar.score:+.1f}, {lead:.1f} ahead of {self._bar.lead:.1f}"
        if not self._bar.passes(scores)[0] or (actions is not None and name not in actions):
            return Decision(reason=f"not sure: {why}", score=score)
        return self._with_slots(name, transcript, why, score)

    def _slots(self, action: Action, transcript: Transcript) -> tuple[tuple[Slot, ...], list[Taken]]:
        """What was said exactly, and what was said nearly."""
        language = _language(transcript)
        return nearly_filled(action, transcript.text, self._grammars[language], self._alike[language])

    def _with_slots(self, name: str, transcript: Transcript, why: str, score: float) -> Decision:
        action = self._actions[name]
        slots, taken = self._slots(action, transcript)
        slots += tuple(one.slot for one in taken)
        why = ", ".join((why, *map(str, taken)))
        missing = needed(action) - {slot.name for slot in slots}
        if missing:
            return Decision(reason=f"{why}, but no {', '.join(sorted(missing))} was said", score=score)
        if self._negation.found(transcript.text):
            return Decision(reason=f"{why}, but it says not to", score=score)
        if units(transcript.text)[0] in self._reports - self._said_for[self._names.index(name)]:
            return Decision(reason=f"{why}, but it is a question or a report", score=score)
        other = self._other(transcript.text, self._said_for[self._names.index(name)], slots)
        if other:
            return Decision(reason=f'{why}, but "{other}" is no part of it', score=score)
        return Decision(name, slots, STAGE, f"means {why}", score)

    def _other(self, text: str, said_for: frozenset[str], slots: tuple[Slot, ...]) -> str:
        """A room or thing in `text` that the user does not have, or that is another action's; empty for none.

        The value of a slot is another action's unless this one has that slot; other words may be in several.
        """
        plain = spell(units(text))
        named = said_for.union(*(units(slot.text) for slot in slots))
        for word in self._elsewhere:
            is_said = word in plain if is_hangul(word[0]) else word in plain.split()
            parts = set(units(word))
            if is_said and not parts <= named and (parts <= self._values or not parts <= self._known):
                return word
        return ""


def _language(transcript: Transcript) -> Language:
    return "ko" if transcript.language == "ko" else "en"


def _said_for(known: Sequence[Example]) -> dict[int, frozenset[str]]:
    """The units of each action's examples."""
    said: dict[int, set[str]] = {}
    for one in known:
        said.setdefault(one.action, set()).update(units(one.text))
    return {action: frozenset(words) for action, words in said.items()}


def _remembered(
    known: Sequence[Example], actions: int, encode: Encode, kept_in: Path | None
) -> tuple[Wordings, Questions, Bar]:
    """What was learnt from these examples before, or now."""
    path = kept_in / f"{_digest(known)}.npz" if kept_in else None
    if path and path.is_file():
        try:
            return _read(path, encode)
        except (OSError, ValueError, KeyError) as error:
            log.warning("%s cannot be read: %s; learning anew", path, error)
    wordings, questions, bar = _learnt(known, actions, encode)
    if path:
        _write(path, wordings, questions, bar)
    return wordings, questions, bar


def _digest(known: Sequence[Example]) -> str:
    content = json.dumps([VERSION, [[one.text, one.action, one.group] for one in known]], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _learnt(known: Sequence[Example], actions: int, encode: Encode) -> tuple[Wordings, Questions, Bar]:
    texts, labels = [one.text for one in known], np.array([one.action for one in known])
    wordings = Wordings.of(texts, encode)
    features = wordings(texts)
    scores = tried_out(features, labels, actions, [one.group for one in known])
    fair = _can_be_tried_out(known)
    return wordings, learnt(features, labels, actions), fitted_bar(scores[fair], labels[fair], MOST_WRONG, MOST_FALSE)


def _can_be_tried_out(known: Sequence[Example]) -> list[int]:
    """The examples that something is left to learn from without their phrase."""
    phrases: dict[int, set[int]] = {}
    for one in known:
        phrases.setdefault(one.action, set()).add(one.group)
    return [number for number, one in enumerate(known) if len(phrases[one.action]) > 1]


def _read(path: Path, encode: Encode) -> tuple[Wordings, Questions, Bar]:
    with np.load(path) as kept:
        questions = Questions(kept["weights"], kept["offsets"])
        return Wordings(encode, kept["mean"], kept["rarity"]), questions, Bar(*map(float, kept["bar"]))


def _write(path: Path, wordings: Wordings, questions: Questions, bar: Bar) -> None:
    """Whole or not at all; a disk that cannot be written to only costs time."""
    half = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            np.savez(
                file,
                mean=wordings.mean,
                rarity=wordings.rarity,
                weights=questions.weights,
                offsets=questions.offsets,
                bar=np.array([bar.score, bar.lead]),
            )
        half.replace(path)
    except OSError as error:
        log.warning("%s cannot be kept: %s", path, error)
