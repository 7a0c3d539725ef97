"""Whether Roger is alive, and who is told so for as long as it is true."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from controller.ports import Clock, Supervisor

log = logging.getLogger(__name__)

OVERDUE_S: Final = 30.0
"""By so much a job may outlast the state that asked for it. After that it hangs, and its thread is free again only
after a restart."""
LOADING_S: Final = 900.0
"""How long a job may take that no state waits for: to learn many actions takes minutes, the first time."""
BEATS: Final = 3
"""So often within the supervisor's patience it is told, as sd_watchdog_enabled(3) advises at least 2."""


class Pulse:
    """A thread's promise when it will show itself again. Set by that thread, read by any."""

    def __init__(self) -> None:
        self._due = math.inf

    def within(self, now: float, seconds: float) -> None:
        """If nothing is seen of it for so many seconds from `now`, it hangs."""
        self._due = now + seconds

    def rest(self) -> None:
        """It promises nothing any more."""
        self._due = math.inf

    def missed(self, now: float) -> bool:
        return now > self._due


@dataclass(frozen=True, slots=True)
class Doing:
    """The job that a worker has under way.

    Attributes:
        job: The state that asked for it.
        since: Seconds on the clock.
    """

    job: str
    since: float


def stuck(workers: Iterable[tuple[str, Doing | None]], deadlines_s: Mapping[str, float], now: float) -> str:
    """The worker that does not come back from a job, in words; empty where all do."""
    for name, doing in workers:
        allowed_s = deadlines_s.get(doing.job, LOADING_S) + OVERDUE_S if doing else math.inf
        if doing and now - doing.since > allowed_s:
            return f"{name} hangs since {now - doing.since:.0f} s"
    return ""


class Vitals:
    """Tells the supervisor that Roger is alive. Its timer runs on the machine's thread: it falls silent if that hangs.

    Args:
        complaints: Each says what hangs, at a time in seconds on the clock; empty where nothing does.
        on_hang: Told the complaint when the feeding stops, and "" where it goes on after all.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        clock: Clock,
        complaints: Iterable[Callable[[float], str]],
        on_hang: Callable[[str], None] = lambda complaint: None,
    ) -> None:
        self._supervisor = supervisor
        self._clock = clock
        self._complaints = tuple(complaints)
        self._on_hang = on_hang
        self._complaint = ""

    def start(self) -> None:
        """From now on; does nothing where nobody watches."""
        if self._supervisor.watchdog_s:
            self._beat(self._supervisor.watchdog_s / BEATS)

    def _beat(self, interval_s: float) -> None:
        now = self._clock.now()
        before, self._complaint = self._complaint, next(filter(None, (ask(now) for ask in self._complaints)), "")
        if before and not self._complaint:
            self._on_hang("")
        if not self._complaint:
            self._supervisor.alive()
        elif not before:
            log.error("%s: the watchdog gets no more signs of life", self._complaint)
            self._supervisor.status(self._complaint)
            self._on_hang(self._complaint)
        self._clock.call_at(now + interval_s, lambda: self._beat(interval_s))
