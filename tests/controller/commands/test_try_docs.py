"""What docs/trying.md shows of texts is what is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from controller.cli import main
from models.store.fetch import installed

PAGE = (Path(__file__).parents[3] / "docs" / "trying.md").read_text("utf-8")
TEXTS = re.findall(r'```\n\$ roger (try "[^\n]*)\n(.*?)```', PAGE, re.DOTALL)


def without_times(printed: str) -> list[str]:
    """And without scores, whose last digit depends on the processor."""
    lines = [line.rstrip() for line in printed.rstrip().splitlines() if not line.startswith("  took ")]
    return [re.sub(r"[+-]?[0-9]+\.[0-9]", "#", line) for line in lines]


@pytest.mark.weights
@pytest.mark.skipif(installed("e5-small") is None, reason="run: roger models fetch e5-small")
@pytest.mark.parametrize(("command", "shown"), TEXTS)
def test_the_page_shows_what_is_printed(command: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(shlex.split(command))
    assert without_times(capsys.readouterr().out) == without_times(shown)


def test_the_page_shows_an_understood_and_an_unknown_text_in_both_languages() -> None:
    assert len(TEXTS) == 4
    assert sum("unknown" in shown for _, shown in TEXTS) == 2
