"""What is tested with: a disk for the guest, and the one unit that finds it. The image itself is not touched.

The unit comes as a credential on the kernel's command line (systemd.system-credentials(7)), where a Pi's firmware could
add it, too: who can write the boot partition owns the device anyway.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

GUEST = Path(__file__).parent / "guest"
UNIT = """\
[Unit]
DefaultDependencies=no
After=systemd-udevd.service
Before=sound.target roger.service roger-splash.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'mkdir -p /run/t; until mount -r /dev/vdb /run/t || mount -r /dev/sda /run/t; do sleep 1; done'
ExecStart=/run/t/start
"""


def make_drive(scratch: Path, **files: Path) -> Path:
    """A disk with the guest's programs and these files. Needs mksquashfs.

    Args:
        files: What they are called there, with _ for a dot, and where they are.
    """
    folder, drive = scratch / "drive", scratch / "drive.squashfs"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(GUEST, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in files.items():
        shutil.copy(path, folder / name.replace("_", "."))
    subprocess.run(["mksquashfs", folder, drive, "-noappend", "-quiet", "-no-progress", "-all-root"], check=True)
    return drive


def on_command_line() -> str:
    """What makes the guest run `start` of the disk."""
    unit = base64.b64encode(UNIT.encode()).decode()
    return f"systemd.set_credential_binary=systemd.extra-unit.t.service:{unit} systemd.wants=t.service"
