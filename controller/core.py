"""Machine, screen and trace: what depends on nothing but events, and so is the same on the device and in a replay."""

from __future__ import annotations

from dataclasses import dataclass

from controller.events import Event, ScreenDue
from controller.machine import Controller
from controller.screen import Screen
from controller.trace import Trace


@dataclass(frozen=True)
class Core:
    """Takes events, one at a time."""

    controller: Controller
    screen: Screen
    trace: Trace

    def start(self, at: float) -> None:
        """Show the first screen."""
        self.trace.start(at)
        self.controller.start(at)

    def handle(self, event: Event) -> str:
        """The machine's verdict; empty for an event that only concerns the screen."""
        self.trace.event(event)
        if isinstance(event, ScreenDue):
            self.screen.tick(event)
            return ""
        verdict = self.controller.handle(event)
        self.trace.verdict(verdict)
        return verdict
