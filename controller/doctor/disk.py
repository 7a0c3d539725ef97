"""The disk: room, whether it can be written to, and what the kernel says about a card that wears out."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Figure, Finding, fault, ok, warning
from controller.doctor.host import Host

LITTLE_MB: Final = 200
NONE_MB: Final = 20
TROUBLE: Final = re.compile(
    r"I/O error, dev (?:mmcblk|sd|nvme)|mmc\d+: .*(?:error|timeout)|EXT4-fs error|Remounting filesystem read-only"
)
WORN: Final = 9
"""JEDEC eMMC 5.1, DEVICE_LIFE_TIME_EST: 0x09 is 80 to 90 % of the life, 0x0B more than all of it."""
NEW_CARD: Final = "copy what you need from it now, and write the image to a new card (an endurance or A2 one)"


def check(case: Case) -> Iterator[Finding]:
    """The folders that Roger writes to, then the card below them."""
    for folder in folders(case):
        yield _folder(folder)
    yield from _card(case.host)


def folders(case: Case) -> list[Path]:
    """State and history, and traces where they are kept; each file system once."""
    from controller.engines import history_file, state_folder

    roger = case.config.roger
    places = [state_folder()]
    if roger.history.enabled:
        places.append(history_file(case.config).parent)
    if roger.trace.folder:
        places.append(Path(roger.trace.folder).expanduser())
    return list({_existing(place).stat().st_dev: place for place in reversed(places)}.values())[::-1]


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there."""
    return next((place for place in (folder, *folder.parents) if _is_there(place)), Path("/"))


def _is_there(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:
        return False


def _folder(folder: Path) -> Finding:
    place = _existing(folder)
    free_mb = shutil.disk_usage(place).free // 1_000_000
    figures: dict[str, Figure] = {"folder": str(folder), "free_mb": free_mb}
    if problem := _unwritable(place):
        return fault("SYS-03", f"{folder} cannot be written to: {problem}", _way_to_write(place), **figures)
    text = f"{folder}: {free_mb:,} MB free"
    if free_mb < NONE_MB:
        return fault("SYS-03", text, "make room: sudo journalctl --vacuum-size=16M; roger models list", **figures)
    if free_mb < LITTLE_MB:
        return warning("SYS-03", text, "make room: sudo journalctl --vacuum-size=16M; roger models list", **figures)
    return ok(text, **figures)


def _unwritable(place: Path) -> str:
    """Why a file cannot be written and brought to the disk; empty where it can. Leaves nothing behind."""
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"roger doctor")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _way_to_write(place: Path) -> str:
    if not os.access(place, os.W_OK) and os.statvfs(place).f_flag & os.ST_RDONLY:
        return (
            f"it is mounted read-only: dmesg | grep -i -e ext4 -e mmc says why; then sudo mount -o remount,rw {place}"
        )
    return f"it belongs to another user: sudo roger doctor; or sudo chown $USER {place}"


def _card(host: Host) -> Iterator[Finding]:
    """Only what is wrong. An SD card does not tell its age, eMMC does."""
    for errors in host.find("/sys/fs/ext4/*/errors_count"):
        if (count := host.read(errors)) not in ("", "0"):
            disk = errors.split("/")[4]
            remedy = f"sudo touch /forcefsck, restart; if they grow: {NEW_CARD}"
            yield warning("SYS-04", f"the file system on {disk} has had {count} errors", remedy, errors=int(count))
    for life in host.find("/sys/block/mmcblk*/device/life_time"):
        worst = max((int(part, 16) for part in host.read(life).split()), default=0)
        if worst >= WORN:
            text = f"{life.split('/')[3]} is worn: {(worst - 1) * 10} % of its life or more"
            yield warning("SYS-04", text, NEW_CARD, life_percent=(worst - 1) * 10)
    said = [line for line in (host.run("dmesg") or "").splitlines() if TROUBLE.search(line)]
    if said:
        last = re.sub(r"^\[ *[\d.]+\] ", "", said[-1])
        text = f"the kernel complains of the card, {len(said)} times, at last: {last}"
        yield warning("SYS-04", text, f"a weak power supply does that, too; else {NEW_CARD}", complaints=len(said))
