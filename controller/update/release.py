"""A release as a file: RAUC's bundle, and whether this device should take it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from controller.errors import RogerError
from controller.update.device import Device

NOTES_BYTES: Final = 1 << 20
"""What RAUC and the notes of an update need on the data partition."""
AGAIN: Final = "copy it again, and compare its size with that of the original"


@dataclass(frozen=True, slots=True)
class Release:
    """What a bundle says of itself, once its signature was found good.

    Attributes:
        images: Bytes by kind of slot, "rootfs" and "boot".
    """

    file: Path
    version: str
    compatible: str
    images: dict[str, int]


def read(device: Device, file: Path) -> Release:
    """Check the signature of a bundle, and read it. Raises `RogerError` UPD-01, UPD-02, UPD-03 and UPD-12."""
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise RogerError("UPD-01", f"{file} cannot be read: {error.strerror}", "give the file, *.raucb") from None
    command = ["rauc", f"--conf={device.configuration}", "info", "--output-format=json", str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError:
        raise RogerError("UPD-12", "RAUC is not installed", "this image is not whole: flash it again") from None
    if done.returncode:
        raise _refused(file, done.stderr)
    said = json.loads(done.stdout)
    images = {kind: int(image["size"]) for entry in said["images"] for kind, image in entry.items()}
    return Release(file, said["version"] or "", said["compatible"], images)


def _refused(file: Path, complaint: str) -> RogerError:
    """What RAUC's complaint means. Its words are those of OpenSSL where it is about the signature."""
    *_, last = complaint.strip().splitlines() or [""]
    if "Verify error" in complaint:
        hint = "take a release of whoever made this image, or put your own certificate into one: docs/updating.md"
        return RogerError("UPD-03", f"{file.name} was not signed with the key of this image", hint)
    if "signature verification failed" in complaint:
        return RogerError("UPD-02", f"{file.name} is damaged: it is not what was signed", AGAIN)
    if "bundle format" in complaint or "CMS" in complaint:
        return RogerError("UPD-02", f"{file.name} is cut off, or no release of Roger at all", AGAIN)
    return RogerError("UPD-12", f"RAUC cannot read {file.name}: {last}", "see journalctl -u rauc")


def check(device: Device, release: Release, allow_older: bool = False) -> None:
    """Whether the device should take it. Raises `RogerError` UPD-04 to UPD-08."""
    name = release.file.name
    if release.compatible != device.compatible:
        cause = f"{name} is for {release.compatible}, and this is {device.compatible}"
        raise RogerError("UPD-04", cause, f"take the file for {device.compatible}")
    if release.version == device.version:
        raise RogerError("UPD-06", f"{release.version} is what runs", "nothing has to be done")
    if numbers(release.version) < numbers(device.version) and not allow_older:
        cause = f"{name} is {release.version}, older than {device.version}, which runs"
        raise RogerError("UPD-05", cause, "add --allow-older if you want it")
    _check_room(device, release)
    if device.under_voltage:
        hint = "use the power supply made for your Pi, and a short cable"
        raise RogerError("UPD-08", "the power supply is too weak for an update", hint)


def numbers(version: str) -> tuple[int, ...]:
    """What counts of a version: "1.10.2+gabc" is (1, 10, 2), and later than (1, 9)."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def _check_room(device: Device, release: Release) -> None:
    for kind, needed in release.images.items():
        room = _size(device.partition(kind, device.other))
        if needed > room:
            cause = f"{kind} of {release.version} has {needed >> 20} MB, and its partition {room >> 20} MB"
            raise RogerError("UPD-07", cause, "this release has to be flashed: docs/flashing.md")
    notes = os.statvfs(device.state)
    if notes.f_bavail * notes.f_frsize < NOTES_BYTES:
        raise RogerError("UPD-07", "the data partition is full", "roger history --delete --before DATE makes room")


def _size(path: Path) -> int:
    """Of a block device or a file, in bytes."""
    with path.open("rb") as file:
        return file.seek(0, os.SEEK_END)
