"""Who has a device: a running Roger, or another program."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from controller.doctor.host import Host


@dataclass(frozen=True, slots=True)
class Holder:
    """A process.

    Attributes:
        roger: It is a running Roger.
    """

    pid: int
    name: str
    roger: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


def running_roger(host: Host) -> int | None:
    """The process of `roger run`, of whatever user; None where there is none."""
    return next((pid for pid in _pids(host) if pid != os.getpid() and _is_roger(host, pid)), None)


def holder_of(host: Host, device: str) -> Holder | None:
    """Who has `device` open, as far as this user may know. One that belongs to another user is seen by root only."""
    for pid in _pids(host):
        if pid == os.getpid():
            continue
        for link in host.find(f"/proc/{pid}/fd/*"):
            if _target(host, link) == device:
                return _holder(host, pid)
    return None


def sound_holders(host: Host, direction: str) -> list[Holder]:
    """Who records ("c") or plays ("p") by the kernel's own devices; a sound server counts as itself."""
    found = []
    for status in host.find(f"/proc/asound/card*/pcm*{direction}/sub*/status"):
        if owner := re.search(r"owner_pid\s*:\s*(\d+)", host.read(status)):
            found.append(_holder(host, _process_of(host, int(owner[1]))))
    return found


def _pids(host: Host) -> Iterator[int]:
    return (int(name.rpartition("/")[2]) for name in host.find("/proc/[0-9]*") if name.rpartition("/")[2].isdigit())


def _is_roger(host: Host, pid: int) -> bool:
    words = host.read(f"/proc/{pid}/cmdline").split("\0")
    if PurePath(words[0]).name.startswith("python"):
        words = words[1:]
    command = next((word for word in words[1:] if not word.startswith("-")), "")
    return PurePath(words[0] if words else "").name == "roger" and command == "run"


def _holder(host: Host, pid: int) -> Holder:
    return Holder(pid, host.read(f"/proc/{pid}/comm") or "a program", _is_roger(host, pid))


def _process_of(host: Host, thread: int) -> int:
    """ALSA names the thread that opened the device."""
    group = re.search(r"(?m)^Tgid:\s*(\d+)", host.read(f"/proc/{thread}/status"))
    return int(group[1]) if group else thread


def _target(host: Host, link: str) -> str:
    try:
        return str(host.path(link).readlink())
    except OSError:
        return ""
