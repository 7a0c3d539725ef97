"""What the kernel and the system's own programs say about this computer."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

LIMIT_S: Final = 5.0


class Program(Protocol):
    """Runs a program and gives what it printed; None where it is not there, fails, or takes too long."""

    def __call__(self, argv: Sequence[str]) -> str | None: ...


class Host:
    """This computer; in tests, a folder that looks like one.

    Args:
        root: Where /proc, /sys, /dev, /run and /etc are.
        program: Runs other programs.
        environment: Variables by name.
    """

    def __init__(
        self, root: Path = Path("/"), program: Program | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self._root = root
        self._program = program or run_program
        self.environment = os.environ if environment is None else environment

    def path(self, name: str) -> Path:
        """Where "/proc/..." is."""
        return self._root / name.lstrip("/")

    def read(self, name: str) -> str:
        """A small text file without blanks at its ends; empty where it cannot be read."""
        return self.read_bytes(name).decode("utf-8", errors="replace").strip("\0 \t\n")

    def read_bytes(self, name: str) -> bytes:
        """As `read`, as it is."""
        try:
            return self.path(name).read_bytes()
        except OSError:
            return b""

    def find(self, pattern: str) -> list[str]:
        """Names that match, such as "/dev/i2c-*"; of those with numbers, 2 comes before 10."""
        found = (f"/{path.relative_to(self._root)}" for path in self._root.glob(pattern.lstrip("/")))
        return sorted(found, key=lambda name: (len(name), name))

    def exists(self, name: str) -> bool:
        return self.path(name).exists()

    def may_use(self, name: str) -> bool:
        """Whether this user may read and write it."""
        return os.access(self.path(name), os.R_OK | os.W_OK)

    def run(self, *argv: str) -> str | None:
        """What a program prints; None where it is not there or fails."""
        return self._program(argv)

    @property
    def sees_all(self) -> bool:
        """Only root sees what other users' programs have open."""
        return os.geteuid() == 0

    @property
    def model(self) -> str:
        """ "Raspberry Pi 5 Model B Rev 1.0"; empty on a computer whose firmware does not say."""
        return self.read("/proc/device-tree/model")

    @property
    def is_pi(self) -> bool:
        return "Raspberry Pi" in self.model


def run_program(argv: Sequence[str]) -> str | None:
    """As `Program`, in the C locale."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            argv, env=environment, capture_output=True, timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else None
