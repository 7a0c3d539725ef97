"""What docs/configuration.md shows is what happens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, ConfigError, load, render

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_errors_are_printed_as_the_page_shows_them(write: Callable[..., Path]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write("", block("yaml")))
    printed = "\n\n".join(render(issue) for issue in caught.value.issues)
    assert f"{printed}\n\n{len(caught.value.issues)} errors in 1 file\n" == block("text")


def test_the_settings_that_the_page_suggests_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abc")
    suggestions = re.findall(r"`((?:button|display|chat): \{.*?\}|language: ko|recognizer: \{.*?\})`", PAGE)
    assert len(suggestions) == 7
    for name in ("actions.yaml", "screens.yaml"):
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    for line in suggestions:
        (tmp_path / "roger.yaml").write_text(line)
        assert load(tmp_path).roger.model_fields_set == {line.partition(":")[0]}
