"""Keeps a model's thoughts off the screen: some local servers send them in front of the answer, in <think> tags."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class AnswerOnly:
    """Takes the pieces of an answer as they come and gives back what may be shown of them.

    Only thoughts at the very start are hidden, with the blanks around them: later the tag is part of the answer.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._begun = False

    def feed(self, piece: str) -> str:
        """What can be shown now; empty while it is not known or while the model thinks."""
        if self._begun:
            return piece
        self._held += piece
        if not self._thinking:
            self._held = self._held.lstrip()
            if not self._held.startswith(_OPEN):
                return self._begin() if not _OPEN.startswith(self._held) else ""
            self._thinking = True
        _, end, answer = self._held.partition(_CLOSE)
        if not end:
            self._held = _OPEN + self._held[len(_OPEN) :][-len(_CLOSE) :]
            return ""
        self._held, self._thinking = answer, False
        return self.feed("")

    def finish(self) -> str:
        """What was held back and turned out to be answer, once no more comes."""
        return "" if self._thinking else self._begin()

    def _begin(self) -> str:
        shown, self._held = self._held, ""
        self._begun = self._begun or bool(shown)
        return shown
