"""How many tokens the bigger model may take a day, kept over restarts."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

from controller.errors import RogerError
from controller.ports import Clock

log = logging.getLogger(__name__)


class Budget:
    """Counts the tokens of a day.

    Args:
        per_day: 0 for as many as are asked for.
        path: Where the count is kept; None only in memory.
    """

    def __init__(self, per_day: int, clock: Clock, path: Path | None = None) -> None:
        self._per_day = per_day
        self._clock = clock
        self._path = path
        self._lock = threading.Lock()
        self._day, self._tokens = self._read()

    @property
    def spent(self) -> int:
        """Tokens of today."""
        with self._lock:
            self._turn_over()
            return self._tokens

    def check(self) -> None:
        """Raises `RogerError` CHAT-06 where today's tokens are used up."""
        if self._per_day and self.spent >= self._per_day:
            hint = "it goes on tomorrow; or raise chat.tokens_per_day"
            raise RogerError("CHAT-06", f"today's {self._per_day} tokens are used up", hint)

    def spend(self, tokens: int) -> None:
        """Count what a question and its answer took."""
        if not self._per_day:
            return
        with self._lock:
            self._turn_over()
            self._tokens += tokens
            self._write()

    def _turn_over(self) -> None:
        today = self._clock.wall().date().isoformat()
        if today != self._day:
            self._day, self._tokens = today, 0

    def _read(self) -> tuple[str, int]:
        try:
            kept = json.loads(self._path.read_text("utf-8")) if self._path else {}
            return str(kept["day"]), int(kept["tokens"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", 0

    def _write(self) -> None:
        """In one go: a power cut leaves the old count or the new one."""
        if self._path is None:
            return
        beside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps({"day": self._day, "tokens": self._tokens}), "utf-8")
            beside.replace(self._path)
        except OSError as error:
            log.warning("the count of tokens cannot be kept: %s", error)
