"""Takes a model's files out of the archives that they came in, and checks them."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from controller.errors import RogerError
from models.store.catalog import Source

CHUNK_BYTES = 1 << 20
GGUF = b"GGUF"
"""How such a file begins."""


def unpack(archives: list[Path], source: Source, destination: Path) -> dict[str, str]:
    """Write the files of `source` into `destination`, an existing folder. Returns the sha256 of each by its name.

    Raises:
        RogerError: MDL-04 where a file is not what the catalogue says, MDL-06 where an archive cannot be read.
    """
    if source.file:
        return {source.file: _copy(archives[0], source, destination / source.file)}
    try:
        with ExitStack() as stack:
            members = _Members([stack.enter_context(zipfile.ZipFile(archive)) for archive in archives])
            parts = _parts(source, members)
            found = {name: _write(members, parts[name], destination / name) for name in parts}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _unreadable(f"{source.label} is damaged: {error}") from error
    _check(source, found)
    return found


def _copy(download: Path, source: Source, path: Path) -> str:
    """A model that comes as one file."""
    digest = hashlib.sha256()
    with download.open("rb") as read, path.open("wb") as written:
        while data := read.read(CHUNK_BYTES):
            if written.tell() == 0 and not data.startswith(GGUF):
                raise _unreadable(f"{source.label} is no GGUF file")
            written.write(data)
            digest.update(data)
    return digest.hexdigest()


class _Members:
    """The files of several archives as if they were one."""

    def __init__(self, archives: list[zipfile.ZipFile]) -> None:
        self._archives = {name: archive for archive in archives for name in archive.namelist()}

    def under(self, folder: str) -> list[str]:
        """Paths of all files below `folder`, relative to it."""
        prefix = f"{folder}/"
        return [name.removeprefix(prefix) for name in self._archives if name.startswith(prefix) and name[-1] != "/"]

    def read(self, name: str) -> Iterator[bytes]:
        if name not in self._archives:
            raise _unreadable(f"the archive has no {name}")
        with self._archives[name].open(name) as file:
            yield from iter(lambda: file.read(CHUNK_BYTES), b"")


def _parts(source: Source, members: _Members) -> dict[str, list[str]]:
    """For each file to write the members that it is joined from."""
    if source.files:
        return {
            name: [str(PurePosixPath(source.folder) / part) for part in file.parts or (name,)]
            for name, file in source.files.items()
        }
    names = members.under(source.folder)
    if not names:
        raise _unreadable(f"the archive has no folder {source.folder}")
    return {_safe(name): [f"{source.folder}/{name}"] for name in names}


def _safe(name: str) -> str:
    """Nobody vouches for the names in an archive that is not pinned."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise _unreadable(f"the archive wants to write outside its folder: {name}")
    return name


def _write(members: _Members, parts: list[str], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in parts:
            for data in members.read(part):
                file.write(data)
                digest.update(data)
    return digest.hexdigest()


def _check(source: Source, found: dict[str, str]) -> None:
    for name, expected in source.files.items():
        if found[name] != expected.sha256:
            message = f"{name} of {source.label} is not what the catalogue says"
            raise RogerError("MDL-04", message, "what came was deleted; do not use this source, and tell the project")


def _unreadable(message: str) -> RogerError:
    return RogerError("MDL-06", message, "what came was deleted; run it again")
