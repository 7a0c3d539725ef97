"""What the service costs: processor time until it is ready, and memory once everything is loaded and it idles.

    python scripts/bench/service.py --runs 5

It runs `roger run` on the shipped configuration as systemd would, with a state folder of its own and the models that
are installed. Processor time is user + system of the process until READY=1, its threads that already load models
included. Then somebody says "turn on the living room lamp" (tests/audio/demo_lamp.wav, in place of the microphone).
Memory is RSS and PSS (/proc/PID/smaps_rollup) of the process and its children: once recogniser and classifier are
loaded and that turn is over, some seconds later.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROGER = """
import sys
import controller.commands.run as run
from controller.adapters.microphone_wav import WavMicrophone
from controller.audio import read_wav
from controller.cli import main
from pathlib import Path
run.microphone_or_none = lambda *_: WavMicrophone([read_wav(Path("tests/audio/demo_lamp.wav"))], _[1])
run._after_one_turn = lambda assistant: lambda: False
sys.exit(main())
"""


def main() -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--settle", type=float, default=5.0, metavar="SECONDS", help="between loading and measuring")
    arguments = parser.parse_args()
    imports = [imported_s() for _ in range(arguments.runs)]
    runs = [run(arguments.settle) for _ in range(arguments.runs)]
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} processors, load {load()}")
    print(f"{arguments.runs} runs: median (smallest to largest)")
    print(row("imports, processor time, s", imports))
    for name in runs[0]:
        print(row(name, [measured[name] for measured in runs]))
    return 0


def row(name: str, values: list[float]) -> str:
    return f"{name:40} {statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"


def load() -> str:
    return Path("/proc/loadavg").read_text().split()[0]


def imported_s() -> float:
    """Processor time of a Python that imports what `roger run` needs to begin."""
    before = os.times()
    code = "from controller.cli import parser; parser(['run'])"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def run(settle_s: float) -> Mapping[str, float]:
    """One life of the service."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(f"{folder}/notify")
        notified.settimeout(600)
        environment = {"NOTIFY_SOCKET": f"{folder}/notify", "STATE_DIRECTORY": folder, "RUNTIME_DIRECTORY": folder}
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", ROGER, "run", "--hold", "3"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return measured(process, notified, began, settle_s)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def measured(
    process: subprocess.Popen[bytes], notified: socket.socket, began: float, settle_s: float
) -> dict[str, float]:
    while notified.recv(4096) != b"READY=1":
        continue
    ready_s, wall_s = cpu_s(process.pid), time.monotonic() - began
    status = b""
    while b"loading" in status or not status.startswith(b"STATUS=idle"):
        status = notified.recv(4096)
    if b"recognizer" in status or b"classifier" in status:
        sys.exit(f"not everything could be loaded: {status.decode()}")
    time.sleep(settle_s)
    resident, proportional = memory_mib(process.pid)
    loaded_s = cpu_s(process.pid)
    time.sleep(settle_s)
    return {
        "until ready, processor time, s": ready_s,
        "until ready, wall clock, s": wall_s,
        "until loaded and after a turn, processor time, s": loaded_s,
        "idle, processor time, s a minute": (cpu_s(process.pid) - loaded_s) * 60 / settle_s,
        "idle, resident (RSS), MiB": resident,
        "idle, proportional (PSS), MiB": proportional,
    }


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rolled = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in (pid, *children)]
    return tuple(
        sum(int(re.search(rf"^{kind}: +(\d+)", text, re.M)[1]) for text in rolled) / 1024 for kind in ("Rss", "Pss")
    )  # type: ignore[index, return-value]


if __name__ == "__main__":
    sys.exit(main())
