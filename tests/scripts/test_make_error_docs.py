from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from controller.errors import CODES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "errors.md"


def test_the_page_is_fresh() -> None:
    script = ROOT / "scripts" / "make_error_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "docs/errors.md is out of date: make docs"


def test_every_code_is_explained_once_in_the_tables() -> None:
    assert re.findall(r"^\| ([A-Z]+-\d\d) \|", PAGE.read_text("utf-8"), re.MULTILINE) == list(CODES)
