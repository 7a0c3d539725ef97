"""The memory: how much is free, and whether the kernel had to end something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok, skipped, warning
from controller.doctor.host import Host

LITTLE_MB: Final = 300
NONE_MB: Final = 100
SMALLER = "end other programs (top -o %MEM), or set a smaller recognizer.model: roger models list"


def check(case: Case) -> Iterator[Finding]:
    """Free is what the kernel could give without swapping (MemAvailable)."""
    total, free = _mb(case.host, "MemTotal"), available_mb(case.host)
    if not total:
        yield skipped("the kernel does not say")
        return
    text, figures = f"{free} of {total} MB free", {"total_mb": total, "available_mb": free}
    if free < NONE_MB:
        yield fault("SYS-02", text, SMALLER, **figures)
    elif free < LITTLE_MB and case.roger is None:
        yield warning("SYS-02", f"{text}, before Roger runs", SMALLER, **figures)
    else:
        yield ok(text, **figures)
    if killed := _killed(case.host):
        text = f"since power-on the kernel ended {killed} programs because the memory was full"
        yield warning("SYS-02", text, "journalctl -k -g 'Out of memory' names them", oom_kills=killed)


def available_mb(host: Host) -> int:
    """0 where the kernel does not say."""
    return _mb(host, "MemAvailable")


def _mb(host: Host, name: str) -> int:
    found = re.search(rf"(?m)^{name}:\s*(\d+) kB", host.read("/proc/meminfo"))
    return int(found[1]) // 1024 if found else 0


def _killed(host: Host) -> int:
    found = re.search(r"(?m)^oom_kill (\d+)", host.read("/proc/vmstat"))
    return int(found[1]) if found else 0
