"""The emulated firmware that `make boot-test` starts cards with."""

from __future__ import annotations

import importlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "scripts/image/boot_test"
FAT_SECTORS = 8192
FIRST = {1: 2048, 2: 2048 + FAT_SECTORS, 3: 2048 + 2 * FAT_SECTORS}
EXTENDED = 2048 + 3 * FAT_SECTORS
AUTOBOOT = b"[all]\ntryboot_a_b=1\nboot_partition=2 # A\n[tryboot]\nboot_partition=3\n"


@pytest.fixture
def rom(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "rom", raising=False)
    return importlib.import_module("rom")


def entry(kind: int, first: int, sectors: int) -> bytes:
    return struct.pack("<4xB3xII", kind, first, sectors)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Three FAT partitions, and two logical ones without anything in them."""
    path = tmp_path / "card.img"
    with path.open("wb") as file:
        file.truncate((EXTENDED + 4096) * 512)
        for at, entries in (
            (0, [entry(0x0C, first, FAT_SECTORS) for first in FIRST.values()] + [entry(0x0F, EXTENDED, 4096)]),
            (EXTENDED, [entry(0x83, 8, 1000), entry(0x05, 2048, 2048)]),
            (EXTENDED + 2048, [entry(0x83, 8, 1000)]),
        ):
            file.seek(at * 512 + 446)
            file.write(b"".join(entries).ljust(64, b"\0") + b"\x55\xaa")
    return path


def put(card: Path, partition: int, files: dict[str, bytes]) -> None:
    where = f"{card}@@{FIRST[partition] * 512}"
    subprocess.run(["mformat", "-i", where, "-T", str(FAT_SECTORS), "-h", "64", "-s", "32", "::"], check=True)
    for name, content in files.items():
        subprocess.run(["mcopy", "-i", where, "-", f"::{name}"], input=content, check=True)


def test_partitions_are_numbered_as_the_kernel_does(rom: ModuleType, card: Path) -> None:
    assert rom.partitions(card) == {**FIRST, 4: EXTENDED, 5: EXTENDED + 8, 6: EXTENDED + 2048 + 8}


def test_the_section_of_a_tryboot_counts_for_a_tryboot_only(rom: ModuleType) -> None:
    text = AUTOBOOT.decode()
    assert rom.settings(text)["boot_partition"] == "2"
    assert rom.settings(text, "tryboot")["boot_partition"] == "3"


@pytest.mark.skipif(not shutil.which("mformat"), reason="needs mtools: sudo apt install mtools")
def test_it_starts_what_autoboot_names(rom: ModuleType, card: Path, tmp_path: Path) -> None:
    put(card, 1, {"autoboot.txt": AUTOBOOT})
    for partition, slot in ((2, b"A"), (3, b"B")):
        files = {
            "config.txt": b"kernel=vmlinuz\ninitramfs initrd.img followkernel\n",
            "cmdline.txt": b"slot=" + slot + b"\n",
        }
        put(card, partition, {**files, "vmlinuz": b"kernel " + slot, "initrd.img": b"initrd " + slot})
    firmware = rom.BootRom(card, tmp_path)
    assert firmware.boot().command_line == "slot=A"
    tried = firmware.boot(tryboot=True)
    assert (tried.partition, tried.command_line, tried.kernel.read_bytes()) == (3, "slot=B", b"kernel B")
    assert firmware.boot().partition == 2
    firmware.write(1, "autoboot.txt", b"# nothing")
    assert firmware.boot(tryboot=True).partition == 2
    with pytest.raises(ValueError, match=r"no other\.txt"):
        firmware.read(2, "other.txt")
