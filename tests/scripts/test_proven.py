"""A proof that takes minutes runs again when what it covers has changed, and only then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "proven.py"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one proof that covers the folder `part`."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "scripts" / "proven").mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "scripts")
    (tmp_path / "scripts" / "proven" / "it.covers").write_text("part # all of it\n\n# and nothing else\n")
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "one.py").write_text("1")
    return tmp_path


def proven(tree: Path, *arguments: str) -> int:
    return subprocess.run([sys.executable, str(tree / "scripts" / "proven.py"), *arguments], check=False).returncode


def test_what_never_ran_has_to_run_and_what_passed_does_not(tree: Path) -> None:
    assert proven(tree, "check", "it") == 1
    assert proven(tree, "record", "it", "3 tests in 50 s") == 0
    assert proven(tree, "check", "it") == 0
    assert "3 tests" in (tree / "scripts" / "proven" / "it.passed").read_text()


@pytest.mark.parametrize(("file", "runs"), [("part/one.py", 1), ("part/new.py", 1), ("elsewhere.py", 0)])
def test_only_what_it_covers_counts(tree: Path, file: str, runs: int) -> None:
    proven(tree, "record", "it")
    (tree / file).write_text("2")
    assert proven(tree, "check", "it") == runs


def test_a_file_that_is_gone_is_a_change(tree: Path) -> None:
    (tree / "part" / "two.py").write_text("2")
    proven(tree, "record", "it")
    (tree / "part" / "two.py").unlink()
    assert proven(tree, "check", "it") == 1


def test_what_cannot_be_understood_is_told(tree: Path) -> None:
    assert proven(tree, "forget", "it") == 2
