"""Loads roger.yaml, actions.yaml and screens.yaml, and finds everything that is wrong with them at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config import last_good
from config.home_assistant.actions import with_vocabulary
from config.issues import ConfigError, Issue, render
from config.overlay import Overlay, find_overlay, lay_over
from config.rules import cross_check
from config.schema import ActionsFile, RogerSettings
from config.screens import ScreensFile
from config.secret_tags import secrets_of
from config.validation import Model, validate
from config.yaml_nodes import Document
from config.yaml_reader import read_document
from controller.garbage import collector_paused

__all__ = ["DEFAULT_FOLDER", "FILES", "Config", "ConfigError", "Issue", "load", "load_or_last_good", "render"]

FILES: Final = ("roger.yaml", "actions.yaml", "screens.yaml")

DEFAULT_FOLDER: Final = Path(__file__).parent
"""The configuration that comes with Roger."""


@dataclass(frozen=True)
class Config:
    """A configuration without faults.

    Attributes:
        folder: The user's; relative paths in the files start there.
        digest: SHA-256 of the three files, and of what went before them, in hexadecimal.
        given: What the device was given elsewhere and goes before roger.yaml: lines of YAML, without secrets.
    """

    folder: Path
    roger: RogerSettings
    actions: ActionsFile
    screens: ScreensFile
    digest: str
    given: tuple[str, ...] = ()


def load(folder: Path) -> Config:
    """Load the three files in `folder`. Raises `ConfigError` with everything that is wrong."""
    return _checked(folder, *_read(folder), find_overlay())


def load_or_last_good(folder: Path, keep: Path) -> tuple[Config, tuple[Issue, ...]]:
    """Load `folder` and keep a copy. If it is broken, what the device was given elsewhere is left out; if it still is,
    the copy of the last one that was not is loaded.

    Args:
        keep: Where the copy is; made when first needed. Secrets are not in it: they stay where the files point to.

    Returns:
        The configuration, and what is wrong in `folder` if it is not that one.

    Raises:
        ConfigError: `folder` is broken and there is no copy that still works.
    """
    contents, unread = _read(folder)
    try:
        config = _checked(folder, contents, unread, find_overlay())
    except ConfigError as error:
        return _second_best(folder, keep, contents, unread, error), error.issues
    last_good.save(keep, config.digest, contents)
    return config, ()


def _second_best(
    folder: Path, keep: Path, contents: Mapping[str, bytes], unread: Sequence[Issue], error: ConfigError
) -> Config:
    kept = last_good.find(keep, FILES)
    tries = [(contents, unread, Overlay()), *((kept, (), overlay) for overlay in (find_overlay(), Overlay()) if kept)]
    for files, issues, overlay in tries:
        with suppress(ConfigError):
            return _checked(folder, files, issues, overlay)
    raise error


def _read(folder: Path) -> tuple[dict[str, bytes], list[Issue]]:
    contents: dict[str, bytes] = {}
    issues: list[Issue] = []
    for name in FILES:
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            issues.append(_unreadable(folder / name, error))
    return contents, issues


def _unreadable(path: Path, error: OSError) -> Issue:
    hint = f"copy the default: cp {DEFAULT_FOLDER / path.name} {path}" if isinstance(error, FileNotFoundError) else ""
    return Issue("CFG-01", f"{path} cannot be read: {error.strerror}", hint, path)


def _checked(folder: Path, contents: Mapping[str, bytes], issues: Sequence[Issue], overlay: Overlay) -> Config:
    """The configuration of these contents. Raises `ConfigError` for `issues` and all that is found besides."""
    found = list(issues)
    with collector_paused():
        documents = [_document(folder, name, contents.get(name), found) for name in FILES]
        found += lay_over(documents[0], overlay)
        roger = _validated(RogerSettings, documents[0], found)
        actions = _validated(ActionsFile, documents[1], found)
        screens = _validated(ScreensFile, documents[2], found)
        found += cross_check(documents[0], documents[1])
    if found or roger is None or actions is None or screens is None:
        raise ConfigError(sorted(dict.fromkeys(found), key=_order))
    digest = hashlib.sha256(b"".join([*(contents[name] for name in FILES), overlay.content])).hexdigest()
    return Config(folder, roger, with_vocabulary(actions), screens, digest, overlay.lines)


def _document(folder: Path, name: str, content: bytes | None, found: list[Issue]) -> Document:
    if content is None:
        return Document(folder / name)
    document, issues = read_document(folder / name, content, secrets_of(folder))
    found += issues
    return document


def _validated(model: type[Model], document: Document, found: list[Issue]) -> Model | None:
    if not document.readable:
        return None
    settings, issues = validate(model, document)
    found += issues
    return settings


def _order(issue: Issue) -> tuple[int, int, int]:
    name = issue.file.name
    return FILES.index(name) if name in FILES else -1, issue.line, issue.column
