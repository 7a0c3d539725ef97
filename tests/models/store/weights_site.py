"""A weights folder to install into, and what a look at it tells."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import Problem, RogerError
from models.store.catalog import Model
from models.store.install import Installer
from tests.models.store.file_server import noise, zipped

WEIGHTS = noise(600_000)
ZIP = zipped({"weights/final.mdl": WEIGHTS, "weights/conf/mfcc.conf": b"--low-freq=20\n", "README": b"not wanted"})


class Site:
    """An empty weights folder and an installer that does not wait."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shown = io.StringIO()
        self.free = 10**12

    def install(self, model: Model, unpinned: bool = False) -> Path:
        console = Console(file=self.shown)
        return Installer(self.root, console, lambda _: self.free, lambda _: None).install(model, unpinned)

    def refused(self, model: Model, unpinned: bool = False) -> Problem:
        with pytest.raises(RogerError) as caught:
            self.install(model, unpinned)
        return caught.value.problem

    @property
    def visible(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir() if path.name[0] != ".")

    @property
    def hidden(self) -> list[str]:
        """What is left of unfinished work."""
        paths = [path for path in self.root.rglob("*") if path.is_file() and path.name != ".lock"]
        return sorted(path.name for path in paths if path.relative_to(self.root).parts[0][0] == ".")
