"""A display that goes away never stops the assistant, and is used again when it is back."""

from __future__ import annotations

from PIL import Image

from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.events import Event, PartChanged
from controller.loop import VirtualLoop
from controller.panel import Panel
from controller.worker import VirtualWorker

PICTURE = Image.new("1", (128, 64))


class Wire:
    """A display on a wire that the test can pull."""

    def __init__(self) -> None:
        self.connected = True
        self.drawn: list[Image.Image] = []
        self.closed = False

    def open(self) -> Wire:
        if not self.connected:
            raise RogerError("DSP-01", "no display at 0x3C on bus 1", "check the wiring")
        return self

    def draw(self, picture: Image.Image) -> None:
        if not self.connected:
            raise RogerError("DSP-02", "the display stopped answering", "check the wiring")
        self.drawn.append(picture)

    def close(self) -> None:
        self.closed = True


class Bench:
    def __init__(self, watch_s: float | None = None) -> None:
        self.wire = Wire()
        self.clock = VirtualClock()
        self.seen: list[Event] = []
        self.loop = VirtualLoop(self.clock, self.seen.append)
        worker = VirtualWorker(self.clock, self.loop.post, measure=lambda: lambda: 0.0)
        self.panel = Panel(self.wire.open, worker, self.clock, watch_s)

    @property
    def reports(self) -> list[tuple[str, str]]:
        parts = [event.part for event in self.seen if isinstance(event, PartChanged)]
        return [(part.status, part.problem.code if part.problem else "") for part in parts]


def test_a_picture_is_drawn_and_the_display_reported_ready_once() -> None:
    bench = Bench()
    bench.panel.draw(PICTURE)
    bench.panel.draw(Image.new("1", (128, 64), 1))
    bench.loop.run()
    assert len(bench.wire.drawn) == 2
    assert bench.reports == [("ready", "")]


def test_a_missing_display_is_reported_and_found_later() -> None:
    bench = Bench()
    bench.wire.connected = False
    bench.panel.draw(PICTURE)
    bench.clock.call_at(7.0, lambda: setattr(bench.wire, "connected", True))
    bench.loop.run()
    assert bench.reports == [("missing", "DSP-01"), ("ready", "")]
    assert bench.wire.drawn == [PICTURE]


def test_a_display_that_stops_answering_comes_back_with_the_latest_picture() -> None:
    bench = Bench()
    bench.panel.draw(PICTURE)
    bench.wire.connected = False
    latest = Image.new("1", (128, 64), 1)
    bench.clock.call_at(1.0, lambda: bench.panel.draw(Image.new("1", (128, 64), 1)))
    bench.clock.call_at(2.0, lambda: bench.panel.draw(latest))
    bench.clock.call_at(3.0, lambda: setattr(bench.wire, "connected", True))
    bench.loop.run()
    assert bench.reports == [("ready", ""), ("missing", "DSP-02"), ("ready", "")]
    assert bench.wire.drawn[-1] == latest


def test_it_closes_the_display() -> None:
    bench = Bench()
    bench.panel.draw(PICTURE)
    bench.panel.close()
    assert bench.wire.closed


def test_a_wire_that_comes_loose_while_nothing_moves_is_noticed_and_the_picture_comes_back() -> None:
    bench = Bench(watch_s=5.0)
    bench.panel.draw(PICTURE)
    bench.clock.call_at(7.0, lambda: setattr(bench.wire, "connected", False))
    bench.clock.call_at(12.0, lambda: setattr(bench.wire, "connected", True))
    bench.clock.call_at(16.0, bench.loop.stop)
    bench.loop.run()
    assert bench.reports == [("ready", ""), ("missing", "DSP-02"), ("ready", "")]
    assert bench.wire.drawn == [PICTURE] * 3, "at once, after 5 s, and after the wire was pushed back"
