"""The pictures of README and docs are what the program draws today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent.parent


def test_the_pictures_are_fresh(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_pictures.py", "--out", tmp_path], check=True)
    committed = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert [path.name for path in committed] == sorted(path.name for path in tmp_path.iterdir())
    for path in committed:
        with Image.open(path) as old, Image.open(tmp_path / path.name) as new:
            assert np.array_equal(np.asarray(old), np.asarray(new)), f"{path.name}: run `make docs`"
