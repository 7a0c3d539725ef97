"""Updates under the systemd and the RAUC of Debian 13: one release is kept, others are left, and it is told why.

usage: sudo python3 scripts/update/trial_test [--root FOLDER]
A container (systemd-nspawn) starts again and again. Its boot ROM is a unit that reads autoboot.txt and the one-shot
flag; its partitions are files; its Roger is a process that says when it is ready. Units, backend, hook, bundles and
RAUC are those of the image. Needs root, mmdebstrap, systemd-container, mtools, rauc, and Debian's packages (once: the
container's root is kept in --root). About four minutes after that.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY))

from tests.updates import SCRIPTS, Board, make_bundle, make_image, make_key, make_release

HERE = Path(__file__).parent
PACKAGES = "rauc,rauc-service,dbus,udev,kmod,mtools,systemd-sysv,util-linux"
TOOLS = ("mmdebstrap", "systemd-nspawn", "rauc", "mksquashfs", "mcopy", "sfdisk", "openssl")
VERSIONS = ("1.0.0", "2.0.0", "3.0.0")
SEEN = (
    ("A runs as flashed", r"^1: A runs, A starts, B next, mounted ro, notice: $"),
    (
        "B was tried and kept once Roger was ready",
        r"^2: B runs, B starts, A next, mounted ro, notice: updated 2\.0\.0$",
    ),
    ("A, in which Roger is never ready, is tried", r"^started A by tryboot"),
    ("B is back, and the screen is told why", r"^4: B runs, .*undone 3\.0\.0 Roger was not ready within 25 s$"),
    ("A, which ends in emergency mode, is tried", r"^emergency mode$"),
    ("B is back again", r"^5: B runs, B starts, B next, mounted ro, notice: undone 3\.0\.0"),
)


def main() -> int:
    """Make the device, start it until it says that it is over, and look at what it wrote."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path.home() / ".cache/roger/trial-test")
    args = parser.parse_args()
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        print(f"trial_test: skipped, these are missing: {' '.join(missing)}")
        return 0
    if os.geteuid() != 0:
        print("trial_test: skipped, only root may start containers")
        return 0
    device = make_device(args.root)
    for _ in range(8):
        start(args.root, device)
        if "\nover\n" in (device / "log").read_text("utf-8"):
            break
    subprocess.run(["umount", args.root / "boot"], check=True)
    said = (device / "log").read_text("utf-8")
    failed = [text for text, pattern in SEEN if not re.search(pattern, said, re.M)]
    for text, _ in SEEN:
        print(f"  {'FAIL' if text in failed else 'ok  '} {text}")
    if failed:
        print(said)
    return 1 if failed else 0


def make_device(folder: Path) -> Path:
    """The container's root, its card, and the releases for it."""
    root, work = folder / "root", folder / "work"
    if not (root / "usr").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mmdebstrap", "--variant=essential", f"--include={PACKAGES}", "trixie", str(root), mirror("trixie")]
        subprocess.run([*command, '--aptopt=APT::Install-Recommends "false"'], check=True)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    key, board = make_key(work / "keys"), Board(work / "pi")
    for version in VERSIONS:
        (work / version).mkdir()
        boot, system = make_release(work / version, version, os.urandom(1 << 20))
        make_image(work / f"{version}.img", boot, system)
        make_bundle(work / f"{version}.img", board.folder / f"{version}.raucb", key)
        if version == VERSIONS[0]:
            board.flash(boot, system)
    install(root, board, key)
    mount_boot(folder)
    return board.folder


def mirror(suite: str) -> str:
    """A line of apt, from the mirror that this machine itself uses."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    base = next((line for line in found if line.rstrip("/").endswith("/debian")), "")
    if not base:
        sys.exit("trial_test: apt's sources name no mirror of Debian")
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    return f"deb [signed-by={key}] {base} {suite} main"


def install(root: Path, board: Board, key: Path) -> None:
    """What the image has for updates, and what stands for the rest of a Pi."""
    at = str(board.folder)
    conf = board.system_conf.read_text("utf-8").replace(str(SCRIPTS), "/usr/lib/roger/update")
    put(root / "etc/rauc/system.conf", conf.replace(f"{at}/run/mnt", "/run/rauc/mnt"))
    shutil.copy(key / "release.cert.pem", board.folder / "etc/rauc/keyring.pem")
    for name in ("tryboot-backend", "roger-trial"):
        put(root / f"usr/lib/roger/update/{name}", (SCRIPTS / name).read_text("utf-8"), 0o755)
    units = root / "usr/lib/systemd/system"
    for path in (*SCRIPTS.glob("*.service"), *HERE.glob("*.service")):
        put(units / path.name, path.read_text("utf-8").replace("@PI@", at))
    for name in ("rom", "look"):
        put(root / f"usr/lib/test-{name}", (HERE / name).read_text("utf-8").replace("@PI@", at))
    environment = f"ROGER_CMDLINE={at}/cmdline ROGER_UPDATE_STATE={at}/data/update ROGER_TRYBOOT={at}/none"
    limits = "ROGER_TRIAL_S=25 ROGER_STABLE_S=3"
    put(root / "etc/systemd/system.conf.d/test.conf", f"[Manager]\nDefaultEnvironment={environment} {limits}\n")
    override = f"'exec rauc --mount=/run/rauc/mnt service --override-boot-slot=$(cat {at}/slot)'"
    put(
        root / "etc/systemd/system/rauc.service.d/test.conf",
        f"[Service]\nExecStart=\nExecStart=/bin/sh -c {override}\n",
    )
    names = [path.name for path in (*SCRIPTS.glob("*.service"), *HERE.glob("*.service"))]
    subprocess.run(["systemctl", f"--root={root}", "enable", *names], check=True, capture_output=True)


def put(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)


def mount_boot(folder: Path) -> None:
    """The first partition, read-only as on the device; ext4 where this kernel has no FAT."""
    image, place = folder / "boot.ext4", folder / "boot"
    place.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(16 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    shutil.copy(SCRIPTS / "autoboot.txt", place)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)


def start(folder: Path, device: Path) -> None:
    """One start, until it is off or wants to start again."""
    loops = ["/dev/loop-control", *(f"/dev/loop{number}" for number in range(8))]
    binds = [f"--bind={path}" for path in (*loops, device)]
    command = ["systemd-nspawn", "-q", "-b", "-D", str(folder / "root"), "--register=no", "--keep-unit", *binds]
    with (folder / "console.log").open("ab") as log:
        subprocess.run(
            [*command, f"--bind={folder / 'boot'}:/boot/roger", "--console=pipe"],
            env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=600,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(main())
