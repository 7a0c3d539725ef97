"""The committed pictures of the machine are those of its table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree

import pytest

from states.diagram import mermaid, svg

ROOT = Path(__file__).parents[2]
PICTURE = "docs/pictures/machine.svg"
PAGE = "docs/architecture.md"


def make(root: Path, *arguments: str) -> int:
    script = root / "scripts" / "make_diagram.py"
    return subprocess.run(
        [sys.executable, script, *arguments], cwd=root, check=False, stderr=subprocess.DEVNULL
    ).returncode


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of all that the script reads and writes."""
    for name in ("states", "controller", "config"):
        copytree(ROOT / name, tmp_path / name, ignore=lambda folder, names: {n for n in names if n == "__pycache__"})
    for name in ("scripts/make_diagram.py", PICTURE, PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_committed_pictures_are_fresh() -> None:
    assert make(ROOT, "--check") == 0, f"{PICTURE} or {PAGE} is stale: run `make docs`"
    assert (ROOT / PICTURE).read_text("utf-8") == svg()
    assert mermaid() in (ROOT / PAGE).read_text("utf-8")


@pytest.mark.parametrize("name", [PICTURE, PAGE])
def test_a_stale_file_is_found_and_made_again(tree: Path, name: str) -> None:
    fresh = (tree / name).read_text("utf-8")
    (tree / name).write_text(fresh.replace("long enough", "far too long"), "utf-8")
    assert make(tree, "--check") == 1
    assert make(tree) == 0
    assert (tree / name).read_text("utf-8") == fresh


def test_another_table_makes_both_stale(tree: Path) -> None:
    table = tree / "states" / "table.py"
    table.write_text(table.read_text("utf-8").replace('guard="long_enough"', 'guard="may_ask"'), "utf-8")
    assert make(tree, "--check") == 1
    assert make(tree) == 0
    assert all("long enough" not in (tree / name).read_text("utf-8") for name in (PICTURE, PAGE))


def test_a_page_without_the_markers_is_left_alone(tree: Path) -> None:
    (tree / PAGE).write_text("# How Roger works\n", "utf-8")
    assert make(tree) != 0
    assert (tree / PAGE).read_text("utf-8") == "# How Roger works\n"


@pytest.mark.parametrize("page", ["README.md", PAGE])
def test_the_picture_is_shown_once(page: str) -> None:
    assert (ROOT / page).read_text("utf-8").count("pictures/machine.svg)") == 1
