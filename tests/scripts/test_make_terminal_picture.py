"""The committed picture of the simulator in a terminal is what it draws today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"


def test_the_committed_picture_is_fresh() -> None:
    script = ROOT / "scripts" / "make_terminal_picture.py"
    made = subprocess.run([sys.executable, script, "--check"], check=False)
    assert made.returncode == 0, f"{PICTURE.name} is stale: run `make docs`"


def test_the_picture_needs_nothing_else_and_is_shown() -> None:
    picture = PICTURE.read_text("utf-8")
    assert "url(http" not in picture
    assert "held" in picture
    assert "pictures/terminal.svg" in (ROOT / "docs" / "terminal.md").read_text("utf-8")
