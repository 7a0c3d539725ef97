"""Every screen looks as it did, in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from controller.view import load_texts, render
from tests.render.scenes import SCENES

GOLDEN = Path(__file__).parent / "golden"
ALL = [(language, name) for language, scenes in SCENES.items() for name in scenes]


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_screen_looks_as_it_did(language: str, name: str, tmp_path: Path) -> None:
    scene, at = SCENES[language][name]
    picture = render(scene, at, load(DEFAULT_FOLDER).screens, load_texts(language))
    with Image.open(GOLDEN / language / f"{name}.png") as golden:
        same = np.array_equal(np.asarray(picture), np.asarray(golden.convert("1")))
    actual = tmp_path / f"{name}.png"
    picture.save(actual)
    assert same, f"look at {actual}; if it is right: python tests/render/refresh.py"


def test_no_golden_picture_is_left_over() -> None:
    assert sorted((path.parent.name, path.stem) for path in GOLDEN.rglob("*.png")) == sorted(ALL)
