"""The OLED as pictures in a folder, and several displays as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

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
    """`picture` (mode "1") as an OLED looks: light blue on black, in its bezel; mode "RGB"."""
    pixels = np.asarray(picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST))
    colours = np.where(pixels[..., None], np.array(LIT, np.uint8), np.array(DARK, np.uint8))
    edge = BEZEL * scale // SCALE
    seen = Image.new("RGB", (pixels.shape[1] + 2 * edge, pixels.shape[0] + 2 * edge), FRAME)
    seen.paste(Image.fromarray(colours), (edge, edge))
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
        try:
            as_seen(picture).save(self._folder / f"frame-{len(self._drawn):04}.png")
        except OSError as error:
            hint = "make room on the disk"
            raise RogerError("DSP-02", f"{self._folder} cannot be written to: {error.strerror}", hint) from error

    def close(self) -> None:
        if not self._drawn:
            return
        times = [at for at, _ in self._drawn] + [self._clock.now()]
        stays = [round(1000 * (later - at)) for at, later in pairwise(times)]
        first, *rest = (as_seen(picture).quantize(8) for _, picture in self._drawn)
        first.save(
            self._folder / "turn.gif",
            save_all=True,
            append_images=rest,
            duration=[min(LONGEST_MS, max(SHORTEST_MS, stay)) for stay in stays],
            loop=0,
        )


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
