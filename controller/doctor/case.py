"""All that a check may look at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from config.loader import Config, Issue
from config.schema import ButtonSettings, DisplaySettings, MicrophoneSettings
from controller.doctor.finding import Finding
from controller.doctor.host import Host
from controller.doctor.server import Server
from controller.ports import Cancellation, Clock, Display, Microphone, Post, Speaker
from controller.worker import Token


class Line(Protocol):
    """A button's pin while it is looked at."""

    @property
    def pressed(self) -> bool: ...

    def close(self) -> None: ...


class Ports(Protocol):
    """The adapters of the firmware, as the checks need them. All raise `RogerError`, or OSError where that is said."""

    def chip_labels(self) -> Mapping[int, str]:
        """GPIO chips by number. Raises ImportError or AttributeError where lgpio is not there or an empty stub."""

    def line_user(self, chip: int, line: int) -> str:
        """Who has a GPIO line, in the kernel's words; empty where it is free."""

    def button(self, settings: ButtonSettings) -> Line: ...

    def answering(self, bus: int, addresses: Sequence[int]) -> list[int]:
        """Those of `addresses` at which an I2C bus has something. Raises OSError."""

    def display(self, settings: DisplaySettings) -> Display: ...

    def input_device(self, name: str) -> dict[str, Any]:
        """What PortAudio says of the microphone."""

    def microphone(self, settings: MicrophoneSettings, post: Post) -> Microphone: ...

    def output_device(self, name: str) -> dict[str, Any]:
        """What PortAudio says of the speaker."""

    def speaker(self, name: str) -> Speaker: ...

    def load(self, what: str, folder: Path, cancellation: Cancellation) -> str:
        """As `controller.doctor.loading.load_apart`."""

    def reach(self, server: Server) -> Mapping[str, str]:
        """As `controller.doctor.network.reach`."""


@dataclass(frozen=True)
class Case:
    """What is examined, and how.

    Attributes:
        config: The user's; the one that comes with Roger where that is broken.
        issues: What is wrong with the user's.
        quick: Nothing that makes a noise or takes seconds.
        asked: The checks that were asked for by name: they run even where nothing needs them.
        roger: The process of a running Roger.
        token: Cancelled where somebody presses Ctrl-C.
        note: Says what goes on within a check, such as "listening for 2 s".
    """

    host: Host
    ports: Ports
    config: Config
    clock: Clock
    issues: Sequence[Issue] = ()
    quick: bool = False
    asked: frozenset[str] = frozenset()
    roger: int | None = None
    token: Token = field(default_factory=Token)
    note: Callable[[str], None] = lambda text: None

    def wait(self, seconds: float) -> None:
        """Returns early where the examination is broken off."""
        woken = threading.Event()
        self.token.on_cancel(woken.set)
        woken.wait(seconds)


Check: TypeAlias = Callable[[Case], Iterator[Finding]]
"""May raise `RogerError`, which is a fault like any other."""
