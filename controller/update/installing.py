"""Writing a release into the other slot, and starting it once."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Final

from controller.errors import RogerError
from controller.update.device import Device, run
from controller.update.release import Release

Progress = Callable[[int, str], None]
"""Percent, and what is being done."""

_STEP: Final = re.compile(r"^\s*(\d+)% (.+)$")


def check_device(device: Device, effective_user: int) -> None:
    """Whether this computer is updated as a whole, and by this user. Raises `RogerError` UPD-09 and UPD-10."""
    if not device.is_image:
        cause = "this computer does not run the Roger image, so there is no release to replace"
        raise RogerError("UPD-09", cause, "`roger update` is for a flashed Raspberry Pi; here: git pull, or pip")
    if effective_user != 0:
        raise RogerError("UPD-10", "only root may look into the releases and change them", "sudo roger update ...")


def check_settled(device: Device) -> None:
    """Whether the release that runs is one to keep. Raises `RogerError` UPD-11."""
    if device.running != device.committed:
        cause = f"{device.version} is still on trial"
        raise RogerError("UPD-11", cause, "wait until it is kept: sudo roger update --status")


def install(device: Device, release: Release, progress: Progress) -> None:
    """Write it. Until the very end the release that runs is the one that starts. Raises `RogerError` UPD-12."""
    command = ["rauc", "install", str(release.file)]
    try:
        rauc = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except OSError:
        raise RogerError("UPD-12", "RAUC is not installed", "this image is not whole: flash it again") from None
    said: deque[str] = deque(maxlen=20)
    with rauc:
        for line in _lines(rauc.stdout):
            said.append(line)
            if step := _STEP.match(line):
                progress(int(step[1]), step[2])
    if rauc.returncode:
        raise RogerError(
            "UPD-12", f"{release.version} could not be installed: {_cause(said)}", "see journalctl -u rauc"
        )


def _lines(stream: IO[str] | None) -> Iterator[str]:
    return (line.rstrip("\n") for line in stream or ())


def _cause(said: deque[str]) -> str:
    """RAUC's own word for what went wrong."""
    *_, last = ["it does not say why", *(line for line in said if line.startswith("LastError"))]
    return last.removeprefix("LastError:").strip()


def note_trial(device: Device, slot: str, version: str) -> None:
    """Note which release the next start tries, so that the start after can tell what became of it."""
    note = device.state / "pending"
    new = note.with_suffix(".new")
    new.write_text(f"slot={slot}\nversion={version}\nfrom={device.version}\n", encoding="utf-8")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(note)


def try_other(device: Device) -> str:
    """Make the next start try the release before this one, and give its name. Raises `RogerError` UPD-14."""
    other = device.other
    if not device.holds_release(other):
        cause = "there is no other release that ran well"
        raise RogerError("UPD-14", cause, "install the one that you want: roger update FILE --allow-older")
    device.boot_rom("set-primary", other)
    return other


def restart() -> None:
    """Start the other release, once; the kernel hands the argument to the boot ROM. Raises `RogerError` UPD-12."""
    run(["systemctl", "reboot", "--reboot-argument=0 tryboot"])
