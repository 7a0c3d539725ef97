"""Installs a model so that it is there as a whole or not at all, whenever the power goes."""

from __future__ import annotations

import errno
import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rich.console import Console

from controller.errors import RogerError
from models.store import build
from models.store.catalog import Model, Source
from models.store.download import download, pause
from models.store.installed import damages, read_manifest
from models.store.package_index import Remote, locate
from models.store.progress import Progress, megabytes
from models.store.unpack import unpack

DOWNLOADS: Final = ".downloads"


def free_bytes(folder: Path) -> int:
    """What an ordinary user may still write there."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True)
class Installer:
    """Installs models into `root`.

    Attributes:
        free_bytes: Room that is left where a folder is.
        wait: Lets the seconds between two tries of a download pass.
    """

    root: Path
    console: Console
    free_bytes: Callable[[Path], int] = free_bytes
    wait: Callable[[float], None] = pause

    def install(self, model: Model, unpinned: bool = False) -> Path:
        """Install `model` unless it is there and intact; the first of its sources that works is used.

        Args:
            unpinned: Also use a source whose checksum is not known.

        Raises:
            RogerError: MDL-03 to MDL-07.
        """
        sources = _allowed(model, unpinned)
        with _disk_errors(self.root), self._alone():
            self._take_back(model)
            if self._is_current(model):
                self._say(f"{model.name} is installed and intact: {self.root / model.name}")
                return self.root / model.name
            return self._install_from_first(sources, model)

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two installations at once would write the same files; the kernel drops the lock of one that dies."""
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say("another installation is under way; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _is_current(self, model: Model) -> bool:
        folder = self.root / model.name
        try:
            manifest = read_manifest(folder)
        except RogerError:
            return False
        known = {source.label for source in model.sources}
        return manifest.source in known and manifest.versions == build.versions(model) and not damages(folder, manifest)

    def _install_from_first(self, sources: list[Source], model: Model) -> Path:
        for source in sources[:-1]:
            try:
                return self._install_from(source, model)
            except RogerError as error:
                if error.problem.code != "MDL-03":
                    raise
                self._say(f"{error.problem.message}; trying the next source")
        return self._install_from(sources[-1], model)

    def _install_from(self, source: Source, model: Model) -> Path:
        self._say(f"{model.name}: {megabytes(model.download_bytes)} from {source.label} (licence: {model.licence})")
        remotes = [locate(archive) for archive in source.archives]
        self._downloads.mkdir(exist_ok=True)
        self._check_room(model, remotes)
        with Progress(self.console) as progress, self._building(model) as building:
            archives = [self._obtain(remote, progress) for remote in remotes]
            raw = self._unpack(archives, source, building / "raw")
            built = build.convert(model, building, progress)
            build.complete(built, model, source, raw)
            final = self._publish(built, model)
        self._forget(archives)
        self._say(f"{model.name} is installed: {final}")
        return final

    @property
    def _downloads(self) -> Path:
        return self.root / DOWNLOADS

    def _obtain(self, remote: Remote, progress: Progress) -> Path:
        return _local(remote) or download(remote, self._downloads, progress, self.wait)

    def _check_room(self, model: Model, remotes: list[Remote]) -> None:
        """What is still to come, the files as published and, where they are converted, the result lie side by side."""
        missing = max(0, model.download_bytes - sum(self._there(remote) for remote in remotes))
        needed = missing + model.unpacked_bytes + (model.installed_bytes if model.convert else 0)
        free = self.free_bytes(self.root)
        if free < needed:
            message = f"{model.name} needs {megabytes(needed)} while it is installed; {self.root} has {megabytes(free)}"
            raise RogerError("MDL-05", message, "make room, or set ROGER_MODELS to a folder on a larger disk")

    def _there(self, remote: Remote) -> int:
        """Bytes of the archive that need not be downloaded any more."""
        archive = _local(remote) or self._downloads / remote.filename
        begun = archive.with_name(f"{archive.name}.part")
        return sum(path.stat().st_size for path in (archive, begun) if path.exists())

    @contextmanager
    def _building(self, model: Model) -> Iterator[Path]:
        """A folder next to the final one that nobody looks into; what a killed run left is removed."""
        folder = self.root / f".building-{model.name}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _unpack(self, archives: list[Path], source: Source, raw: Path) -> dict[str, str]:
        raw.mkdir()
        try:
            return unpack(archives, source, raw)
        except RogerError:
            self._forget(archives)
            raise

    def _forget(self, archives: list[Path]) -> None:
        """Remove what was downloaded; an archive on the user's own disk stays."""
        for archive in archives:
            if archive.parent == self._downloads:
                archive.unlink(missing_ok=True)

    def _publish(self, built: Path, model: Model) -> Path:
        """Give the finished folder its name; a rename happens as a whole or not at all."""
        final, old = self.root / model.name, self._old(model)
        build.write_through(built)
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        built.rename(final)
        build.sync(self.root)
        shutil.rmtree(old, ignore_errors=True)
        return final

    def _old(self, model: Model) -> Path:
        return self.root / f".old-{model.name}"

    def _take_back(self, model: Model) -> None:
        """A run that died between the two renames of `_publish` left the former model under another name."""
        if self._old(model).exists() and not (self.root / model.name).exists():
            self._old(model).rename(self.root / model.name)


def _allowed(model: Model, unpinned: bool) -> list[Source]:
    sources = [source for source in model.sources if source.pinned or unpinned]
    if not sources:
        message = (
            f"no checksum of {model.name} is known, so an altered or damaged file could not be told from the right one"
        )
        hint = f"if you trust {model.sources[0].label}: roger models fetch {model.name} --unpinned"
        raise RogerError("MDL-07", message, hint)
    return sources


@contextmanager
def _disk_errors(root: Path) -> Iterator[None]:
    """Make the root folder; turn what the disk refuses into errors with a code."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RogerError("MDL-05", f"the disk of {root} is full", "make room and run it again") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            message = f"{error.filename or root} cannot be written: {error.strerror}"
            raise RogerError("MDL-03", message, "set ROGER_MODELS to a folder that you may write to") from error
        raise


def _local(remote: Remote) -> Path | None:
    parts = urlsplit(remote.url)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
