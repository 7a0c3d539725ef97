"""Draw the golden pictures again: python tests/render/refresh.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from config.loader import DEFAULT_FOLDER, load
from controller.view import load_texts, render
from tests.render.scenes import SCENES

GOLDEN = Path(__file__).parent / "golden"


def main() -> None:
    screens = load(DEFAULT_FOLDER).screens
    for old in GOLDEN.rglob("*.png"):
        old.unlink()
    for language, scenes in SCENES.items():
        folder = GOLDEN / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, (scene, at) in scenes.items():
            render(scene, at, screens, load_texts(language)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
