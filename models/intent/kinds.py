"""The kinds of slots: each is one automaton that all phrases share, and a way from its weight to a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.language_grammar import language_grammar
from config.phrases import parse_rule
from config.schema import DurationSlot, IntegerSlot, ListSlot, PercentSlot, SlotKind, TextSlot
from models.intent.automaton import Automaton, determinise
from models.intent.durations import spoken_duration
from models.intent.numbers import digits, spoken
from models.intent.positions import END, Call, Follow, Positions, union
from models.intent.templates import Templates, alternatives
from models.intent.units import units


@dataclass(frozen=True)
class Kind:
    """What can be said for a slot, or as a filler.

    Attributes:
        automaton: Its sentences, none of them empty; None for open-ended text.
        names: Of a list, the values by weight; elsewhere empty, and the weight is the value.
        slot: Whether a value comes of it; fillers and particles have none.
    """

    automaton: Automaton | None
    names: tuple[str, ...] = ()
    slot: bool = True

    def matches(self, sentence: Sequence[str], at: int) -> Iterator[tuple[int, str | int]]:
        """Every (end, value) that `sentence` can be read as from `at`; open-ended text has its words as value."""
        if self.automaton is None:
            yield from ((end, "") for end in range(at + 1, len(sentence) + 1))
            return
        state, weight, rows = self.automaton.start, self.automaton.offset, self.automaton.units
        for end in range(at, len(sentence)):
            arc = rows[state].get(sentence[end])
            if arc is None:
                return
            state, weight = arc[0], weight + arc[1]
            final = self.automaton.finals[state]
            if final is not None:
                yield end + 1, self._value(weight + final)

    def value(self, sentence: Sequence[str]) -> str | int | None:
        """What the whole of `sentence` means; None where it means nothing."""
        return next((value for end, value in self.matches(sentence, 0) if end == len(sentence)), None)

    def _value(self, weight: int) -> str | int:
        return self.names[weight] if self.names else weight


TEXT = Kind(None)


def slot_kind(settings: SlotKind, language: str) -> Kind:
    """The kind of a slot as it is spoken in "en" or "ko"."""
    if isinstance(settings, TextSlot):
        return TEXT
    if isinstance(settings, ListSlot):
        return _list(settings, language)
    positions = Positions()
    if isinstance(settings, IntegerSlot):
        start = _integer(positions, settings, language)
    elif isinstance(settings, PercentSlot):
        start = _percent(positions, language)
    else:
        assert isinstance(settings, DurationSlot)
        start = spoken_duration(language)(positions, END)
    return Kind(determinise(positions, [(position, 0) for position in start]))


def filler_kind(phrase: str, language: str) -> Kind:
    """What a phrase without slots says, as something that may be left out."""
    grammar = language_grammar(language)
    positions = Positions()
    templates = Templates(positions, grammar.rules, alternatives(grammar.same))
    start = templates.compile(parse_rule(phrase), END, _no_slot)
    return Kind(determinise(positions, [(position, 0) for position in start if position not in END]), slot=False)


def _no_slot(name: str) -> tuple[Call, bool]:
    raise AssertionError(f"a filler with the slot {name}")


def _list(settings: ListSlot, language: str) -> Kind:
    """Of two values with one word the first wins."""
    same = alternatives(language_grammar(language).same)
    positions = Positions()
    templates = Templates(positions, {}, same)
    names = tuple(settings.values)
    numbers = {name: number for number, name in enumerate(names)}
    start: dict[int, int] = {}
    for name, word in words_of(settings, language):
        for position in templates.text(word.strip(), END) if units(word) else ():
            start.setdefault(position, numbers[name])
    return Kind(determinise(positions, start.items()), names)


def words_of(settings: ListSlot, language: str) -> Iterator[tuple[str, str]]:
    """Each value with each of its words; one without words in this language has those of the others."""
    for name, words in settings.values.items():
        own = words.get("en" if language == "en" else "ko") or [word for others in words.values() for word in others]
        yield from ((name, word) for word in own)


def _integer(positions: Positions, settings: IntegerSlot, language: str) -> Follow:
    counters = language_grammar(language).counters
    follow = END
    if counters:
        templates = Templates(positions, {}, {})
        follow = union(END, templates.compile(parse_rule(counters), END, _no_slot))
    return spoken(language)(positions, settings.min, settings.max, follow, 1)


_PERCENT_NOUNS = {"en": ("percent", "per cent", "%"), "ko": ("퍼센트", "프로", "퍼센트지", "%")}
_PERCENT_WORDS = {
    "en": {"half": 50, "a half": 50, "halfway": 50, "half way": 50, "a quarter": 25, "three quarters": 75}
    | dict.fromkeys(("full", "maximum", "max", "the maximum", "full brightness", "full volume"), 100)
    | dict.fromkeys(("minimum", "the minimum"), 1),
    "ko": dict.fromkeys(("절반", "반"), 50)
    | dict.fromkeys(("최대", "최대한", "최고", "끝까지"), 100)
    | dict.fromkeys(("최소", "최소한", "최저"), 1),
}


def _percent(positions: Positions, language: str) -> Follow:
    nouns = union(*(positions.say(units(noun), END) for noun in _PERCENT_NOUNS[language]))
    bare = union(END, nouns)
    small = nouns if language == "ko" else bare  # 이 and 일 are particles and words before they are numbers
    words = (positions.say(units(word), END, value) for word, value in _PERCENT_WORDS[language].items())
    return union(
        spoken(language)(positions, 0, 9, small, 1),
        spoken(language)(positions, 10, 100, bare, 1),
        digits(positions, 0, 9, bare),
        *words,
    )
