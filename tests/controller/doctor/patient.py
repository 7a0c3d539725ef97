"""A computer that is a folder, and ports that do as they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, Config, load
from config.schema import ButtonSettings, DisplaySettings, MicrophoneSettings
from controller.clock import VirtualClock
from controller.doctor.case import Case, Check, Line
from controller.doctor.finding import Finding
from controller.doctor.host import Host
from controller.doctor.server import Server
from controller.errors import RogerError
from controller.events import PartChanged
from controller.ports import Cancellation, Display, Frame, Microphone, Post, Sound, Speaker
from controller.turn import Part

T = TypeVar("T")
PI5 = "pinctrl-rp1"


@dataclass
class FakeLine:
    pressed: bool = False
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeDisplay:
    drawn: list[Image.Image] = field(default_factory=list)
    closed: bool = False

    def draw(self, picture: Image.Image) -> None:
        self.drawn.append(picture)

    def close(self) -> None:
        self.closed = True


class FakeMicrophone:
    """Hands out all of a recording at once."""

    def __init__(self, heard: Frame, overruns: int, post: Post) -> None:
        self._heard = heard
        self.overruns = overruns
        self.shut = False
        post(PartChanged(part=Part("microphone", "ready")))

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        sink(self._heard)

    def close(self) -> None: ...

    def shut_down(self) -> None:
        self.shut = True


@dataclass
class FakeSpeaker:
    played: list[Sound] = field(default_factory=list)

    def play(self, sounds: Any, cancellation: Cancellation) -> None:
        self.played += sounds

    def close(self) -> None: ...


@dataclass
class Ports:
    """What the hardware is like; all well by default."""

    labels: Mapping[int, str] | Exception = field(default_factory=lambda: {0: PI5})
    users: Mapping[int, str] = field(default_factory=dict)
    line: FakeLine = field(default_factory=FakeLine)
    on_buses: Mapping[int, Sequence[int] | OSError] = field(default_factory=lambda: {1: [0x3C]})
    screen: FakeDisplay | RogerError = field(default_factory=FakeDisplay)
    heard: Frame = field(default_factory=lambda: np.zeros(32_000, np.int16))
    overruns: int = 0
    device: dict[str, Any] | RogerError = field(
        default_factory=lambda: {"name": "USB PnP (hw:1,0)", "defaultSampleRate": 48_000.0, "maxInputChannels": 1}
    )
    voice: FakeSpeaker | RogerError = field(default_factory=FakeSpeaker)
    loaded: str = '{"seconds": 1.5, "memory_mb": 180}'
    reached: Mapping[str, str] | Exception = field(default_factory=lambda: {"tls": "TLSv1.3"})

    def chip_labels(self) -> Mapping[int, str]:
        return _or_raise(self.labels)

    def line_user(self, chip: int, line: int) -> str:
        return self.users.get(line, "")

    def button(self, settings: ButtonSettings) -> Line:
        return self.line

    def answering(self, bus: int, addresses: Sequence[int]) -> list[int]:
        there = _or_raise(self.on_buses.get(bus, []))
        return [address for address in there if address in addresses]

    def display(self, settings: DisplaySettings) -> Display:
        return _or_raise(self.screen)

    def input_device(self, name: str) -> dict[str, Any]:
        return _or_raise(self.device)

    def microphone(self, settings: MicrophoneSettings, post: Post) -> Microphone:
        return FakeMicrophone(self.heard, self.overruns, post)

    def output_device(self, name: str) -> dict[str, Any]:
        return _or_raise(self.device)

    def speaker(self, name: str) -> Speaker:
        return _or_raise(self.voice)

    def load(self, what: str, folder: Path, cancellation: Cancellation) -> str:
        return self.loaded

    def reach(self, server: Server) -> Mapping[str, str]:
        return _or_raise(self.reached)


def _or_raise(value: T | Exception) -> T:
    if isinstance(value, Exception):
        raise value
    return value


class Patient:
    """A Raspberry Pi 5, in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports = Ports()
        self.programs: dict[str, str] = {}
        self.config: Config = load(DEFAULT_FOLDER)
        self.options: dict[str, Any] = {"quick": True}
        self.write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
        for device in ("/dev/gpiochip0", "/dev/i2c-1"):
            self.write(device, "")

    def write(self, name: str, content: str | bytes) -> None:
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def remove(self, name: str) -> None:
        (self.root / name.lstrip("/")).unlink()

    def process(self, pid: int, *argv: str, opens: str = "") -> None:
        self.write(f"/proc/{pid}/cmdline", "\0".join(argv) + "\0")
        self.write(f"/proc/{pid}/comm", argv[0].rpartition("/")[2] + "\n")
        if opens:
            folder = self.root / f"proc/{pid}/fd"
            folder.mkdir()
            (folder / "7").symlink_to(opens)

    def roger(self, pid: int = 412, opens: str = "") -> None:
        """`roger run` runs."""
        self.process(pid, "/opt/roger/venv/bin/python", "/opt/roger/venv/bin/roger", "run", opens=opens)
        self.options["roger"] = pid

    def settings(self, **changes: Any) -> None:
        """Other settings in roger.yaml: part="{...}"."""
        written = self.config.roger.model_dump(mode="python") | changes
        self.config = replace(self.config, roger=type(self.config.roger).model_validate(written))

    @property
    def host(self) -> Host:
        return Host(self.root, lambda argv: self.programs.get(argv[0]), {})

    def case(self) -> Case:
        return Case(self.host, self.ports, self.config, VirtualClock(), **self.options)

    def examined(self, check: Check) -> list[Finding]:
        return list(check(self.case()))


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path)
