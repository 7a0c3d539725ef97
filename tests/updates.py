"""A Raspberry Pi as far as updates see it: a card of files, the boot ROM that reads it, RAUC, and pulled plugs."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).parent.parent / "scripts" / "update"
BACKEND = SCRIPTS / "tryboot-backend"
BOOT_BYTES = 8 << 20
ROOT_BYTES = 24 << 20
START_SECTORS = {2: 2048, 3: 2048 + 16384, 5: 40960, 6: 40960 + 51200}


def missing_tools(*more: str) -> str:
    """Why updates cannot be tested here; empty where they can."""
    needed = ("mkfs.vfat", "mcopy", "mdel", "mksquashfs", "unsquashfs", *more)
    absent = [name for name in needed if not shutil.which(name)]
    return f"needs {', '.join(absent)}" if absent else ""


def missing_rauc() -> str:
    """Why RAUC cannot install here; empty where it can."""
    if why := missing_tools("rauc", "openssl", "sfdisk", "dbus-daemon", "unshare"):
        return why
    if os.geteuid() != 0:
        return "needs root: RAUC mounts its bundles"
    return "" if Path("/dev/loop-control").exists() else "needs loop devices"


def boot_partition(autoboot: str | None, tryboot: bool = False) -> int:
    """What the boot ROM starts: https://www.raspberrypi.com/documentation/computers/config_txt.html#autoboot-txt

    Without a number that counts it is the first FAT partition with firmware, which is the second of this card.
    """
    found, counts = "", True
    for line in (autoboot or "").splitlines():
        if line.startswith("["):
            counts = line == "[all]" or (line == "[tryboot]" and tryboot)
        elif counts and line.startswith("boot_partition="):
            found = line.removeprefix("boot_partition=")
    return int(found) if found in ("2", "3") else 2


@dataclass
class Board:
    """A Pi with the Roger image. Below `folder` is what it sees as its root.

    Attributes:
        slot: What runs.
        environment: For every program on it.
    """

    folder: Path
    slot: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.card = self.folder / "card"
        for name in ("card", "boot/roger", "data/update/rauc", "etc/rauc", "run/mnt", "programs"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy(SCRIPTS / "autoboot.txt", self.autoboot)
        for name, size in (("boot", BOOT_BYTES), ("root", ROOT_BYTES)):
            for number in (0, 1):
                with (self.card / f"{name}{number}").open("wb") as file:
                    file.truncate(size)
        self.environment = os.environ | {
            "PATH": f"{self.folder / 'programs'}:{os.environ['PATH']}",
            "ROGER_ROOT": str(self.folder),
            "ROGER_BOOT": str(self.folder / "boot/roger"),
            "ROGER_CMDLINE": str(self.folder / "run/cmdline"),
            "ROGER_REBOOT_PARAM": str(self.folder / "run/reboot-param"),
            "ROGER_UPDATE_STATE": str(self.folder / "data/update"),
            "ROGER_UPDATE_RUN": str(self.folder / "run/roger-update"),
            "ROGER_TRYBOOT": str(self.folder / "run/tryboot"),
            "ROGER_BACKEND": str(BACKEND),
        }
        self._describe()

    @property
    def autoboot(self) -> Path:
        return self.folder / "boot/roger/autoboot.txt"

    @property
    def state(self) -> Path:
        return self.folder / "data/update"

    @property
    def system_conf(self) -> Path:
        return self.folder / "etc/rauc/system.conf"

    def _describe(self) -> None:
        """The real system.conf, with files for partitions."""
        text = (SCRIPTS / "system.conf").read_text("utf-8")
        for number, name in (("02", "boot0"), ("03", "boot1"), ("05", "root0"), ("06", "root1")):
            text = text.replace(f"/dev/disk/by-partuuid/524f4745-{number}", str(self.card / name))
        text = text.replace("/etc/rauc/keyring.pem", str(self.folder / "etc/rauc/keyring.pem"))
        text = text.replace("/data/", f"{self.folder}/data/").replace("/run/rauc/mnt", str(self.folder / "run/mnt"))
        self.system_conf.write_text(text.replace("/usr/lib/roger/update/tryboot-backend", str(BACKEND)), "utf-8")

    def program(self, name: str, text: str) -> None:
        """Put a shell script in front of a program of the machine."""
        path = self.folder / "programs" / name
        path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        path.chmod(0o755)

    def flash(self, boot: Path, root: Path) -> None:
        """Write a release into slot A, as the card comes from its maker."""
        for source, name in ((boot, "boot0"), (root, "root0")):
            with (self.card / name).open("r+b") as file:
                file.write(source.read_bytes())

    def start(self) -> str:
        """Power on, or restart as it was asked for: gives the version that then runs, by what lies on the card."""
        tryboot = self._asked_for_trial()
        shutil.rmtree(self.folder / "run")
        (self.folder / "run/mnt").mkdir(parents=True)
        text = self.autoboot.read_text("utf-8", "replace") if self.autoboot.exists() else None
        boot = self.card / f"boot{boot_partition(text, tryboot) - 2}"
        line = _output("mtype", "-i", boot, "::/cmdline.txt")
        (self.folder / "run/cmdline").write_text(line, "utf-8")
        self.slot = self.backend("get-current")
        release = _output("unsquashfs", "-cat", self.card / f"root{'AB'.index(self.slot)}", "etc/roger-release")
        (self.folder / "etc/roger-release").write_text(release, "utf-8")
        return release.split("VERSION=")[1].split("\n")[0]

    def pull_plug(self) -> str:
        """What was only in memory is gone: the boot ROM's one-shot flag, too."""
        (self.folder / "run/reboot-param").unlink(missing_ok=True)
        return self.start()

    def backend(self, *what: str, check: bool = True) -> str:
        """The output of tryboot-backend."""
        command = [str(BACKEND), *what]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def trial(self, what: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run roger-trial to its end."""
        command = [str(SCRIPTS / "roger-trial"), what]
        return subprocess.run(
            command, env=self.environment | environment, capture_output=True, text=True, check=False, timeout=120
        )

    def _asked_for_trial(self) -> bool:
        asked = self.folder / "run/reboot-param"
        return asked.exists() and " tryboot" in asked.read_text("utf-8")


def make_release(folder: Path, version: str, filler: bytes = b"") -> tuple[Path, Path]:
    """A boot and a root file system with little in them but their names."""
    tree = folder / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/roger-release").write_text(f"VERSION={version}\nCOMPATIBLE=roger-rpi64\n", "utf-8")
    (tree / "filler").write_bytes(filler)
    boot, root, line = folder / "boot.vfat", folder / "root.squashfs", folder / "cmdline.txt"
    with boot.open("wb") as file:
        file.truncate(BOOT_BYTES)
    _output("mkfs.vfat", boot)
    line.write_text("root=PARTUUID=524f4745-05 rootfstype=squashfs ro panic=10\n", "utf-8")
    _output("mcopy", "-i", boot, line, "::/cmdline.txt")
    _output("mksquashfs", tree, root, "-quiet", "-no-progress", "-all-root")
    return boot, root


def make_image(path: Path, boot: Path, root: Path) -> None:
    """A card's image with the partitions of the real one, smaller."""
    with path.open("wb") as file:
        file.truncate(72 << 20)
    rows = [
        "label: dos\nlabel-id: 0x524f4745\nstart=1, size=2047, type=c",
        f"start={START_SECTORS[2]}, size={BOOT_BYTES // 512}, type=c",
        f"start={START_SECTORS[3]}, size={BOOT_BYTES // 512}, type=c",
        f"start={START_SECTORS[5] - 2048}, type=5",
        f"start={START_SECTORS[5]}, size={ROOT_BYTES // 512 - 2048}, type=83",
        f"start={START_SECTORS[6]}, size={ROOT_BYTES // 512 - 2048}, type=83",
    ]
    subprocess.run(["sfdisk", "-q", str(path)], input="\n".join(rows), text=True, capture_output=True, check=True)
    with path.open("r+b") as file:
        for number, source in ((2, boot), (5, root)):
            file.seek(START_SECTORS[number] * 512)
            file.write(source.read_bytes())


def make_key(folder: Path) -> Path:
    """A folder with a key of its own, as `make release-key` makes it."""
    _output("sh", SCRIPTS / "keys.sh", folder)
    return folder


def make_bundle(image: Path, out: Path, key: Path, **environment: str) -> Path:
    """What `make release` makes of an image."""
    names = {
        "ROGER_RELEASE_KEY": f"{key}/release.key.pem",
        "ROGER_RELEASE_CERT": f"{key}/release.cert.pem",
        "TMPDIR": str(out.parent),
    }
    command = ["sh", str(SCRIPTS / "bundle.sh"), str(image), str(out)]
    subprocess.run(command, env=os.environ | names | environment, capture_output=True, check=True)
    return out


def _output(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}{done.stdout}"
    return done.stdout
