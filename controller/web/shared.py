"""Engines that all visitors share: one of each, used by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from controller.app import DeviceActions
from controller.errors import RogerError
from controller.ports import Cancellation, Classifier, Frame, Recognizer
from controller.turn import Decision, Slot, StepResult, Transcript

T = TypeVar("T")

PATIENCE_S: Final = 15.0
"""How long a visitor waits for the recogniser while it understands somebody else."""


class Once(Generic[T]):
    """Made when it is first needed, by whoever needs it first; tried again until that succeeds."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self.made: T | None = None

    def get(self) -> T:
        with self._lock:
            if self.made is None:
                self.made = self._make()
            return self.made


class SharedRecognizer:
    """Implements `controller.ports.Recognizer` for one of several: while another one speaks, it keeps what it hears.

    Args:
        engine: Does the work.
        turns: Held by the visitor whose utterance the engine works on.
    """

    def __init__(self, engine: Recognizer, turns: threading.Lock) -> None:
        self._engine = engine
        self._turns = turns
        self._mine = False
        self._kept: list[Frame] = []

    def start(self) -> None:
        self._let_go()
        self._kept = []
        self._mine = self._turns.acquire(blocking=False)
        if self._mine:
            self._engine.start()

    def feed(self, frame: Frame) -> str | None:
        if self._mine:
            return self._engine.feed(frame)
        self._kept.append(frame)
        return None

    def finish(self) -> Transcript:
        """Raises `RogerError` WEB-01 where the other one takes too long."""
        if not self._mine:
            self._mine = self._turns.acquire(timeout=PATIENCE_S)
            if not self._mine:
                raise RogerError("WEB-01", "somebody else is speaking", "say it again in a moment")
            self._engine.start()
            for frame in self._kept:
                self._engine.feed(frame)
        try:
            return self._engine.finish()
        finally:
            self._let_go()

    def cancel(self) -> None:
        if self._mine:
            self._engine.cancel()
            self._let_go()
        self._kept = []

    def hurry(self) -> None:
        if self._mine:
            self._engine.hurry()

    def close(self) -> None:
        """The engine is everybody's."""
        self.cancel()

    def _let_go(self) -> None:
        if self._mine:
            self._mine = False
            self._turns.release()


class SharedClassifier:
    """Implements `controller.ports.Classifier`, one transcript at a time."""

    def __init__(self, engine: Classifier, turns: threading.Lock) -> None:
        self._engine = engine
        self._turns = turns

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        with self._turns:
            return self._engine.classify(transcript, lacking)


class SharedActions:
    """One device for all: who comes second is told so, and everybody else is told what was done.

    Args:
        tell: Gets the action's key.
    """

    def __init__(self, actions: DeviceActions, turns: threading.Lock, tell: Callable[[str], None]) -> None:
        self._actions = actions
        self._turns = turns
        self._tell = tell

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        """Raises `RogerError` WEB-02 where somebody else uses the device at this moment."""
        if not self._turns.acquire(blocking=False):
            raise RogerError("WEB-02", "somebody else is using the device", "say it again in a moment")
        try:
            yield from self._actions.perform(action_key, slots, language, cancellation)
        finally:
            self._turns.release()
        self._tell(action_key)

    def outputs(self) -> dict[str, float]:
        return self._actions.outputs()

    def close(self) -> None:
        """The pins are everybody's."""
