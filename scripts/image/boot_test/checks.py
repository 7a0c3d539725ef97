"""What has to hold, said as it is found."""

from __future__ import annotations

from typing import Any


class Checks:
    """Counts, and goes on after a failure, so that one start shows all that is wrong."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Those that do not hold."""
        return [check for check in self.done if not check["holds"]]

    def holds(self, text: str, holds: bool, found: Any = "") -> None:
        """Note that `text` is so or not, and what was found."""
        self.done.append({"check": text, "holds": bool(holds), "found": found})
        print(f"  {'ok  ' if holds else 'FAIL'} {text}{f': {found}' if found != '' else ''}", flush=True)
