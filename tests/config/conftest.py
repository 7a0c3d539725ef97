from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, ConfigError, Issue, load

MARK = "§"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a configuration folder: what is not given is empty, and the screens are those that come with Roger."""

    def write(roger: str = "", actions: str = "", screens: str | None = None) -> Path:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        (folder / "roger.yaml").write_text(roger, "utf-8")
        (folder / "actions.yaml").write_text(actions, "utf-8")
        if screens is None:
            shutil.copy(DEFAULT_FOLDER / "screens.yaml", folder)
        else:
            (folder / "screens.yaml").write_text(screens, "utf-8")
        return folder

    return write


@pytest.fixture
def issues(write: Callable[..., Path]) -> Callable[..., tuple[Issue, ...]]:
    """Everything that is wrong with a configuration."""

    def issues(roger: str = "", actions: str = "", screens: str | None = None) -> tuple[Issue, ...]:
        try:
            load(write(roger, actions, screens))
        except ConfigError as error:
            return error.issues
        return ()

    return issues


@pytest.fixture
def found(issues: Callable[..., tuple[Issue, ...]]) -> Callable[..., list[str]]:
    """As `issues`, each as "actions.yaml:3:5 CFG-04 what is wrong"."""

    def found(roger: str = "", actions: str = "", screens: str | None = None) -> list[str]:
        return [
            f"{issue.file.name}:{issue.line}:{issue.column} {issue.code} {issue.message}"
            for issue in issues(roger, actions, screens)
        ]

    return found


@pytest.fixture
def only(issues: Callable[..., tuple[Issue, ...]]) -> Callable[..., tuple[str, str]]:
    """The code and message, and the hint, of the one thing that is wrong; it has to be where the text has a "§"."""

    def only(roger: str = "", actions: str = "") -> tuple[str, str]:
        name, text = ("roger.yaml", roger) if MARK in roger else ("actions.yaml", actions)
        before = text[: text.index(MARK)].split("\n")
        wrong = issues(roger.replace(MARK, ""), actions.replace(MARK, ""))
        places = [(issue.file.name, issue.line, issue.column) for issue in wrong]
        assert places == [(name, len(before), len(before[-1]) + 1)]
        return f"{wrong[0].code} {wrong[0].message}", wrong[0].hint

    return only
