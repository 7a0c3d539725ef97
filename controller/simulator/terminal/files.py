"""Notices that the user's files have changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class FileWatch:
    """Looks at the files of a folder, each time it is asked."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._paths = [folder / name for name in names]
        self._marks = self._look()

    def changed(self) -> list[str]:
        """The names of those that were written since the last time, or came, or went."""
        before, self._marks = self._marks, self._look()
        return [path.name for path, old, new in zip(self._paths, before, self._marks, strict=True) if old != new]

    def _look(self) -> list[tuple[int, int] | None]:
        return [_mark(path) for path in self._paths]


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
