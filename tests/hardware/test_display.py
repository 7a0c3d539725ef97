"""The OLED on a kernel's I2C bus, through luma; what it shows is read from the kernel's record of the bus."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from config.schema import DisplaySettings
from controller.adapters.display_luma import LumaDisplay
from controller.errors import RogerError
from scripts.image.boot_test.guest.oled import frames
from tests.controller.adapters.contracts.display import DisplayContract, pages
from tests.hardware.kernel import Bus

GOLDEN = Path(__file__).parents[1] / "render" / "golden"


class TracedGlass:
    def __init__(self, bus: Bus, trace: Path) -> None:
        self._bus = bus
        self._trace = trace

    def open(self, rotate: int = 0) -> LumaDisplay:
        settings = {"bus": self._bus.number, "address": self._bus.address, "rotate": rotate}
        return LumaDisplay(DisplaySettings.model_validate(settings))

    def shown(self) -> bytes:
        return list(frames(self._trace.read_text().splitlines()))[-1]


@pytest.fixture
def glass(bus: Bus) -> Iterator[TracedGlass]:
    with bus.watched() as trace:
        yield TracedGlass(bus, trace)


class TestTheOled(DisplayContract):
    @pytest.fixture
    def glass(self, glass: TracedGlass) -> TracedGlass:
        return glass


@pytest.mark.parametrize("language", ["en", "ko"])
def test_golden_pictures_arrive_as_they_are(glass: TracedGlass, language: str) -> None:
    display = glass.open()
    for file in sorted((GOLDEN / language).glob("*.png"))[:6]:
        golden = Image.open(file).convert("1")
        display.draw(golden)
        assert glass.shown() == pages(golden), file.name
    display.close()


def test_another_address(glass: TracedGlass, bus: Bus) -> None:
    with pytest.raises(RogerError, match="DSP-01 no display ssd1306 at 0x3D"):
        LumaDisplay(DisplaySettings(bus=bus.number, address=0x3D))


def test_a_bus_that_went_away_and_comes_back(bus: Bus) -> None:
    number = bus.number
    bus.unplug()
    with pytest.raises(RogerError, match=rf"DSP-01.*I2C bus {number}"):
        LumaDisplay(DisplaySettings(bus=number))
    bus.plug()
    LumaDisplay(DisplaySettings(bus=bus.number)).close()


def test_a_display_that_stops_answering_says_so_and_leaves_the_bus_free(glass: TracedGlass, bus: Bus) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    display = glass.open()
    with bus.silent(os.getpid()), pytest.raises(RogerError, match="DSP-02"):
        for _ in range(10_000):  # strace takes a moment to attach
            display.draw(Image.new("1", (128, 64), 1))
            display.draw(Image.new("1", (128, 64), 0))
    display.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
