"""Writes the pictures of controller/splash: the first screen, without its parts. With --check: are they fresh?"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # this checkout's, wherever Roger is installed from

from config.loader import DEFAULT_FOLDER, load
from controller.turn import Part, Scene
from controller.view import load_texts, render

FOLDER = ROOT / "controller" / "splash"


def picture(language: str) -> bytes:
    """As PBM, in which 1 is dark: Pillow sees to that."""
    screens = load(DEFAULT_FOLDER).screens
    without_parts = [element for element in screens.screens["starting"] if not element.parts]
    screens = screens.model_copy(update={"screens": {**screens.screens, "starting": without_parts}})
    scene = Scene(parts=(Part("recognizer", "loading"),))
    stream = io.BytesIO()
    shown = render(scene, 0.0, screens, load_texts("ko" if language == "ko" else "en"))
    shown.save(stream, "PPM")
    return stream.getvalue()


def main(arguments: list[str]) -> int:
    """Write them, or compare."""
    fresh = {FOLDER / f"{language}.pbm": picture(language) for language in ("en", "ko")}
    if arguments == ["--check"]:
        return 0 if all(path.is_file() and path.read_bytes() == content for path, content in fresh.items()) else 1
    for path, content in fresh.items():
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
