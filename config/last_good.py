"""Keeps the last configuration that worked, so that a slip in the editor does not silence the device."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

CURRENT = "current"
"""Names the folder that counts. It is replaced in one step and last of all, so a power cut loses nothing."""


def save(keep: Path, digest: str, contents: Mapping[str, bytes]) -> None:
    """Keep `contents` (name to bytes) as the last good ones, in a folder of `keep` that is called `digest`."""
    with suppress(OSError):  # a disk that is full or read-only keeps nothing, and Roger runs all the same
        previous = _current(keep)
        if previous == digest:
            return
        folder = keep / digest
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _write(folder / name, content)
        _write(keep / "next", digest.encode())
        (keep / "next").replace(keep / CURRENT)
        flush_folder(keep)
        if previous:
            shutil.rmtree(keep / previous, ignore_errors=True)


def find(keep: Path, names: Sequence[str]) -> dict[str, bytes] | None:
    """The files that were kept, or None."""
    try:
        current = _current(keep)
        return {name: (keep / current / name).read_bytes() for name in names} if current else None
    except OSError:
        return None


def _current(keep: Path) -> str:
    """The digest of what is kept; empty where nothing is."""
    try:
        name = (keep / CURRENT).read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    return name if re.fullmatch("[0-9a-f]{64}", name) else ""


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """What was made or renamed in `folder` outlasts a power cut from now on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
