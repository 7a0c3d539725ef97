"""Sentences that Roger understands, drawn at random from the compiled phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias, TypeVar

from models.intent.automaton import Automaton
from models.intent.counting import Count, counts, ways_of
from models.intent.grammar import Grammar
from models.intent.kinds import Kind
from models.intent.positions import Call
from models.intent.spacing import Spacing
from models.intent.units import is_hangul

T = TypeVar("T")

Choose: TypeAlias = Callable[[int], int]
"""`choose(n)` gives the number of the way to take, 0 to n - 1."""

FILLER_IN: Final = 8
"""A filler or particle is said in one of so many places where it may be."""
ANYTHING: Final = {
    "en": ("milk and bread", "blue sky", "the red car", "coffee", "rainy days", "birthday cake"),
    "ko": ("우유", "파란 하늘", "빨간 자동차", "커피", "비 오는 날", "생일 케이크"),
}
"""What is said for open-ended text."""


class Way(NamedTuple):
    """An arc: what is said, the state it leads to, and the weight that is left then."""

    label: str | Call
    state: int
    left: int


class Ways(NamedTuple):
    """The ways on from a place: words and slots, and fillers and particles."""

    said: list[Way]
    fillers: list[Way]


_NOWHERE: Final = Ways([], [])


@dataclass(frozen=True)
class Speaker:
    """Says the phrases of one language, as the rules stage reads them."""

    grammar: Grammar
    spacing: Spacing
    language: str
    _led: dict[int, dict[int, Ways]] = field(default_factory=dict)
    _apart: dict[int, frozenset[str | Call]] = field(default_factory=dict)
    _grouped: dict[tuple[int, int], list[list[Way]]] = field(default_factory=dict)

    @cached_property
    def counts(self) -> list[Count]:
        """How many sentences each phrase of `grammar` has."""
        return counts(self.grammar, self._sentences)

    @cached_property
    def phrases(self) -> dict[str, list[int]]:
        """The numbers of each action's phrases; without those to which earlier ones leave nothing."""
        numbers: dict[str, list[int]] = {}
        for number, phrase in enumerate(self.grammar.phrases):
            if self.counts[number].plain:
                numbers.setdefault(phrase.action, []).append(number)
        return numbers

    def say(self, number: int, choose: Choose, polite: bool = True) -> str:
        """A sentence of phrase `number`. At every state each way on that leads there is as likely as the others.

        Args:
            polite: With fillers and particles, here and there.
        """
        automaton, text, spaced = self.grammar.automaton, "", False
        state, left = automaton.start, number - automaton.offset
        while way := self._chosen(state, left, choose, polite):
            text = self._longer(text, way.label, spaced or way.label in self._after_filler(state), choose)
            state, left, spaced = way.state, way.left, self._is_filler(way.label)
        return text

    @cached_property
    def _sentences(self) -> Sequence[dict[int, Count]]:
        return ways_of(self.grammar.automaton, self._kinds)

    @property
    def _kinds(self) -> list[Kind]:
        return self.grammar.slots.kinds

    def _chosen(self, state: int, left: int, choose: Choose, polite: bool) -> Way | None:
        """The next way; None to end here."""
        said, fillers = self._leading(state).get(left, _NOWHERE)
        if polite and fillers and choose(FILLER_IN) == 0:
            groups = [[way] for way in fillers]
        else:
            groups = [said] if len(said) == 1 else _grouped(said)
            if self.grammar.automaton.finals[state] == left:
                groups = [*groups, []]
        group = _one_of(groups, choose)
        return _one_of(group, choose) if group else None

    def _leading(self, state: int) -> dict[int, Ways]:
        """The ways on from a state, by the weight that has to be left there."""
        if state not in self._led:
            led = self._led[state] = dict[int, Ways]()
            for label, target, weight in _arcs(self.grammar.automaton, state):
                is_filler = self._is_filler(label)
                for rest, count in self._sentences[target].items():
                    if count.plain:
                        led.setdefault(rest + weight, Ways([], []))[is_filler].append(Way(label, target, rest))
        return self._led[state]

    def _is_filler(self, label: str | Call) -> bool:
        return isinstance(label, Call) and not self._kinds[label.kind].slot

    def _after_filler(self, state: int) -> frozenset[str | Call]:
        """What may follow a filler or particle at a state; without one, a space stands there."""
        if state not in self._apart:
            automaton = self.grammar.automaton
            targets = [target for call, target, _ in automaton.calls[state] if self._is_filler(call)]
            self._apart[state] = frozenset(label for target in targets for label, *_ in _arcs(automaton, target))
        return self._apart[state]

    def _longer(self, text: str, label: str | Call, spaced: bool, choose: Choose) -> str:
        """`text` with what is said for `label`."""
        word, clings = self._word(label, choose)
        if clings and text:
            return text + self.spacing.fitting(word, text[-1])
        is_joined = is_hangul(word[0]) and is_hangul(text[-1:]) and not (spaced or self._is_filler(label))
        is_sign = word == "%" and text[-1:].isdecimal()
        return text + word if not text or is_joined or is_sign else f"{text} {word}"

    def _word(self, label: str | Call, choose: Choose) -> tuple[str, bool]:
        """What is said for `label`, and whether it clings to the word before it."""
        if isinstance(label, str):
            return label, False
        automaton = self._kinds[label.kind].automaton
        if automaton is None:
            return _one_of(ANYTHING[self.language], choose), False
        said = tuple(self._walked(label.kind, automaton, choose))
        if self._is_filler(label):
            return self.spacing.filler(said), self.spacing.clings(said)
        return self.spacing.value(said), False

    def _walked(self, kind: int, automaton: Automaton, choose: Choose) -> Iterator[str]:
        """The units of one sentence of a slot or filler."""
        state = automaton.start
        while group := _one_of(self._inside(kind, automaton, state), choose):
            label, state, _ = _one_of(group, choose)
            assert isinstance(label, str)  # a slot calls no other
            yield label

    def _inside(self, kind: int, automaton: Automaton, state: int) -> list[list[Way]]:
        """The ways on in a slot or filler; an empty group is its end."""
        key = (kind, state)
        if key not in self._grouped:
            ends: list[list[Way]] = [] if automaton.finals[state] is None else [[]]
            self._grouped[key] = _grouped(Way(*arc) for arc in _arcs(automaton, state)) + ends
        return self._grouped[key]


def _one_of(choices: Sequence[T], choose: Choose) -> T:
    return choices[choose(len(choices))]


def _arcs(automaton: Automaton, state: int) -> Iterator[tuple[str | Call, int, int]]:
    yield from ((unit, target, weight) for unit, (target, weight) in automaton.units[state].items())
    yield from automaton.calls[state]


def _grouped(ways: Iterable[Way]) -> list[list[Way]]:
    """Each way by itself, but numbers in digits together, or hardly anybody would say "half"."""
    groups: list[list[Way]] = []
    digits: list[Way] = []
    for way in ways:
        if isinstance(way.label, str) and way.label[0].isdecimal():
            digits.append(way)
        else:
            groups.append([way])
    return [*groups, digits] if digits else groups


def in_turn() -> Choose:
    """Every way is taken about as often as the others (Knuth's linear congruential generator of MMIX)."""
    state = 1

    def choose(ways: int) -> int:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % ways

    return choose
