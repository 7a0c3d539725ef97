"""Keeps the key out of answers: a server, or a model that was told it, may say it."""

from __future__ import annotations

from typing import Final

from config.secrecy import MASK, SHORTEST

TELLS_NOTHING: Final = 3
"""Characters at the start of a key that may be shown ("sk-"): nearly every answer has its first one somewhere."""
MOST_AT_THE_END: Final = 8
"""Of a key that broke off, this many characters are still no key."""


class Redaction:
    """Takes an answer in pieces, and gives it back with a mask where the key was, also one cut between two pieces.

    It follows the text with the automaton of Knuth, Morris and Pratt (SIAM J. Comput. 6, 1977), so that no more is held
    back than what may yet become the key.
    """

    def __init__(self, key: str) -> None:
        self._key = key if len(key) >= SHORTEST else ""
        self._shorter = _borders(self._key)
        self._matched = 0
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        if not self._key:
            return piece
        return "".join(map(self._step, piece))

    def finish(self) -> str:
        """What was held back and did not become the key."""
        held, self._held = self._held, ""
        return MASK if held and self._matched > MOST_AT_THE_END else held

    def _step(self, character: str) -> str:
        matched = self._matched
        while matched and self._key[matched] != character:
            matched = self._shorter[matched - 1]
        self._matched = matched + (self._key[matched] == character)
        self._held += character
        if self._matched == len(self._key):
            self._matched, self._held = 0, ""
            return MASK
        shown = len(self._held) - max(0, self._matched - TELLS_NOTHING)
        text, self._held = self._held[:shown], self._held[shown:]
        return text


def _borders(key: str) -> list[int]:
    """For each prefix, the length of the longest shorter one that it ends with."""
    borders, length = [0] * len(key), 0
    for at in range(1, len(key)):
        while length and key[at] != key[length]:
            length = borders[length - 1]
        length += key[at] == key[length]
        borders[at] = length
    return borders
