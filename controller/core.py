"""Machine, screen, trace and books: what depends on nothing but events, and so is the same on the device and in a
replay.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from controller.events import Event, ScreenDue
from controller.machine import IGNORED, STALE, Controller
from controller.ports import Effects
from controller.screen import Screen
from controller.trace import NotedEffects, Trace
from controller.turn import Part, Scene
from states.guards import Rules
from states.invariants import Observation, violations
from states.ledger import Books, Ledger
from states.table import TABLE, Row

log = logging.getLogger(__name__)


class Core:
    """Takes events, one at a time, and watches that the machine keeps its promises.

    Attributes:
        broken: Every promise that was broken: the device notes it and goes on, the simulator makes much of it.
    """

    def __init__(
        self, effects: Effects, screen: Screen, trace: Trace, rules: Rules, table: Sequence[Row] = TABLE
    ) -> None:
        self._ledger = Ledger()
        self._screen = screen
        self._trace = trace
        self._rules = rules
        noted = NotedEffects(effects, trace.effect, self._ledger.effect)
        self.controller = Controller(noted, rules, table, first_parts(rules))
        self.broken: list[str] = []

    def start(self, at: float, scene: Scene | None = None) -> None:
        """Show the first screen: that of a fresh machine, or `scene`, from which it goes on."""
        self._trace.start(at, scene)
        if scene:
            self._ledger.books = Books()
            self._screen.forget()
            self.controller.restore(scene)
        self.controller.start(at)

    def handle(self, event: Event) -> str:
        """The machine's verdict; empty for an event that only concerns the screen."""
        self._trace.event(event)
        if isinstance(event, ScreenDue):
            self._screen.tick(event)
            return ""
        before = self.controller.scene
        verdict = self.controller.handle(event)
        self._trace.verdict(verdict)
        moved = verdict not in (STALE, IGNORED)
        seen = Observation(event, moved, before, self.controller.scene, self._ledger.books, self._rules)
        for promise in violations(seen):
            log.error("after %s: %s", event.trigger, promise)
            self._trace.broken(promise)
            self.broken.append(promise)
        return verdict


def first_parts(rules: Rules) -> Sequence[Part]:
    """The parts that the first screen lists."""
    chat = () if rules.may_ask else (Part("chat", "off"),)
    return (Part("recognizer", "loading"), Part("classifier", "loading"), *chat)
