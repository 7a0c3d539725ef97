"""The one renderer: a scene and the time in, a picture out. Pure, and the same for OLED, terminal and files."""

from __future__ import annotations

from typing import cast

import numpy as np
from PIL import Image

from config.screens import HEIGHT, WIDTH, ScreenName, ScreensFile
from controller.turn import Scene
from controller.view.drawing import Drawing
from controller.view.fields import Fields
from controller.view.texts import Texts, load_texts

__all__ = ["Texts", "load_texts", "next_change", "render"]


def render(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> Image.Image:
    """The picture of `scene` at `at` seconds: mode "1", 128x64."""
    canvas = _draw(scene, at, screens, texts).canvas
    return Image.frombytes("1", (WIDTH, HEIGHT), np.packbits(canvas, axis=1).tobytes())


def next_change(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> float | None:
    """When the picture of the same scene will next be another one; None where it stands still."""
    return _draw(scene, at, screens, texts).fields.change


def _draw(scene: Scene, at: float, screens: ScreensFile, texts: Texts) -> Drawing:
    drawing = Drawing(Fields(scene, at, texts), screens.icons, scene.since, at)
    for element in screens.screens[_screen(scene)]:
        drawing.add(element)
    return drawing


def _screen(scene: Scene) -> ScreenName:
    """The name of the screen that shows `scene`."""
    name = scene.turn.outcome if scene.state == "displaying" else scene.state
    if scene.state == "idle" and any(timer.rung for timer in scene.timers):
        return "timer"
    if scene.state == "idle" and scene.turn.id == 0 and any(part.status == "loading" for part in scene.parts):
        return "starting"
    return cast(ScreenName, name)
