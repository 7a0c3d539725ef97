"""How the last run ended, for the next one to say: clean, by a fault, killed, hung, or with the power."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from controller.errors import Problem

RUN: Final = "run.json"
ENDED: Final = "ended"
"""Written by systemd after each run: $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS, see systemd.exec(5)."""
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")

RUNNING: Final = "running"
CLEAN: Final = "clean"
FAULT: Final = "fault"
HUNG: Final = "hung"

LOG: Final = "see what it says: journalctl -u roger"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        how: "clean", "fault", "killed", "hung", "power", or "" where there was none, or nobody can know.
        problem: The same with code and hint; None for "clean" and "".
        alarming: Worth a word on the screen. Whoever pulls the plug knows it, and may.
    """

    how: str = ""
    problem: Problem | None = None

    @property
    def alarming(self) -> bool:
        return self.problem is not None and self.how != "power"


class RunFile:
    """Says on the disk that Roger runs, and at last how that ended. Held by one process at a time.

    Where it cannot be written, nothing is noted, and Roger runs all the same.

    Attributes:
        before: How the run before this one ended.
    """

    def __init__(self, folder: Path, boot: str | None = None) -> None:
        self.before = Ending()
        self._boot = boot_id() if boot is None else boot
        self._file: IO[bytes] | None = None
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = _held(folder / RUN)
        if self._file:
            self.before = _ending(_noted(self._file.read()), _said_by_systemd(folder / ENDED), self._boot)
            self.note(RUNNING)

    def note(self, how: str, why: str = "") -> None:
        """What is said of this run if nothing follows: `RUNNING`, `FAULT`, `HUNG` or `CLEAN`, and in words why."""
        if self._file is None:
            return
        with suppress(OSError, ValueError):  # a full disk, or closed
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps({"how": how, "why": why, "boot": self._boot}).encode())
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self, how: str = CLEAN, why: str = "") -> None:
        """The end of this run."""
        self.note(how, why)
        if self._file:
            self._file.close()


def boot_id(path: Path = BOOT) -> str:
    """Another one after each boot."""
    try:
        return path.read_text("ascii").strip()
    except OSError:
        return ""


def _held(path: Path) -> IO[bytes] | None:
    """The file, locked for as long as it is open; None where another Roger has it."""
    file = path.open("r+b" if path.exists() else "w+b", buffering=0)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _noted(content: bytes) -> dict[str, Any]:
    """What the run before noted; a file that the power cut in two says that it was running."""
    if not content:
        return {}
    try:
        noted = json.loads(content)
    except ValueError:
        noted = None
    return noted if isinstance(noted, dict) else {"how": RUNNING}


def _said_by_systemd(path: Path) -> tuple[str, str]:
    """Result and status of the run before, such as ("watchdog", "ABRT"), once; empty where nothing was said."""
    try:
        result, _, status = path.read_text("ascii", errors="replace").split()[:3]
        path.unlink()
    except (OSError, ValueError):
        return "", ""
    return result, status


def _ending(noted: dict[str, Any], said: tuple[str, str], boot: str) -> Ending:
    how, why, (result, status) = noted.get("how", ""), str(noted.get("why", "")), said
    if how in ("", CLEAN) or result == "success":
        return Ending(how and CLEAN)
    if how == FAULT:
        return Ending(FAULT, Problem("SRV-01", f"Roger fell over: {why}", LOG))
    if how == HUNG or result == "watchdog":
        return Ending(HUNG, Problem("SRV-03", f"Roger hung and was restarted: {why or 'its loop stood still'}", LOG))
    if result == "oom-kill":
        hint = "choose a smaller model in roger.yaml"
        return Ending("killed", Problem("SRV-02", "Roger was killed: the memory was full", hint))
    if not result and noted.get("boot") != boot:
        return Ending("power", Problem("SRV-04", "the power went away while Roger ran", "nothing is lost"))
    return Ending("killed", Problem("SRV-02", f"Roger was killed{f' by {status}' if status else ''}", LOG))
