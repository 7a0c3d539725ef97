"""The OLED as pictures in a folder, and several displays as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from controller.errors import RogerError
from controller.ports import Clock, Display

SCALE: Final = 4
BEZEL: Final = 12
LIT: Final = (170, 220, 255)
DARK: Final = (6, 8, 14)
FRAME: Final = (28, 30, 36)
SHORTEST_MS: Final = 20
LONGEST_MS: Final = 3_000
"""No picture of the GIF stays longer, so that waiting is not shown in full."""


def as_seen(picture: Image.Image, scale: int = SCALE) -> Image.Image:
    """`picture` (mode "1") as an OLED looks: light blue on black, in its bezel; mode "P"."""
    edge = BEZEL * scale // SCALE
    pixels = np.asarray(picture, np.uint8).repeat(scale, axis=0).repeat(scale, axis=1)
    seen = Image.fromarray(np.pad(pixels, edge, constant_values=2))
    seen.putpalette([*DARK, *LIT, *FRAME])
    return seen


class FileDisplay:
    """Saves each new picture as frame-0001.png and so on, and all of them as turn.gif when it is closed.

    Args:
        folder: Is made if need be; frames of an earlier run in it are removed.
        clock: Tells how long each picture stayed.

    Raises:
        RogerError: DSP-01 where the folder cannot be written to, DSP-02 when a picture cannot be.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._drawn: list[tuple[float, Image.Image]] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in (*folder.glob("frame-*.png"), *folder.glob("turn.gif")):
                old.unlink()
        except OSError as error:
            raise RogerError("DSP-01", f"{folder} cannot be written to: {error.strerror}", "name another") from error

    def draw(self, picture: Image.Image) -> None:
        """Save `picture`, if it is not the one before."""
        if self._drawn and self._drawn[-1][1].tobytes() == picture.tobytes():
            return
        self._drawn.append((self._clock.now(), picture.copy()))
        self._save(f"frame-{len(self._drawn):04}.png", [picture])

    def close(self) -> None:
        """Save turn.gif, if there was anything to see."""
        if not self._drawn:
            return
        times = [at for at, _ in self._drawn] + [self._clock.now()]
        stays = [round(1000 * (later - at)) for at, later in pairwise(times)]
        durations = [min(LONGEST_MS, max(SHORTEST_MS, stay)) for stay in stays]
        pictures = [picture for _, picture in self._drawn]
        self._save("turn.gif", pictures, save_all=True, duration=durations, loop=0)

    def _save(self, name: str, pictures: Sequence[Image.Image], **options: Any) -> None:
        """One file of one or more pictures, enlarged one by one: a hundred times more room each than what is kept."""
        first, *rest = pictures
        try:
            as_seen(first).save(self._folder / name, append_images=map(as_seen, rest), **options)
        except OSError as error:
            what = f"{self._folder / name} cannot be written: {error.strerror or error}"
            raise RogerError("DSP-02", what, "make room on the disk, or name another folder") from error


class FanOutDisplay:
    """Draws on all of several displays; on none, if there is none. One that fails does not keep the others from it."""

    def __init__(self, displays: Sequence[Display]) -> None:
        self._displays = displays

    def draw(self, picture: Image.Image) -> None:
        """Raises the first `RogerError` of a display, after all have had the picture."""
        self._on_each(lambda display: display.draw(picture))

    def close(self) -> None:
        self._on_each(lambda display: display.close())

    def _on_each(self, do: Callable[[Display], None]) -> None:
        errors = []
        for display in self._displays:
            try:
                do(display)
            except RogerError as error:
                errors.append(error)
        if errors:
            raise errors[0]
