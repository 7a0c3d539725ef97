"""The pictures of README and docs are what the program draws today, and docs/screens.md explains all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from config.screens import KINDS, Element, FieldName, NumberName, ScreenName

ROOT = Path(__file__).parent.parent.parent
SHOTS = {"report.png", "web.png", "web_dark.png", "web_history.png", "web_image.png", "web_phone.png"}
"""What a browser drew: no two browsers set the same pixels, so only a person can say that it is stale."""
SEEN = {"wifi-joined.png"}
"""What a started image had on its display's bus (scripts/image/boot_test/wifi.py)."""
COMMITTED = sorted(path for path in (ROOT / "docs" / "pictures").glob("*.png") if path.name not in SHOTS | SEEN)
WIDEST = 900
"""Pixels that a page on GitHub has for a picture; wider ones are shrunk, and their pixels get uneven."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "pictures"
    subprocess.run([sys.executable, ROOT / "scripts" / "make_pictures.py", "--out", folder], check=True)
    return folder


def pixels(path: Path) -> tuple[str, tuple[int, int], bytes]:
    """What is in the file: its own bytes depend on the zlib that Pillow was built with."""
    with Image.open(path) as picture:
        return picture.mode, picture.size, picture.tobytes()


def test_there_are_as_many_pictures_as_the_script_makes(made: Path) -> None:
    assert [path.name for path in COMMITTED] == sorted(path.name for path in made.iterdir())


@pytest.mark.parametrize("committed", COMMITTED, ids=lambda path: path.name)
def test_the_picture_is_fresh(committed: Path, made: Path) -> None:
    assert pixels(committed) == pixels(made / committed.name), f"{committed.name} is stale: run `make docs`"


@pytest.mark.parametrize("committed", COMMITTED, ids=lambda path: path.name)
def test_the_picture_is_not_shrunk_on_a_page(committed: Path) -> None:
    with Image.open(committed) as picture:
        assert picture.width <= WIDEST


def test_two_runs_write_the_same_bytes(made: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_pictures.py", "--out", tmp_path], check=True)
    assert all(path.read_bytes() == (made / path.name).read_bytes() for path in tmp_path.iterdir())
    assert any(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [KINDS, Element.model_fields, *map(get_args, (FieldName, NumberName, ScreenName))])
def test_the_page_on_screens_explains_all_there_is(kind: Iterable[str]) -> None:
    explained = re.findall(r"`([a-z_]+)", (ROOT / "docs" / "screens.md").read_text(encoding="utf-8"))
    assert [name for name in kind if name not in explained] == []
