"""Updates a running image: to a release that gets ready, and to one that never does.

usage: python scripts/image/boot_test/updates.py [--image FILE] [--out FOLDER]
Five starts of one card, with autoboot.txt and the one-shot flag as a Pi's boot ROM has them: A installs B, B is kept
and survives a cut of the power, B installs a release without Roger, that one is tried and left again. Needs what
boot_test needs, and rauc; both releases are made of the image itself. A quarter of an hour on two free processors.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from checks import Checks
from console import Running
from drive import make_drive, on_command_line
from machine import VIRT, pi_4_tree
from needs import REPOSITORY, lacks, parser
from rom import Boot, BootRom
from scenes import fresh_card

LIMIT_S = 2400
HOPELESS = "systemd.mask=roger.service systemd.setenv=ROGER_TRIAL_S=20"


def main() -> int:
    """All five starts."""
    args = parser("updates", __doc__).parse_args()
    if reason := lacks(args.image, sfdisk="fdisk", rauc="rauc"):
        print(f"updates: skipped, {reason}")
        return 0
    args.out.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    there_and_back(Device(args.image, args.out), checks)
    print(f"{len(checks.done) - len(checks.failed)} of {len(checks.done)} as they have to be; see {args.out}")
    return 1 if checks.failed else 0


class Device:
    """A card in a computer that is started again and again.

    Args:
        image: What it begins as.
        out: For what comes up.
    """

    def __init__(self, image: Path, out: Path) -> None:
        self._out = out
        self._card = fresh_card(image, out / "updates.img", VIRT)
        self._drive, self._tree = make_drive(out), pi_4_tree(out)
        self._releases = make_releases(image, out)
        self._starts = 0
        self.boot: Boot | None = None

    def start(self, tryboot: bool = False, install: str = "") -> Running:
        """Power on, as the boot ROM does."""
        self._starts += 1
        self.boot = BootRom(self._card, self._out).boot(tryboot)
        log = self._out / f"start-{self._starts}.log"
        more = f"{on_command_line()} roger.test=update {f'roger.install={install}' if install else ''}"
        command = VIRT.command(self._card, self.boot, log, more, self._drive, self._tree)
        releases = f"file={self._releases},format=raw,if=virtio,readonly=on"
        return Running([*command, "-nic", "none", "-drive", releases], log)

    @property
    def partition(self) -> int:
        """The boot partition of the last start."""
        return self.boot.partition if self.boot else 0


def make_releases(image: Path, out: Path) -> Path:
    """A disk with good.raucb and bad.raucb: the image itself, under later versions and with other command lines."""
    folder, disk = out / "releases", out / "releases.squashfs"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    changed = out / "changed.img"
    shutil.copyfile(image, changed)
    rom = BootRom(changed, out)
    line = rom.read(2, "cmdline.txt").decode().strip()
    for name, version, more in (("good", "98.0.0", ""), ("bad", "99.0.0", HOPELESS)):
        rom.write(2, "cmdline.txt", f"{line} {more}".rstrip().encode() + b"\n")
        command = ["sh", str(REPOSITORY / "scripts/update/bundle.sh"), str(changed), str(folder / f"{name}.raucb")]
        if subprocess.run(command, env=os.environ | {"VERSION": version, "TMPDIR": str(out)}, check=False).returncode:
            sys.exit(1)  # it has said why
    changed.unlink()
    options = ["-noappend", "-quiet", "-no-progress", "-all-root", "-noD", "-noF"]
    subprocess.run(["mksquashfs", folder, disk, *options], check=True)
    shutil.rmtree(folder)
    return disk


def there_and_back(device: Device, checks: Checks) -> None:
    """From A to B, and not to the one after."""
    print("A installs a release")
    with device.start(install="good.raucb") as guest:
        asked = guest.wait_for_end(LIMIT_S)
        print(f"  {said(guest, 'installed')}")
        checks.holds("A runs, and asks for a trial of B", (device.partition, asked) == (2, True))
    print("B is tried, kept, and the power is cut")
    with device.start(tryboot=asked) as guest:
        guest.wait_for(r'^ROGER-TEST \{"part": "end"', LIMIT_S)
        checks.holds("B ran on trial", device.partition == 3 and runs(guest, 0)["starts"] == "A", runs(guest, 0))
        checks.holds("it was kept once Roger was ready", runs(guest, -1)["starts"] == "B", runs(guest, -1))
    print("B starts, and installs a release without Roger")
    with device.start(install="bad.raucb") as guest:
        asked = guest.wait_for_end(LIMIT_S)
        checks.holds("B starts without being tried", device.partition == 3 and runs(guest, 0)["starts"] == "B")
        checks.holds("it asks for a trial of A", asked)
    print("A is tried")
    with device.start(tryboot=asked) as guest:
        again = guest.wait_for_end(LIMIT_S)
        checks.holds("it gives up by itself", (device.partition, again) == (2, False), runs(guest, 0))
    print("what starts then")
    with device.start(tryboot=again) as guest:
        guest.wait_for(r'^ROGER-TEST \{"part": "end"', LIMIT_S)
        checks.holds("B starts again", (device.partition, runs(guest, 0)["starts"]) == (3, "B"))
        notice = runs(guest, 0)["notice"]
        checks.holds("the screen is told why", notice == "undone 99.0.0 Roger was not ready within 20 s", notice)
        print(f"  {said(guest, 'end')}")


def said(guest: Running, part: str) -> list[dict[str, Any]]:
    """What guest/update.py reported under that name."""
    lines = re.findall(r"^ROGER-TEST (\{.*\})$", guest.text, re.M)
    return [found for line in lines if (found := json.loads(line))["part"] == part]


def runs(guest: Running, which: int) -> dict[str, Any]:
    """What ran at its first or last look."""
    found = said(guest, "runs")
    return found[which] if found else {"slot": "", "starts": "", "notice": ""}


if __name__ == "__main__":
    sys.exit(main())
