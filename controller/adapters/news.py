"""What the device tells its user by itself when it starts: faults on the card, and how the network comes up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from controller.adapters.network_manager import LIMIT_S, NetworkManager
from controller.events import PartChanged
from controller.network import Device, story
from controller.ports import Clock, Post
from controller.settings.status import Status
from controller.turn import Part

log = logging.getLogger(__name__)

PROBLEM_S: Final = 12.0
"""How long each fault of the card is shown."""
JOINING_S: Final = 90.0
TROUBLE_S: Final = 45.0
ADDRESS_S: Final = 60.0
"""How long the screen shows that, while nobody speaks."""
POLL_S: Final = 3.0
"""How often is looked while there is no address; NetworkManager tells most by itself."""
QUIET_S: Final = 60.0
RETRIES_S: Final = (2.0, 5.0, 15.0, 60.0)


class Source(Protocol):
    """Where the network is looked at; its methods raise `OSError` where that is impossible."""

    def wait(self, limit_s: float) -> None: ...
    def devices(self, in_reach: bool) -> list[Device]: ...
    def close(self) -> None: ...


class News:
    """Posts `PartChanged` of "settings" and "network" from a thread of its own.

    Args:
        connect: Makes the source; raises `OSError` while there is none.
    """

    def __init__(
        self, status: Status, clock: Clock, post: Post, connect: Callable[[], Source] = NetworkManager
    ) -> None:
        self._status = status
        self._clock = clock
        self._post = post
        self._connect = connect
        self._source: Source | None = None
        self._closing = threading.Event()
        self._last = Part("", "")
        self._was_ready = False
        self._started_at = clock.now()
        self._tell_problems()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._source:
            self._source.close()
        self._thread.join(LIMIT_S)

    def _tell_problems(self) -> None:
        """One after the other, from the time on at which somebody can read them."""
        for number, problem in enumerate(self._status.problems):
            since = self._started_at + number * PROBLEM_S
            name = "settings" if number == 0 else f"settings {number + 1}"
            part = Part(name, "off", None, problem.problem, problem.detail, since, since + PROBLEM_S)
            self._post(PartChanged(self._started_at, part=part))

    def _run(self) -> None:
        tries = 0
        while not self._closing.is_set():
            try:
                self._source = self._connect()
                tries = 0
                self._watch(self._source)
            except OSError as error:
                log.info("network: %s", error)
            self._closing.wait(RETRIES_S[min(tries, len(RETRIES_S) - 1)])
            tries += 1

    def _watch(self, source: Source) -> None:
        """Look until NetworkManager goes away, which raises, or `close`."""
        while not self._closing.is_set():
            waited_s = self._clock.now() - self._started_at
            part = story(source.devices(in_reach=not self._was_ready), self._status.wifi_name, waited_s)
            self._tell(part)
            source.wait(QUIET_S if part.status == "ready" else POLL_S)

    def _tell(self, part: Part) -> None:
        if part == self._last:
            return
        self._last = part
        now = self._clock.now()
        shown_s = {"ready": ADDRESS_S, "joining": JOINING_S}.get(part.status, TROUBLE_S)
        if self._was_ready and part.status != "ready":
            shown_s = 0.0  # a router that restarts is no news; the corner shows it
        self._was_ready = self._was_ready or part.status == "ready"
        self._post(PartChanged(now, part=replace(part, since=now, until=now + shown_s)))
