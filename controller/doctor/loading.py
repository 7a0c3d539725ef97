"""Loads a model in a process of its own: python -m controller.doctor.loading recognizer|meaning CONFIG"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from config.loader import load
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import Cancellation

LIMIT_S: Final = 120.0


def load_apart(what: str, folder: Path, cancellation: Cancellation) -> str:
    """What such a process says: JSON, or in words how it ended. Killed when cancelled."""
    command = [sys.executable, "-m", "controller.doctor.loading", what, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        cancellation.on_cancel(process.kill)
        try:
            told, complaints = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return f"it took more than {LIMIT_S:.0f} s"
    if process.returncode < 0:
        return (
            f"the process was ended by signal {-process.returncode}, which is what a full memory or a broken file does"
        )
    return told if process.returncode == 0 else (complaints.strip().splitlines() or ["it ended without a word"])[-1]


def main(what: str, folder: Path) -> dict[str, object]:
    """Seconds, and the most memory that the process had, in MB; or code, message and hint."""
    from controller.engines import make_meaning, make_recognizer

    config = load(folder)
    elapsed = stopwatch()
    try:
        if what == "recognizer":
            make_recognizer(config)
        else:
            make_meaning(config)
    except RogerError as error:
        problem = error.problem
        return {"code": problem.code, "message": problem.message, "hint": problem.hint}
    return {"seconds": round(elapsed(), 2), "memory_mb": _peak_mb()}


def _peak_mb() -> int:
    """getrusage would count what the process had that started this one, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
