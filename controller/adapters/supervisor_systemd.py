"""systemd as the supervisor: one datagram for each thing that it is told (sd_notify(3), sd_watchdog_enabled(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from controller.ports import Supervisor

LONGEST: Final = 200
"""Characters of a status; `systemctl status` shows one line."""


class SystemdSupervisor:
    """Tells the socket that a unit with Type=notify has in $NOTIFY_SOCKET.

    Args:
        address: Its path; one that begins with @ is in the abstract namespace.
    """

    def __init__(self, address: str, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)

    def ready(self) -> None:
        self._tell("READY=1")

    def status(self, text: str) -> None:
        self._tell(f"STATUS={' '.join(text.split())[:LONGEST]}")

    def alive(self) -> None:
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, message: str) -> None:
        with suppress(OSError):  # nobody listens any more, or its queue is full: the next one will do
            self._socket.sendto(message.encode(), self._address)


class NoSupervisor:
    """Stands where nobody watches, as in a terminal."""

    watchdog_s: float | None = None

    def ready(self) -> None:
        """Nobody waits for it."""

    def status(self, text: str) -> None:
        """Nobody asks."""

    def alive(self) -> None:
        """Nobody doubts it."""

    def stopping(self) -> None:
        """Nobody waits for it."""


def supervisor_of(environment: Mapping[str, str]) -> Supervisor:
    """Who watches, as the variables say that systemd sets; those of another process do not count."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return NoSupervisor()
    meant_for_us = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    watchdog_us = environment.get("WATCHDOG_USEC", "")
    return SystemdSupervisor(address, int(watchdog_us) / 1e6 if meant_for_us and watchdog_us.isdecimal() else None)
