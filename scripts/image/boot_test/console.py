"""A computer that runs, seen through its serial console."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

TRYBOOT = re.compile(r"(Rebooting with argument|Restarting system with command) '0 tryboot'")
"""What systemd-shutdown and the kernel say of it."""


class Running:
    """A started qemu. Use it as a context manager: at the end its power is cut.

    Args:
        command: Starts it.
        log: The file that its console goes to.
    """

    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log
        log.write_bytes(b"")
        self._begun = time.monotonic()
        self._qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def cut_power(self) -> None:
        """Stop it at once: nothing is written any more."""
        self._qemu.kill()
        self._qemu.wait()

    @property
    def seconds(self) -> float:
        """Since its power came on."""
        return time.monotonic() - self._begun

    @property
    def text(self) -> str:
        """All of the console so far."""
        return self._log.read_text(encoding="utf-8", errors="replace").replace("\r", "")

    def wait_for(self, pattern: str, limit_s: float) -> re.Match[str]:
        """The first place on the console that matches. Raises `TimeoutError`, or `ChildProcessError` if it ended."""
        while True:
            ended = self._qemu.poll() is not None
            if found := re.search(pattern, self.text, re.M):
                return found
            if ended:
                raise ChildProcessError(
                    f"qemu ended ({self._qemu.stderr.read() if self._qemu.stderr else ''})\n{self.tail()}"
                )
            if self.seconds > limit_s:
                raise TimeoutError(f"no {pattern!r} within {limit_s:.0f} s\n{self.tail()}")
            time.sleep(0.2)

    def wait_for_end(self, limit_s: float) -> bool:
        """Wait until it is off or would start again; whether it asked for a tryboot."""
        while self._qemu.poll() is None:
            if self.seconds > limit_s:
                raise TimeoutError(f"still on after {limit_s:.0f} s\n{self.tail()}")
            time.sleep(0.2)
        return bool(TRYBOOT.search(self.text))

    def tail(self, lines: int = 30) -> str:
        """The last lines of the console."""
        return "\n".join(self.text.splitlines()[-lines:])
