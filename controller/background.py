"""Blocking work on a thread of its own, waited for with a limit, and no longer than its turn lasts."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from controller.ports import Cancellation

T = TypeVar("T")


class Cancelled(Exception):
    """The turn ended while something was waited for: nobody wants the result any more."""


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None


class Background(Generic[T]):
    """Runs `work` on a daemon thread and hands over what it emits.

    A thread that never comes back (a name server, a dead disk) holds up nobody.

    Args:
        work: Gets `emit`, to be called with each item; what it raises is raised by `next`.
    """

    def __init__(self, name: str, work: Callable[[Callable[[T], None]], None], cancellation: Cancellation) -> None:
        self._items: queue.SimpleQueue[T | _Ended] = queue.SimpleQueue()
        self._cancellation = cancellation
        threading.Thread(target=self._run, args=(work,), name=name, daemon=True).start()
        cancellation.on_cancel(lambda: self._items.put(_Ended(Cancelled())))

    def next(self, limit_s: float) -> T | None:
        """The next item; None where the work is done.

        Raises:
            TimeoutError: Nothing came within `limit_s` seconds.
            Cancelled: The turn ended.
        """
        if self._cancellation.cancelled:
            raise Cancelled
        try:
            item = self._items.get(timeout=max(0.0, limit_s))
        except queue.Empty:
            raise TimeoutError from None
        if not isinstance(item, _Ended):
            return item
        if item.error:
            raise item.error
        return None

    def _run(self, work: Callable[[Callable[[T], None]], None]) -> None:
        try:
            work(self._items.put)
        except BaseException as error:  # handed to whoever waits
            self._items.put(_Ended(error))
        else:
            self._items.put(_Ended(None))
