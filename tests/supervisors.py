"""A supervisor that only notes what it is told."""

from __future__ import annotations


class NotedSupervisor:
    """As systemd would be told, line by line."""

    def __init__(self, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self.told: list[str] = []

    def ready(self) -> None:
        self.told.append("READY=1")

    def status(self, text: str) -> None:
        self.told.append(f"STATUS={text}")

    def alive(self) -> None:
        self.told.append("WATCHDOG=1")

    def stopping(self) -> None:
        self.told.append("STOPPING=1")
