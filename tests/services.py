"""A Roger in a process of its own, watched as systemd would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final, Self

ROGER: Final = "import sys; from controller.cli import main; sys.exit(main())"


class Service:
    """A Roger that a supervisor watches. It does not outlive its test.

    Args:
        configuration: Folder of the three files.
        code: What Python runs, for a Roger with a fault.
        arguments: More of `roger run`.
    """

    def __init__(
        self,
        folder: Path,
        configuration: Path,
        code: str = ROGER,
        watchdog_s: float = 60.0,
        *arguments: str,
        **environment: str,
    ) -> None:
        self.state = folder / "state"
        for name in ("state", "runtime"):
            (folder / name).mkdir(exist_ok=True)
        address = folder / "notify"
        address.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(address))
        self.socket.settimeout(120)
        self.heard: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", code, "run", "--config", str(configuration), *arguments],
            env={
                **os.environ,
                "NOTIFY_SOCKET": str(address),
                "WATCHDOG_USEC": str(int(watchdog_s * 1e6)),
                "STATE_DIRECTORY": str(self.state),
                "RUNTIME_DIRECTORY": str(folder / "runtime"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._killer = threading.Timer(240, self.process.kill)
        self._killer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._killer.cancel()
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.socket.close()

    def until(self, message: str) -> Self:
        """Listen until it says so."""
        while not any(message in heard for heard in self.heard):
            self.heard.append(self.socket.recv(4096).decode())
        return self

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the status, negative for a signal, and what was printed."""
        self.process.send_signal(number)
        printed, _ = self.process.communicate()
        return self.process.returncode, printed
