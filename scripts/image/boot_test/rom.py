"""What a Pi's firmware does before the kernel: which partition, which files, which command line.

It reads the card as it is: autoboot.txt on the first partition (`boot_partition`, and the `[tryboot]` section for one
start after `reboot "0 tryboot"`), then config.txt, cmdline.txt, kernel and initramfs of the boot partition. Sources:
Raspberry Pi's documentation of autoboot.txt and config.txt. Needs mtools.
"""

from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SECTOR_BYTES = 512
EXTENDED = (0x05, 0x0F)


@dataclass(frozen=True)
class Boot:
    """What is started."""

    partition: int
    kernel: Path
    initrd: Path
    command_line: str
    folder: Path
    """Every file of the boot partition that was asked for lies here."""


class BootRom:
    """Starts a card.

    Args:
        card: The image, raw.
        scratch: Where files of the boot partition are put.
    """

    def __init__(self, card: Path, scratch: Path) -> None:
        self._card = card
        self._scratch = scratch

    def boot(self, tryboot: bool = False) -> Boot:
        """Choose a partition and take the files out of it. Raises `ValueError` where a Pi would not start."""
        partition = self.choose(tryboot)
        folder = self._scratch / f"boot-{partition}"
        folder.mkdir(parents=True, exist_ok=True)
        config = settings(self.read(partition, "config.txt").decode())
        initrd = config["initramfs"].split()[0]
        for name in (config["kernel"], initrd):
            (folder / name).write_bytes(self.read(partition, name))
        command_line = self.read(partition, "cmdline.txt").decode().strip()
        return Boot(partition, folder / config["kernel"], folder / initrd, command_line, folder)

    def choose(self, tryboot: bool = False) -> int:
        """What autoboot.txt says for this start; without it, the first partition that can be started."""
        if chosen := self.autoboot(tryboot).get("boot_partition"):
            return int(chosen)
        return next(number for number in (1, 2, 3) if self.has(number, "config.txt"))

    def autoboot(self, tryboot: bool) -> dict[str, str]:
        """The settings that count for this start."""
        text = self.read(1, "autoboot.txt").decode() if self.has(1, "autoboot.txt") else ""
        return settings(text, "tryboot" if tryboot else "")

    def has(self, partition: int, name: str) -> bool:
        """Whether it is a FAT partition with that file."""
        try:
            return bool(self.read(partition, name))
        except ValueError:
            return False

    def read(self, partition: int, name: str) -> bytes:
        """A file of a FAT partition. Raises `ValueError` where it is not there."""
        where = f"{self._card}@@{self.start(partition)}"
        done = subprocess.run(["mtype", "-i", where, f"::{name}"], capture_output=True, check=False)
        if done.returncode:
            raise ValueError(f"partition {partition} has no {name}: {done.stderr.decode().strip()}")
        return done.stdout

    def write(self, partition: int, name: str, content: bytes) -> None:
        """Put a file onto a FAT partition, as a PC with a card reader would."""
        where = f"{self._card}@@{self.start(partition)}"
        subprocess.run(["mcopy", "-o", "-i", where, "-", f"::{name}"], input=content, check=True)

    def start(self, partition: int) -> int:
        """Where a partition begins, in bytes."""
        return partitions(self._card)[partition] * SECTOR_BYTES


def settings(text: str, filter_name: str = "") -> dict[str, str]:
    """The `name=value` and `name value` lines of sections [all] and, if given, [filter_name]; later ones win."""
    found: dict[str, str] = {}
    section = "all"
    for line in (line.split("#")[0].strip() for line in text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and section in ("all", filter_name):
            name, _, value = line.partition("=") if "=" in line else line.partition(" ")
            found[name.strip()] = value.strip()
    return found


def partitions(card: Path) -> dict[int, int]:
    """The first sector of each partition by its number, logical ones from 5 on."""
    found: dict[int, int] = {}
    with card.open("rb") as file:
        extended = 0
        for number, (kind, first) in enumerate(_table(file.read(SECTOR_BYTES)), start=1):
            if kind:
                found[number] = first
            extended = first if kind in EXTENDED else extended
        table, number = extended, 5
        while table:
            file.seek(table * SECTOR_BYTES)
            (_, first), (_, following) = _table(file.read(SECTOR_BYTES))[:2]
            found[number] = table + first
            table, number = extended + following if following else 0, number + 1
    return found


def _table(sector: bytes) -> list[tuple[int, int]]:
    """The kind and the first sector of the four entries of a boot record."""
    return [struct.unpack_from("<4xB3xI", sector, 446 + 16 * entry) for entry in range(4)]
