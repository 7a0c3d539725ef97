"""The device that is updated: where it says what it is, and the programs that change it."""

from __future__ import annotations

import configparser
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from controller.errors import RogerError

UNDER_VOLTAGE: Final = 1
"""Bit 0 of the firmware's `throttled`: https://www.raspberrypi.com/documentation/computers/os.html#get_throttled"""
SQUASHFS: Final = b"hsqs"
SLOTS: Final = {"A": 0, "B": 1}
"""Bootnames, and the numbers of their slots in system.conf."""


@dataclass(frozen=True, slots=True)
class Device:
    """A Raspberry Pi with the Roger image, or a folder that stands for it.

    Attributes:
        root: Below it everything is found that is named here.
    """

    root: Path = Path("/")

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> Device:
        """This computer; $ROGER_ROOT is for tests."""
        return cls(Path(environment.get("ROGER_ROOT", "/")))

    @property
    def configuration(self) -> Path:
        """RAUC's description of this device."""
        return self.root / "etc/rauc/system.conf"

    @property
    def state(self) -> Path:
        """What is noted from one start to the next."""
        return self.root / "data/update"

    @property
    def notice(self) -> Path:
        """What this start's screen says of the last update; written by roger-trial."""
        return self.root / "run/roger-update/notice"

    @property
    def is_image(self) -> bool:
        """Whether this computer is updated as a whole."""
        return self.configuration.exists() and bool(self.version)

    @property
    def version(self) -> str:
        """Of the release that runs; empty where this is not the image."""
        return self._said("VERSION")

    @property
    def compatible(self) -> str:
        """Releases for this name and for no other fit."""
        return self._system().get("system", "compatible", fallback="")

    @property
    def running(self) -> str:
        """The slot that runs: "A" or "B"."""
        return self.boot_rom("get-current")

    @property
    def other(self) -> str:
        """The slot that does not run."""
        return "B" if self.running == "A" else "A"

    @property
    def committed(self) -> str:
        """The slot that starts when the power comes."""
        return self.boot_rom("committed")

    @property
    def under_voltage(self) -> bool:
        """Whether the firmware says that the power supply is too weak, now; False where nobody can tell."""
        with suppress(OSError, ValueError):
            said = (self.root / "sys/module/roger_firmware/parameters/throttled").read_text("ascii")
            return bool(int(said, 16) & UNDER_VOLTAGE)
        return False

    def partition(self, kind: str, slot: str) -> Path:
        """The block device of "rootfs" or "boot" of a slot."""
        return Path(self._system().get(f"slot.{kind}.{SLOTS[slot]}", "device"))

    def holds_release(self, slot: str) -> bool:
        """Whether something was ever written to a slot, and is not known to be bad."""
        with suppress(OSError), self.partition("rootfs", slot).open("rb") as file:
            return file.read(len(SQUASHFS)) == SQUASHFS and self.boot_rom("get-state", slot) == "good"
        return False

    def boot_rom(self, *what: str) -> str:
        """Ask or tell scripts/update/tryboot-backend. Raises `RogerError` UPD-12 with its words."""
        program = self._system().get("handlers", "bootloader-custom-backend")
        return run([program, *what]).strip()

    def _system(self) -> configparser.ConfigParser:
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.configuration, encoding="utf-8")
        return parser

    def _said(self, name: str) -> str:
        with suppress(OSError):
            for line in (self.root / "etc/roger-release").read_text("utf-8").splitlines():
                key, _, value = line.partition("=")
                if key == name:
                    return value.strip().strip('"')
        return ""


def run(command: Sequence[str | os.PathLike[str]]) -> str:
    """The output of a program. Raises `RogerError` UPD-12 with what it complained about."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise RogerError("UPD-12", f"{command[0]} cannot be run: {error.strerror}", "this image is not whole") from None
    if done.returncode:
        complaint = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise RogerError("UPD-12", complaint[-1] if complaint else f"{command[0]} failed", "see journalctl -u rauc")
    return done.stdout
