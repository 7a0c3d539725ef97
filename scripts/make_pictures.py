"""Make the pictures of README and docs with Roger's own renderer: python scripts/make_pictures.py [--out DIR]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from config.loader import DEFAULT_FOLDER, load
from controller.adapters.display_files import LIT, as_seen
from controller.view import load_texts, render
from controller.view.font import font
from tests.render.scenes import SCENES

SCREENS = load(DEFAULT_FOLDER).screens
PAPER = (16, 18, 24)
GAP = 18
CAPTION_SCALE = 2
TURN = ("idle", "recording", "transcribing", "done")


def screen(language: str, name: str, scale: int) -> Image.Image:
    scene, at = SCENES[language][name]
    return as_seen(render(scene, at, SCREENS, load_texts(language)), scale)


def caption(text: str, width: int) -> Image.Image:
    """`text` in Roger's own letters, centred."""
    face = font("small")
    canvas = np.zeros((face.line_height + 2, width // CAPTION_SCALE), np.bool_)
    face.draw(canvas, (canvas.shape[1] - face.width(text)) // 2, 0, text)
    pixels = canvas.repeat(CAPTION_SCALE, axis=0).repeat(CAPTION_SCALE, axis=1)
    return Image.fromarray(np.where(pixels[..., None], np.array(LIT, np.uint8), np.array(PAPER, np.uint8)))


def sheet(language: str, names: Sequence[str], columns: int, scale: int) -> Image.Image:
    """Screens side by side, each with its name."""
    tiles = [(screen(language, name, scale), name.replace("_", " ")) for name in names]
    width, height = tiles[0][0].size
    labels = [caption(text, width) for _, text in tiles]
    step = height + labels[0].height + GAP
    rows = -(-len(tiles) // columns)
    paper = Image.new("RGB", (columns * (width + GAP) + GAP, rows * step + GAP), PAPER)
    for index, (picture, _) in enumerate(tiles):
        left, top = GAP + index % columns * (width + GAP), GAP + index // columns * step
        paper.paste(picture, (left, top))
        paper.paste(labels[index], (left, top + height + 6))
    return paper


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    screen("en", "recording", 5).save(out / "oled.png")
    sheet("en", TURN, 4, 2).save(out / "turn.png")
    sheet("ko", TURN, 4, 2).save(out / "turn-ko.png")
    sheet("en", tuple(SCENES["en"]), 4, 2).save(out / "screens.png")


if __name__ == "__main__":
    main()
