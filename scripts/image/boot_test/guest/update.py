"""Runs in the guest: installs the release that the command line names with `roger.install=`, or says what runs.

It waits for Roger only where it looks on: a release is installed as soon as the device is up.
"""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from guest import report, shell

ROGER = "/opt/roger/venv/bin/roger"
BACKEND = "/usr/lib/roger/update/tryboot-backend"


def main() -> None:
    """What was asked for on the command line."""
    line = Path("/proc/cmdline").read_text()
    looked_at()
    if install := re.search(r"roger\.install=(\S+)", line):
        Path("/run/releases").mkdir(exist_ok=True)
        shell("mount", "-r", "/dev/vdc", "/run/releases")
        installed(f"/run/releases/{install[1]}")
    else:
        while shell(BACKEND, "committed") != shell(BACKEND, "get-current"):
            time.sleep(2)
        looked_at()
        report("end", said=shell(ROGER, "update", "--status").splitlines())


def installed(release: str) -> None:
    """Install it. Where that goes well this computer starts again by itself; where not, it is switched off."""
    begun, said, command = time.monotonic(), list[str](), [ROGER, "update", release]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        for line in program.stdout or ():
            said.append(line.strip())
            if "restarting" in line:
                report("installed", seconds=round(time.monotonic() - begun), said=said[-12:])
    if program.returncode > 0:
        report("installed", seconds=0, said=said[-12:])
        shell("systemctl", "poweroff")


def looked_at() -> None:
    """What runs, and what would start."""
    report(
        "runs",
        slot=shell(BACKEND, "get-current"),
        starts=shell(BACKEND, "committed"),
        roger=shell("systemctl", "is-active", "roger.service"),
        module=Path("/sys/module/roger_firmware").exists(),
        mounts=shell("findmnt", "-rn", "-o", "OPTIONS", "/boot/roger"),
        notice=shell("cat", "/run/roger-update/notice"),
    )


if __name__ == "__main__":
    subprocess.run(["sync"], check=False)
    main()
