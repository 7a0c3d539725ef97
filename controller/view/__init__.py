"""The one renderer: a scene and the time in, a picture out. Pure, and the same for OLED, terminal and files."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from config.screens import HEIGHT, WIDTH, ScreenName, ScreensFile
from controller.turn import Scene
from controller.view.drawing import Drawing
from controller.view.fields import Fields, news
from controller.view.texts import Texts, load_texts

__all__ = ["Texts", "load_texts", "next_change", "picture", "render", "words"]

SHORTEST_S: Final = 0.1
"""No picture is followed by another one sooner than this."""


def picture(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> tuple[Image.Image, float | None]:
    """The picture of `scene` at `at` seconds, mode "1", 128x64; and when that of the same scene will be another one,
    at least 0.1 s on, or None where it stands still.
    """
    drawing = _draw(scene, at, screens, texts)
    image = Image.frombytes("1", (WIDTH, HEIGHT), np.packbits(drawing.canvas, axis=1).tobytes())
    change = drawing.fields.change
    return image, None if change is None else max(change, at + SHORTEST_S)


def render(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> Image.Image:
    """The picture alone."""
    return picture(scene, at, screens, texts)[0]


def next_change(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> float | None:
    """The time alone."""
    return picture(scene, at, screens, texts)[1]


def words(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> list[str]:
    """The texts on the picture, whole also where they scroll, in the order in which they are drawn."""
    return _draw(scene, at, screens, texts).words


def _draw(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> Drawing:
    drawing = Drawing(Fields(scene, at, texts), screens)
    for element in screens.screens[_screen(scene, at, screens)]:
        drawing.add(element)
    return drawing


def _screen(scene: Scene, at: float, screens: ScreensFile) -> ScreenName:
    """The name of the screen that shows `scene`."""
    if scene.state == "idle":
        return _idle_screen(scene, at)
    name = scene.turn.outcome if scene.state == "displaying" else scene.state
    if name == "confirm" and any(timer.rung for timer in scene.timers):
        return "timer"  # its press stops the ringing and says yes to nothing
    return name if name in screens.screens else "idle"


def _idle_screen(scene: Scene, at: float) -> ScreenName:
    if any(timer.rung for timer in scene.timers):
        return "timer"
    told = news(scene, at)
    if told and told.problem:
        return "news"
    if scene.turn.id == 0 and scene.trouble:
        return "failed"
    if scene.turn.id == 0 and any(part.status == "loading" for part in scene.parts):
        return "starting"
    return "news" if told else "idle"
