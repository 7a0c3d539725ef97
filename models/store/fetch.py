"""Get, find and check models: the door to everything about weights that the rest of Roger uses."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from models.store.catalog import find
from models.store.installed import folder_of, installed, verify, weights_root

__all__ = ["fetch", "folder_of", "installed", "verify"]


def fetch(name: str, *, console: Console, unpinned: bool = False) -> Path:
    """Download, convert and install the model of that name, or find it installed and intact. Returns its folder.

    Can be interrupted at any moment: what was downloaded is used by the next run, and nothing unfinished is visible.

    Args:
        console: Where progress is shown.
        unpinned: Accept a source whose checksum is not known.

    Raises:
        RogerError: MDL-01 not in the catalogue, MDL-03 download failed, MDL-04 wrong checksum, MDL-05 no room,
            MDL-06 cannot be read or converted, MDL-07 not pinned.
    """
    from models.store.install import Installer

    return Installer(weights_root(), console).install(find(name), unpinned)
