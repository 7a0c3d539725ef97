"""What the device tells its user by itself when it starts: faults on the card, and how the network comes up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from controller.adapters.network_manager import LIMIT_S, NetworkManager
from controller.events import PartChanged
from controller.network import Device, story
from controller.ports import Clock, Post
from controller.settings.status import CardProblem
from controller.turn import Part

log = logging.getLogger(__name__)

SETTINGS: Final = "settings"
PROBLEM_S: Final = 12.0
"""How long each fault of the card is shown."""
MOST: Final = 6
"""So many faults are shown; more of them have one cause."""
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


def tell(problems: Sequence[CardProblem], clock: Clock, post: Post) -> None:
    """Faults of the user's files, one after the other."""
    now = clock.now()
    for number, told in enumerate(problems[:MOST]):
        since = now + number * PROBLEM_S
        name = f"{SETTINGS} {number + 1}" if number else SETTINGS
        post(PartChanged(now, part=Part(name, "off", None, told.problem, told.detail, since, since + PROBLEM_S)))


class News:
    """Posts `PartChanged` of "network" from a thread of its own.

    Args:
        wanted: The name of the Wi-Fi that was set; empty for none.
        connect: Makes the source; raises `OSError` while there is none.
    """

    def __init__(self, wanted: str, clock: Clock, post: Post, connect: Callable[[], Source] = NetworkManager) -> None:
        self._wanted = wanted
        self._clock = clock
        self._post = post
        self._connect = connect
        self._source: Source | None = None
        self._closing = threading.Event()
        self._last = Part("", "")
        self._was_ready = False
        self._first_answer_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._source:
            self._source.close()
        self._thread.join(LIMIT_S)

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
            devices = source.devices(in_reach=not self._was_ready)
            if self._first_answer_at is None:
                self._first_answer_at = self._clock.now()
            part = story(devices, self._wanted, self._clock.now() - self._first_answer_at)
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
