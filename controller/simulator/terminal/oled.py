"""The OLED in its bezel, and the same in words where there is no room for it."""

from __future__ import annotations

from PIL import Image
from rich.text import Text
from textual.widget import Widget

from controller.adapters.display_terminal import braille
from controller.simulator.terminal.faults import active
from controller.simulator.terminal.seen import Seen

DARK = Text("\n".join([" " * 64] * 16))


class Oled(Widget):
    """128x64 pixels in 64x16 cells. What is wrong stands in the lower edge of the bezel."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.border_title = title
        self._picture: Image.Image | None = None
        self._text = DARK
        self._faults = ""

    def show(self, picture: Image.Image | None, seen: Seen) -> None:
        """Draw the picture, or nothing while there is no display."""
        faults = " · ".join(active(seen))
        if faults != self._faults:
            self.border_subtitle = self._faults = faults
        picture = None if "display" in seen.missing else picture
        if picture is not self._picture:
            self._picture = picture
            self._text = DARK if picture is None else Text(braille(picture), no_wrap=True, overflow="crop")
            self.refresh()

    def render(self) -> Text:
        return self._text


class Spoken(Widget):
    """The words on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""

    def show(self, words: str) -> None:
        """These are on it now."""
        if words != self._words:
            self._words = words
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text(self._words, "#aadcff")
