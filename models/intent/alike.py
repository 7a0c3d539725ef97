"""Values of lists that were not said exactly: the one that words of the sentence sound most like, or none.

Better none than a wrong one. Every word has to begin with the value's sound and to be near it, the more so the shorter
it is; no other value, room or thing may be nearly as near; and words that mean something else in the user's own phrases
are never taken for a value. A word is let further away, "rose" for "roast", where the value's first word stands before
it: "light rose".
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from config.language_grammar import language_grammar
from config.schema import Action, ActionsFile, ListSlot
from controller.turn import Slot
from models.intent.kinds import words_of
from models.intent.likeness import is_near, may_be, same_sound
from models.intent.slots import Slots
from models.intent.sounds import distance, sounds
from models.intent.spacing import listed, particles
from models.intent.units import is_hangul, pieces, spans, units

LEAD: Final = 0.08
"""By so much has every other value to be further away."""
MOST_WORDS: Final = 100
"""That are read; more is no command."""

_Words: TypeAlias = tuple[str, ...]


class Taken(NamedTuple):
    """A value that was not said exactly.

    Attributes:
        slot: With the words that were really said.
        cost: How unlike the value they sound; see `models.intent.sounds.distance`.
        start: Where they stand in the composed text.
        words: The value's own words.
        said: The words that differ from the value's.
        meant: What the value has in their place.
    """

    slot: Slot
    cost: float
    start: int
    words: str
    said: str
    meant: str

    def __str__(self) -> str:
        return f"'{self.said}' taken for '{self.meant}'"


class Word(NamedTuple):
    """A word of a sentence, as `units` spells it, and where it stands in the composed text."""

    text: str
    start: int
    end: int


class _Match(NamedTuple):
    cost: float
    start: int
    end: int
    value: str
    said: _Words
    meant: _Words

    def length(self) -> tuple[int, float]:
        """More of the sentence is better, "cofee masheen" than "cofee", and then what sounds more alike."""
        return self.end - self.start, -self.cost


class Alike:
    """Finds the values of list slots by their sound, in one language.

    Args:
        phrases: Sentences of the user's actions. Their words say something themselves, and are taken for no value.
        others: Sentences of other talk. Their words need a word of the value beside them to be taken for one.
    """

    def __init__(self, actions: ActionsFile, language: str, phrases: Iterable[str], others: Iterable[str]) -> None:
        grammar = language_grammar(language)
        around = (grammar.start, grammar.end, grammar.between, grammar.before_slot, *grammar.rules.values())
        things = [tuple(split(thing)) for thing in (*listed(actions), *grammar.elsewhere)]
        self._slots = Slots(actions, language)
        self._language = language
        self._things = frozenset(thing for thing in things if thing)
        self._taken = _all_words((*phrases, *around)).union(*self._things)
        self._ordinary = _all_words(others)
        self._particles = particles(language)

    def all(self, action: Action, names: Iterable[str], text: str) -> list[Taken]:
        """The slots of `names` that `text` says nearly."""
        return [taken for name in names if (taken := self.nearest(action, name, text))]

    def nearest(self, action: Action, name: str, text: str) -> Taken | None:
        """The value of the slot `name` that `text` says nearly; None where no value or more than one is near.

        None also for slots that are no lists: a number that is nearly said is another number.
        """
        settings = self._slots.settings(action, name)
        if not isinstance(settings, ListSlot):
            return None
        values = [(value, tuple(split(word))) for value, word in words_of(settings, self._language)]
        matches = list(self._matches(_by_sound(values), words(text)[:MOST_WORDS]))
        first = min(matches, default=None)
        if first is None or self._has_rival(first, matches, values):
            return None
        best = max((one for one in matches if one.value == first.value), key=_Match.length)
        said, meant = (" ".join(parts) for parts in zip(*_different(best.said, best.meant), strict=True))
        heard = unicodedata.normalize("NFC", text)[best.start : best.end]
        return Taken(Slot(name, best.value, heard), best.cost, best.start, " ".join(best.meant), said, meant)

    def _matches(self, values: _BySound, said: Sequence[Word]) -> Iterator[_Match]:
        longest = 1 + max((count for count, _ in values), default=0)
        for at in range(len(said)):
            for end in range(at + 1, min(at + longest, len(said)) + 1):
                for window in self._endings(said[at:end]):
                    yield from self._near(values, window)

    def _endings(self, window: Sequence[Word]) -> Iterator[Sequence[Word]]:
        """The words as they are, and without a particle at the end."""
        yield window
        *before, (text, start, end) = window
        for at in range(1, len(text) if is_hangul(text[0]) else 0):
            if text[at:] in self._particles:
                yield [*before, Word(text[:at], start, end - len(text) + at)]

    def _near(self, values: _BySound, window: Sequence[Word]) -> Iterator[_Match]:
        said = tuple(word.text for word in window)
        first = sounds(said[0])[:1]
        for count in (len(said) - 1, len(said), len(said) + 1):
            for value, meant in values.get((count, first), ()):
                cost = self._cost(said, meant)
                if cost is not None:
                    yield _Match(cost, window[0].start, window[-1].end, value, said, meant)

    def _cost(self, said: _Words, meant: _Words) -> float | None:
        """How unlike they sound; None where they are not near, or nothing differs."""
        pairs = _different(said, meant)
        is_one_to_one = len(said) == len(meant)
        words = {word for word, _ in pairs} if is_one_to_one else set(said)
        if not pairs or words & self._taken or (len(words) == len(said) and words & self._ordinary):
            return None
        is_beside = is_one_to_one and len(said) > 1 and same_sound(said[0], meant[0])
        if not all(is_near(word, other, is_beside) for word, other in pairs):
            return None
        return distance("".join(said), "".join(meant))

    def _has_rival(self, best: _Match, matches: Iterable[_Match], values: Iterable[tuple[str, _Words]]) -> bool:
        """Whether another value, or a room or thing that is none of this list, is nearly as near."""
        if any(one.value != best.value and one.cost < best.cost + LEAD for one in matches):
            return True
        own = {meant for value, meant in values if value == best.value}
        heard = "".join(best.said)
        others = ("".join(other) for other in self._things - own)
        return any(distance(heard, other) < best.cost + LEAD for other in others if may_be(heard, other))


_BySound: TypeAlias = dict[tuple[int, str], list[tuple[str, _Words]]]
"""Values with their words, by how many words they have and the first one's first sound."""


def corrected(text: str, taken: Iterable[Taken]) -> str:
    """`text`, composed, with the values' own words; of two that overlap the later one."""
    composed = unicodedata.normalize("NFC", text)
    before = len(composed)
    for one in sorted(taken, key=lambda one: -one.start):
        end = one.start + len(one.slot.text)
        if end <= before:
            composed, before = composed[: one.start] + one.words + composed[end:], one.start
    return composed


def words(text: str) -> list[Word]:
    """The words of `text`: Hangul without a space between is one."""
    found: list[Word] = []
    for unit, (start, end) in zip(units(text), spans(text), strict=True):
        last = found[-1] if found else None
        if last and last.end == start and is_hangul(unit[0]) and is_hangul(last.text[-1]):
            found[-1] = Word(last.text + unit, last.start, end)
        else:
            found.append(Word(unit, start, end))
    return found


def split(text: str) -> list[str]:
    """What the words of `text` are."""
    return [word.text for word in words(text)]


def _all_words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for piece in pieces(texts) for word in split(piece))


def _by_sound(values: Iterable[tuple[str, _Words]]) -> _BySound:
    found: _BySound = defaultdict(list)
    for value, meant in values:
        if meant:
            found[len(meant), sounds(meant[0])[:1]].append((value, meant))
    return found


def _different(said: _Words, meant: _Words) -> list[tuple[str, str]]:
    """Each word with what is meant by it, where the two differ; both as a whole where they have not as many words."""
    if len(said) != len(meant):
        return [("".join(said), "".join(meant))]
    return [pair for pair in zip(said, meant, strict=True) if pair[0] != pair[1]]
