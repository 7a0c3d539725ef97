"""Make the pictures of README and docs with Roger's own renderer: python scripts/make_pictures.py [--out DIR]"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from config.loader import DEFAULT_FOLDER, load
from config.screens import ScreensFile
from controller.adapters.display_files import as_seen
from controller.doctor import cards
from controller.doctor.examination import Examined
from controller.doctor.finding import ok, warning
from controller.doctor.pattern import pattern
from controller.view import load_texts, render
from controller.view.font import font
from tests.render.scenes import SCENES
from tests.render.troubles import TROUBLES, card

PICTURES = ROOT / "docs" / "pictures"
SCREENS_PAGE = ROOT / "docs" / "screens.md"
PAPER = (16, 18, 24)
INK = (128, 138, 154)
"""Of captions: dimmer than a lit pixel, so that the screens stand out."""
GAP = 18
CAPTION_GAP = 6
CAPTION_SCALE = 2
FIRST_START = ("starting", "news_joining", "news_address", "idle")
FAULTS = ("news_setting", "news_wrong_password", "news_no_such_network", "idle_no_network")
TURN = ("idle", "recording", "acting", "done")


def screen(language: str, name: str, scale: int, screens: ScreensFile | None = None) -> Image.Image:
    """One scene as on the OLED, each pixel `scale` wide; with the screens that come with Roger by default."""
    scene, at = SCENES[language][name]
    return as_seen(render(scene, at, screens or load(DEFAULT_FOLDER).screens, load_texts(language)), scale)


def example() -> ScreensFile:
    """The screens that come with Roger, with the changes of the example in docs/screens.md."""
    block = re.search(r"```yaml\n(screens:.*?)```", SCREENS_PAGE.read_text(encoding="utf-8"), re.DOTALL)
    if block is None:
        raise SystemExit(f"{SCREENS_PAGE} has no example that begins with screens:")
    shipped, changes = load(DEFAULT_FOLDER).screens.model_dump(), yaml.safe_load(block[1])
    return ScreensFile.model_validate({key: shipped[key] | changes[key] for key in ("icons", "screens")})


def caption(text: str, width: int) -> Image.Image:
    """`text` in Roger's own letters, in the middle of `width` pixels."""
    face = font("small")
    canvas = np.zeros((face.line_height + 2, width // CAPTION_SCALE), np.bool_)
    face.draw(canvas, (canvas.shape[1] - face.width(text)) // 2, 0, text)
    pixels = canvas.repeat(CAPTION_SCALE, axis=0).repeat(CAPTION_SCALE, axis=1)
    return Image.fromarray(np.where(pixels[..., None], np.array(INK, np.uint8), np.array(PAPER, np.uint8)))


def tile(language: str, name: str, scale: int) -> Image.Image:
    """A scene with its name under it."""
    seen = screen(language, name, scale)
    label = caption(name.replace("_", " "), seen.width)
    paper = Image.new("RGB", (seen.width, seen.height + CAPTION_GAP + label.height), PAPER)
    paper.paste(seen)
    paper.paste(label, (0, seen.height + CAPTION_GAP))
    return paper


def sheet(language: str, names: Sequence[str], columns: int, scale: int) -> Image.Image:
    """Scenes with their names, row by row."""
    return mosaic([tile(language, name, scale) for name in names], columns)


def mosaic(tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size, row by row."""
    across, down = tiles[0].width + GAP, tiles[0].height + GAP
    rows = -(-len(tiles) // columns)
    paper = Image.new("RGB", (columns * across + GAP, rows * down + GAP), PAPER)
    for index, picture in enumerate(tiles):
        row, column = divmod(index, columns)
        paper.paste(picture, (GAP + column * across, GAP + row * down))
    return paper


def pictures() -> Iterator[tuple[str, Image.Image]]:
    """All of them, by file name; none is wider than a page on GitHub, which would blur the pixels."""
    yield "oled.png", screen("en", "recording", 5)
    yield "turn.png", sheet("en", TURN, columns=2, scale=3)
    yield "turn-ko.png", sheet("ko", TURN, columns=2, scale=3)
    for language, end in (("en", ""), ("ko", "-ko")):
        yield f"first-start{end}.png", sheet(language, FIRST_START, columns=2, scale=3)
        yield f"first-start-faults{end}.png", sheet(language, FAULTS, columns=2, scale=3)
    yield "confirm.png", screen("en", "confirm", 3)
    yield "looking.png", screen("en", "querying_picture", 5)
    yield "own-icon.png", screen("en", "idle", 3, example())
    yield "screens.png", sheet("en", tuple(SCENES["en"]), columns=3, scale=2)
    yield "screens-ko.png", sheet("ko", tuple(SCENES["ko"]), columns=3, scale=2)
    yield from doctors()
    yield from troubles()


def doctors() -> Iterator[tuple[str, Image.Image]]:
    """What `roger doctor` shows on the display."""
    config = load(DEFAULT_FOLDER)
    slow = warning(
        "MIC-04", "it clips: 0.5% of the samples are at full scale", "turn its capture volume down: alsamixer"
    )
    for name, finding in (("well", ok("all is")), ("card", slow)):
        scene = cards.scenes(config, [Examined("microphone", (finding,), 0.0)])[0]
        yield f"doctor-{name}.png", as_seen(render(scene, 1.0, config.screens, load_texts("en")), 3)
    yield "doctor-pattern.png", as_seen(pattern(), 5)


def troubles() -> Iterator[tuple[str, Image.Image]]:
    """What is seen of each fault in docs/troubleshooting.md, and four of them in Korean."""
    screens = load(DEFAULT_FOLDER).screens
    for problem in TROUBLES:
        shown = render(card(problem), 0.0, screens, load_texts("en"))
        yield f"card-{problem.code.lower()}.png", as_seen(shown, 2)
    korean = [problem for problem in TROUBLES if problem.code in ("MIC-01", "MIC-02", "SYS-03", "SYS-06")]
    shown_ko = [as_seen(render(card(problem), 0.0, screens, load_texts("ko")), 2) for problem in korean]
    yield "cards-ko.png", mosaic(shown_ko, columns=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder (default: docs/pictures)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures():
        picture.save(out / name, optimize=True)


if __name__ == "__main__":
    main()
