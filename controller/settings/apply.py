"""Writes the files that follow from a card, and tells the kernel what it has to know."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from config.card.card import Card
from config.card.settings_txt import NAME
from config.issues import Issue
from controller.settings.files import ALL, FOLDER, File, files_of, report_of
from controller.settings.overlay import KOREAN_MODEL, hears_korean

Step: TypeAlias = tuple[str, Callable[[], None]]
"""What it sets, for the error, and how."""

LIMIT_S: Final = 5
"""How long a program may take that is told something."""
_LINKS: Final = ("hostname", "hosts", "localtime")
"""Files of /etc that are ours."""
_PRIVATE: Final = {"run/NetworkManager/system-connections": 0o700}


def apply(card: Card, root: Path, models: Path, kernel: bool, owner: str = "roger") -> tuple[Issue, ...]:
    """Do it; what cannot be done is reported, and the rest is done.

    Args:
        root: Where the files go; / on the device.
        kernel: Whether this computer takes on the host name and the radio's country.
        owner: User and group that Roger runs as; empty for whoever runs this.

    Returns:
        What is wrong on the card, and what could not be done.
    """
    files = list(files_of(card, models, owner))
    for path in set(ALL) - {file.path for file in files}:
        with suppress(OSError):
            (root / path).unlink()
    steps = [*((file.path, _writing(root, file)) for file in files), *_links(card, root)]
    if kernel:
        steps += _kernel(card)
    issues = (*card.issues, *_korean(card, models), *_done(steps))
    for file in report_of(card, issues):
        _writing(root, file)()
    return issues


def _done(steps: list[Step]) -> Iterator[Issue]:
    for name, step in steps:
        try:
            step()
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            yield Issue("SET-09", f"{name} could not be set: {reason}", "restart; see docs/flashing.md", Path(NAME))


def _korean(card: Card, models: Path) -> Iterator[Issue]:
    if card.get("language") == "ko" and not hears_korean(models):
        message = f"the screen speaks Korean, but {KOREAN_MODEL}, which hears it, is not installed"
        yield Issue("SET-10", message, "speak English until it is", Path(NAME))


def _writing(root: Path, file: File) -> Callable[[], None]:
    return partial(_write, root / file.path, file)


def _write(path: Path, file: File) -> None:
    """Nobody else can read a secret at any moment; a power cut leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder, mode in _PRIVATE.items():
        if file.path.startswith(folder):
            path.parent.chmod(mode)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(file.content)
        os.fchmod(handle, file.mode)
        if file.owner:
            shutil.chown(new, file.owner, file.owner)
    new.replace(path)


def _links(card: Card, root: Path) -> Iterator[Step]:
    zone = Path("/usr/share/zoneinfo") / (card.get("time_zone") or "Etc/UTC")
    yield "the time zone", partial(_link, root / FOLDER / "localtime", zone)
    for name in _LINKS:
        yield f"/etc/{name}", partial(_link, root / "etc" / name, Path("..") / FOLDER / name)


def _link(path: Path, target: Path) -> None:
    if path.is_symlink() and path.readlink() == target:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(path)


def _kernel(card: Card) -> Iterator[Step]:
    yield "the host name", lambda: socket.sethostname(card.get("hostname"))
    country = card.get("wifi_country")
    if country and Path("/sys/module/cfg80211").exists():  # else the option that was written counts when it is loaded
        command = ["iw", "reg", "set", country]
        yield "the radio's country", lambda: _run(command)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
