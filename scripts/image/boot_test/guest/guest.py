"""Runs in the guest once Roger is ready: measures, presses, speaks, and reports on the console, in lines of JSON."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from oled import frames_of
from raw_trace import written

HISTORY = Path("/var/lib/roger/history.db")
BUTTON, LAMP = 21, 17
TRACING = Path("/sys/kernel/tracing")


def main() -> None:
    """Everything in turn; a part that fails is reported, and the rest goes on."""
    is_up = shell("systemctl", "is-active", "roger.service") == "active"
    for part in (loaded, turn, screen, log, boot, security, network, memory, storage) if is_up else (log, boot):
        try:
            report(part.__name__, **part())
        except Exception as error:
            report(part.__name__, error=f"{type(error).__name__}: {error}")
    report("end")


def report(name: str, **facts: Any) -> None:
    """A line for the host."""
    print(f"\nROGER-TEST {json.dumps({'part': name, **facts})}", flush=True)


def shell(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def shown(*names: str) -> dict[str, str]:
    """Properties of the unit."""
    lines = shell("systemctl", "show", "roger.service", *(f"--property={name}" for name in names)).splitlines()
    return dict(line.split("=", 1) for line in lines)


def boot() -> dict[str, Any]:
    """When it was ready, in seconds since the kernel began, and what that is made of."""
    for _ in range(20):
        if "not yet finished" not in (total := shell("systemd-analyze", "time")):
            break
        time.sleep(3)
    unit = shown("ActiveState", "ActiveEnterTimestampMonotonic", "ExecMainStartTimestampMonotonic", "NRestarts")
    return {
        "state": unit["ActiveState"],
        "restarts": int(unit["NRestarts"]),
        "started_s": int(unit["ExecMainStartTimestampMonotonic"]) / 1e6,
        "ready_s": int(unit["ActiveEnterTimestampMonotonic"]) / 1e6,
        "systemd": total,
        "chain": shell("systemd-analyze", "critical-chain", "--no-pager", "roger.service"),
        "slowest": shell("systemd-analyze", "blame", "--no-pager").splitlines()[:15],
        "jobs": shell("systemctl", "list-jobs", "--plain", "--no-legend"),
        "failed": shell("systemctl", "list-units", "--failed", "--plain", "--no-legend"),
        "release": Path("/etc/roger-release").read_text().strip(),
    }


def security() -> dict[str, Any]:
    """How exposed the unit is (lower is better), and who has a password."""
    exposure = shell("systemd-analyze", "security", "--no-pager", "roger.service").splitlines()[-1]
    shadow = [line.split(":") for line in Path("/etc/shadow").read_text().splitlines()]
    return {
        "exposure": exposure,
        "passwords": [fields[0] for fields in shadow if fields[1][:1] not in ("!", "*")],
        "host_keys": [str(path) for path in Path("/etc/ssh").glob("ssh_host_*")],
    }


def network() -> dict[str, Any]:
    """What listens."""
    return {"listening": shell("ss", "-tlnup").splitlines()[1:], "addresses": shell("ip", "-brief", "address")}


def memory() -> dict[str, Any]:
    """Of the idle service once it has used everything, in MB: resident, and its share of what is shared."""
    main = shown("MainPID")["MainPID"]
    status = Path(f"/proc/{main}/status").read_text()
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("Vm")}
    rollup = Path(f"/proc/{main}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    cpu = sum(map(int, Path(f"/proc/{main}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / 100
    return {
        "resident_mb": sizes["VmRSS"],
        "peak_mb": sizes["VmHWM"],
        "share_mb": pss // 1024,
        "cpu_s": cpu,
        "free": shell("free", "-m"),
    }


def storage() -> dict[str, Any]:
    """What is mounted where, and what on it can be written."""
    mounts = shell("findmnt", "-rn", "-o", "TARGET,SOURCE,FSTYPE,OPTIONS").splitlines()
    kept = [
        line for line in mounts if line.split()[0] in ("/", "/data", "/var/lib/roger", "/boot/roger", "/run/root/lower")
    ]
    return {"mounts": kept, "space": shell("df", "-m", "/", "/data")}


def loaded() -> dict[str, Any]:
    """When the models were there, in seconds since the kernel began; a person would wait for the screen to say so."""
    began = time.monotonic()
    while time.monotonic() - began < 900:
        said = shell("journalctl", "-b", "-u", "roger.service", "-o", "cat", "--no-pager")
        if all(f"{part} is ready" in said for part in ("recognizer", "classifier")):
            break
        time.sleep(3)
    return {"at_s": float(Path("/proc/uptime").read_text().split()[0])}


def turn() -> dict[str, Any]:
    """The same words until they are understood, three times at most: a busy computer may lose some of the sound."""
    said: list[dict[str, Any]] = []
    for _ in range(3):
        said.append(spoken())
        if said[-1].get("action", "").startswith("light_on room="):
            break
        time.sleep(60)  # a question that it may have asked is forgotten by then
    return {"turn": said[-1], "heard": [one.get("transcript") for one in said], "lamp": lamp()}


def lamp() -> list[str]:
    """Its pin, read back."""
    return [pin(LAMP, "value") for _ in range(10)]


def spoken() -> dict[str, Any]:
    """A press, a sentence, a release; the turn that came of it, empty where none did."""
    before = turns()
    press(True)
    time.sleep(1)
    shell("chrt", "-r", "50", "aplay", "-q", "-D", "plughw:Loopback,1,0", "/run/t/say.wav")
    time.sleep(1)
    press(False)
    for _ in range(200):
        time.sleep(3)
        if len(now := turns()) > len(before):
            return now[-1]
    return {}


def turns() -> list[dict[str, Any]]:
    """The history."""
    if not HISTORY.exists():
        return []
    with sqlite3.connect(f"file:{HISTORY}?mode=ro", uri=True) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("select * from turns order by 1")]


def press(down: bool) -> None:
    """The button: it connects its pin to ground."""
    simulated(BUTTON, "pull").write_text("pull-down" if down else "pull-up")


def pin(number: int, what: str) -> str:
    """A line of the GPIO chip, as who is wired to it sees it."""
    return simulated(number, what).read_text().strip()


def simulated(number: int, what: str) -> Path:
    """An attribute of gpio-sim's line."""
    return next(Path("/sys/devices/platform").glob(f"*gpio-sim*/gpiochip*/sim_gpio{number}/{what}"))


def screen() -> dict[str, Any]:
    """Every screen that went over the bus."""
    drawn = list(frames_of(written(TRACING)))
    return {"drawn": len(drawn), "frames": [base64.b64encode(frame).decode() for frame in drawn[-40:]]}


def log() -> dict[str, Any]:
    """What Roger and its helpers said."""
    said = shell("journalctl", "-b", "-u", "roger*", "-o", "short-monotonic", "--no-hostname", "--no-pager")
    return {"journal": said.splitlines()[-80:]}


if __name__ == "__main__":
    main()
