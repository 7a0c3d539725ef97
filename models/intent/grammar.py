"""Everything that can be asked of the user's actions in one language, as one minimal automaton with slots.

Three uses: `parse` reads a transcript, `start`, `follow` and `final` say which units may come next, `sample` and
`count` go through the sentences.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from config.language_grammar import language_grammar
from config.phrases import PhraseError, parse_phrase
from config.schema import Action, ActionsFile
from controller.garbage import collector_paused
from models.intent.automaton import Automaton, determinise
from models.intent.chart import Chart, Fill, Reading
from models.intent.kinds import filler_kind
from models.intent.positions import END, Call, Follow, Positions, union
from models.intent.slots import Slots
from models.intent.templates import Templates, alternatives
from models.intent.units import spans, spell, units
from models.intent.walk import Position, Walk


@dataclass(frozen=True)
class Phrase:
    """A phrase of actions.yaml; `number` counts from 1 within its action and language."""

    action: str
    language: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"phrase {self.language} {self.number}: {self.text}"


@dataclass(frozen=True)
class Ambiguity:
    """A sentence that phrases of two actions say alike: `winner` stands first in the file and takes it."""

    winner: Phrase
    loser: Phrase


@dataclass(frozen=True)
class Parse:
    """What a sentence means: the phrase that says it, and what was said for its slots in spoken order."""

    phrase: Phrase
    reading: Reading

    @property
    def fills(self) -> tuple[Fill, ...]:
        return self.reading.fills


class Grammar:
    """The compiled phrases of one language.

    Attributes:
        phrases: By number of the phrase in the file.
        automaton: Its weights add up to the number of the phrase.
        slots: The kinds that its calls stand for.
        ambiguities: Sentences that two actions claim, found when compiling.
    """

    def __init__(
        self, phrases: Sequence[Phrase], automaton: Automaton, slots: Slots, ambiguities: Iterable[Ambiguity]
    ) -> None:
        self.phrases = tuple(phrases)
        self.automaton = automaton
        self.slots = slots
        self.ambiguities = tuple(ambiguities)

    @classmethod
    def compile(cls, actions: ActionsFile, language: str) -> Grammar:
        """Raises `PhraseError` where a phrase cannot be read, naming the action."""
        with collector_paused():  # looking for cycles, of which there are none, takes half of the time
            try:
                return _Compiler(actions, language).grammar()
            except RecursionError:
                raise PhraseError("a phrase of several hundred words, or without end", 0, "split it") from None

    def parse(self, text: str) -> Parse | None:
        """The best reading: most literal units, least open-ended text, fewest fillers, first in the file."""
        reading = Chart(self.automaton, self.slots.kinds, units(text)).best()
        return Parse(self.phrases[-reading.rank.order], reading) if reading else None

    def understood(self, text: str) -> str:
        """The beginning of `text` that fits some phrase."""
        chart = Chart(self.automaton, self.slots.kinds, units(text))
        chart.best()
        said = chart.understood()
        return text_of(text, 0, said) if said else ""

    @cached_property
    def walk(self) -> Walk:
        """The constraint: without phrases and slots' names, so smaller than `automaton`. Made when first asked for."""
        return Walk.of(self.automaton, self.slots.kinds)

    def start(self) -> Position:
        return self.walk.start()

    def follow(self, position: Position) -> dict[str, Position]:
        """The units that may come next, and where each leads; `walk.ANY` stands for all others."""
        return self.walk.follow(position)

    def final(self, position: Position) -> bool:
        """Whether a sentence may end here."""
        return self.walk.final(position)

    def count(self) -> int:
        """How many sentences there are, any open-ended text counted as one; one that can be read twice counts twice."""
        return self.walk.count()

    def sample(self, choose: Callable[[int], int]) -> str:
        """A sentence; `choose(n)` gives the number of the way to take, 0 to n - 1."""
        return spell(self.walk.sample(choose))


def text_of(text: str, start: int, end: int) -> str:
    """The words of `text` that its units `start` to `end` stand for, as they were written."""
    places = spans(text)[start:end]
    return unicodedata.normalize("NFC", text)[places[0][0] : places[-1][1]]


class _Compiler:
    def __init__(self, actions: ActionsFile, language: str) -> None:
        self._actions = actions
        self._language = language
        self._positions = Positions()
        self._slots = Slots(actions, language)
        self._phrases: list[Phrase] = []
        self._ambiguities: dict[tuple[str, str], Ambiguity] = {}
        grammar = language_grammar(language)
        self._before = self._filler(grammar.start)
        self._after = self._filler(grammar.end)
        rules = {**grammar.rules, **actions.rules.get("en" if language == "en" else "ko", {})}
        self._between = self._filler(grammar.between)
        article = self._filler(grammar.before_slot)
        self._templates = Templates(self._positions, rules, alternatives(grammar.same), self._between, article)

    def grammar(self) -> Grammar:
        end = self._maybe(self._after, END)
        starts = [start for name, action in self._actions.actions.items() for start in self._action(name, action, end)]
        root = self._maybe(self._before, tuple(starts))
        automaton = determinise(self._positions, [(position, 0) for position in root], self._clash)
        return Grammar(self._phrases, automaton, self._slots, self._ambiguities.values())

    def _action(self, name: str, action: Action, end: Follow) -> Follow:
        """Where the phrases of an action begin, each position with the number of its phrase as weight."""
        slot = partial(self._slots.call, action)
        starts: list[int] = []
        for number, text in enumerate(self._texts(action), 1):
            phrase = Phrase(name, self._language, number, text)
            try:
                start = self._templates.compile(parse_phrase(text), end, slot)
            except PhraseError as error:
                raise PhraseError(f"action {name}, {phrase}: {error.message}", error.column, error.hint) from None
            starts += self._numbered(start, len(self._phrases))
            self._phrases.append(phrase)
        return tuple(starts)

    def _texts(self, action: Action) -> list[str]:
        return action.phrases.get("en" if self._language == "en" else "ko", [])

    def _numbered(self, start: Follow, number: int) -> Follow:
        """The same positions with the phrase's number. No phrase begins with a particle, none is silent."""
        positions, unsaid = self._positions, (None, self._between, self._after)
        said = (p for p in start if positions.labels[p] not in unsaid)
        return union(*(positions.add(positions.labels[p], positions.follows[p], number) for p in said))

    def _filler(self, phrase: str) -> Call | None:
        if not phrase:
            return None
        return Call("", self._slots.add(filler_kind(phrase, self._language)))

    def _maybe(self, call: Call | None, follow: Follow) -> Follow:
        return self._positions.maybe(call, follow) if call else follow

    def _clash(self, winner: int, loser: int) -> None:
        first, second = self._phrases[winner], self._phrases[loser]
        if first.action != second.action:
            self._ambiguities.setdefault((first.action, second.action), Ambiguity(first, second))
