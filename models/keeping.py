"""What took long to work out, kept in files, so that it is worked out once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, TypeVar
from zipfile import BadZipFile

import numpy as np

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST: Final = 64
"""Files of a kind: each edit of actions.yaml makes new ones, and people go back to what they had before."""

Content: TypeAlias = Mapping[str, Any]
"""Arrays by name."""


def kept(path: Path | None, read: Callable[[Content], T], make: Callable[[], T], content: Callable[[T], Content]) -> T:
    """What is kept in a file, or what is made now and then kept; None keeps nothing."""
    if path and path.is_file():
        try:
            with np.load(path) as arrays:
                return read(arrays)
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:  # a power cut leaves any of these
            log.warning("%s cannot be read: %s; learning anew", path, error)
    made = make()
    if path:
        keep(path, lambda file: np.savez(file, **content(made)))
    return made


def keep(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """The whole file or none, in place of the oldest; a disk that cannot be written to only costs time."""
    half = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            write(file)
        half.replace(path)
        newest = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in newest[MOST:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s cannot be kept: %s", path, error)
