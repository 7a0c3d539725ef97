"""Every error code that a user can meet is met by a test, and explained in docs/errors.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from controller.errors import CODES, RogerError

ROOT = Path(__file__).parent.parent
MENTIONED = {
    code
    for path in (ROOT / "tests").rglob("test_*.py")
    if path != Path(__file__)
    for code in re.findall(r"\b[A-Z]{3,4}-\d\d\b", path.read_text(encoding="utf-8"))
}
RAISED = {
    code
    for folder in ("controller", "states", "config", "models")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "errors.py"
    for code in re.findall(r"\b[A-Z]{3,4}-\d\d\b", path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("code", CODES)
def test_a_test_meets_the_code(code: str) -> None:
    assert code in MENTIONED


@pytest.mark.parametrize("code", CODES)
def test_the_code_is_used_and_explained(code: str) -> None:
    assert code in RAISED
    assert code in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


def test_a_code_that_is_not_declared_cannot_be_raised() -> None:
    with pytest.raises(ValueError, match="XXX-99"):
        RogerError("XXX-99", "never heard of")


def test_an_error_reads_as_code_cause_and_hint() -> None:
    error = RogerError("MIC-02", 'microphone "USB" is gone', "plug it in again")
    assert str(error) == 'MIC-02 microphone "USB" is gone; plug it in again'
