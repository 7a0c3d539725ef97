"""The traces of a service: in memory line by line, on the disk turn by turn, and each of them replays."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller import trace_ring
from controller.app import rules_of
from controller.clock import SystemClock
from controller.events import ButtonPressed, PartChanged
from controller.simulator.recording import read
from controller.simulator.replay import first_difference, replay, view_of
from controller.trace import header
from controller.trace_ring import RingTrace
from controller.turn import Part
from controller.worker import ThreadWorker
from tests.controller.test_assistant import Room, frozen_time

SHIPPED = load(DEFAULT_FOLDER)


class Device:
    """What outlives a run: memory until the power is cut, and the disk."""

    def __init__(self, folder: Path) -> None:
        self.memory, self.disk = folder / "memory", folder / "traces"
        self.memory.mkdir()

    def ring(self, keep: int = 50) -> RingTrace:
        worker = ThreadWorker("trace", SystemClock(), lambda event: None)
        make = lambda: header(SHIPPED, rules_of(SHIPPED), "2026-11-23T09:30:00")  # noqa: E731
        return RingTrace(self.memory, self.disk, keep, make, lambda: "2026-11-23-093000", worker)

    @property
    def kept(self) -> list[Path]:
        return sorted(self.disk.glob("*.jsonl"))

    @property
    def in_memory(self) -> list[str]:
        return [path.read_text("utf-8") for path in sorted(self.memory.glob("*.jsonl"))]


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def test_an_idle_run_leaves_nothing_anywhere(device: Device) -> None:
    ring = device.ring()
    ring.start(0.0)
    ring.event(PartChanged(1.0, part=Part("recognizer", "ready")))
    ring.flush()
    assert len(device.in_memory) == 1
    ring.close()
    assert (device.kept, device.in_memory) == ([], [])


def test_what_happens_is_in_memory_at_once_and_on_the_disk_when_it_is_flushed(device: Device) -> None:
    ring = device.ring()
    ring.start(0.0)
    ring.event(ButtonPressed(1.0))
    (text,) = device.in_memory
    assert '"event":"ButtonPressed"' in text
    assert device.kept == []
    ring.flush()
    ring.event(ButtonPressed(2.0))
    ring.close()
    (path,) = device.kept
    assert path.name == "000001-2026-11-23-093000.jsonl"
    assert path.read_text("utf-8").startswith(text)
    assert '"at":2.0' in path.read_text("utf-8")
    assert device.in_memory == []


def test_the_next_run_brings_what_a_killed_one_left_in_memory_to_the_disk(device: Device) -> None:
    killed = device.ring()
    killed.start(0.0)
    killed.event(ButtonPressed(1.0))
    killed.flush()
    killed._worker.close(30)  # the turn before is on the disk
    killed.event(ButtonPressed(2.0))
    (text,) = device.in_memory
    device.ring().close()
    (path,) = device.kept
    assert path.read_text("utf-8") == text
    assert device.in_memory == []


def test_the_oldest_are_deleted_whatever_the_clock_says(device: Device) -> None:
    for number in range(1, 6):
        ring = device.ring(keep=3)
        ring.event(ButtonPressed(float(number)))
        ring.close()
    assert [path.name[:6] for path in device.kept] == ["000003", "000004", "000005"]


def test_a_disk_that_takes_nothing_and_a_memory_that_is_gone_stop_nobody(device: Device) -> None:
    device.disk.write_text("no folder")
    ring = device.ring()
    ring.event(ButtonPressed(1.0))
    ring.flush()
    ring.close()
    assert device.disk.read_text() == "no folder"
    device.memory.joinpath("x").mkdir()
    for path in device.memory.glob("*.jsonl"):
        path.unlink()
    device.memory.joinpath("x").rmdir()
    device.memory.rmdir()
    ring = device.ring()
    ring.event(ButtonPressed(1.0))
    ring.close()
    assert not device.memory.exists()


def test_full_traces_begin_anew_and_each_of_them_replays_to_the_same_bytes(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_ring, "FULL_BYTES", 4_000)
    said = ("turn on the living room lamp", "set a timer for ten minutes", "what time is it", "", "turn on the fan")
    room = Room(*said, time=frozen_time(), make_trace=device.ring)
    room.run()
    assert isinstance(room.kept, RingTrace)
    room.kept.close()
    assert len(device.kept) > 2
    for path in device.kept:
        recording = read(path)
        assert not recording.changed
        assert first_difference(recording, replay(recording, view_of(recording, SHIPPED))) is None
    later = read(device.kept[1]).inputs[0]
    assert later.scene
    assert later.scene.turn.id > 0
