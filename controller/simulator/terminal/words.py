"""The line in which is typed what is said."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import Input


class Words(Input):
    """What was said before comes back with the arrow keys. In an empty line the space bar is the button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "say it"),
        Binding("up", "recall(-1)", "what was said before"),
        Binding("down", "recall(1)", show=False),
    ]

    class Stroke(Message):
        """The space bar was struck."""

    def __init__(self, placeholder: str, disabled: bool = False) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False, disabled=disabled)
        self._said: list[str] = []
        self._at = 0

    def take(self) -> str:
        """The words, which are remembered; the line is then empty."""
        words = self.value.strip()
        if words and words not in self._said[-1:]:
            self._said.append(words)
        self._at = len(self._said)
        self.value = ""
        return words

    def action_recall(self, way: int) -> None:
        self._at = min(len(self._said), max(0, self._at + way))
        self.value = (*self._said, "")[self._at]
        self.cursor_position = len(self.value)

    async def _on_key(self, event: Key) -> None:
        if event.key == "space" and not self.value:
            event.stop()
            event.prevent_default()  # neither this class nor Input types it
            self.post_message(self.Stroke())
