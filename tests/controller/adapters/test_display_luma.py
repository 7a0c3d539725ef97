"""The OLED through luma: what travels over the bus, and what is said when nothing answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from config.schema import DisplaySettings
from controller.adapters.display_luma import LumaDisplay
from controller.errors import RogerError


class Bus:
    """Takes the place of luma's I2C interface, and remembers what was sent."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.commands: list[int] = []
        self.sent = b""

    def command(self, *values: int) -> None:
        self._answer()
        self.commands += values

    def data(self, values: Any) -> None:
        self._answer()
        self.sent += bytes(values)

    def cleanup(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.broken:
            raise OSError(121, "Remote I/O error")


def picture() -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 2, (64, 128)).astype(bool)
    return Image.frombytes("1", (128, 64), np.packbits(pixels, axis=1).tobytes())


def on_the_wire(shown: Image.Image) -> bytes:
    """Eight rows a byte, the top one in the lowest bit (SSD1306 datasheet, figure 10-2)."""
    pages = np.asarray(shown).reshape(8, 8, 128)
    return bytes(int(value) for value in (pages * (1 << np.arange(8))[None, :, None]).sum(axis=1).ravel())


def test_a_picture_arrives_pixel_by_pixel() -> None:
    bus = Bus()
    display = LumaDisplay(DisplaySettings(), bus)
    bus.sent = b""
    display.draw(picture())
    assert bus.sent == on_the_wire(picture())


def test_a_display_mounted_upside_down_gets_the_picture_turned() -> None:
    bus = Bus()
    display = LumaDisplay(DisplaySettings(rotate=180), bus)
    bus.sent = b""
    display.draw(picture())
    assert bus.sent == on_the_wire(picture().rotate(180))


@pytest.mark.parametrize("driver", ["sh1106", "ssd1309"])
def test_other_drivers_get_the_same_pixels(driver: Any) -> None:
    bus = Bus()
    display = LumaDisplay(DisplaySettings(driver=driver), bus)
    bus.sent = b""
    display.draw(picture())
    assert bus.sent == on_the_wire(picture())


def test_the_contrast_is_set() -> None:
    bus = Bus()
    LumaDisplay(DisplaySettings(contrast=77), bus)
    index = bus.commands.index(0x81, bus.commands.index(0x81) + 1)
    assert bus.commands[index + 1] == 77


@pytest.mark.parametrize(("bus_number", "bus"), [(1, Bus(broken=True)), (20, None)])
def test_a_display_that_is_not_there_is_named_with_its_wiring(bus_number: int, bus: Bus | None) -> None:
    with pytest.raises(RogerError) as caught:
        LumaDisplay(DisplaySettings(bus=bus_number), bus)
    assert caught.value.problem.code == "DSP-01"
    assert f"ssd1306 at 0x3C on I2C bus {bus_number}" in caught.value.problem.message
    assert "SDA" in caught.value.problem.hint


def test_a_display_that_stops_answering_is_an_error_and_can_still_be_closed() -> None:
    bus = Bus()
    display = LumaDisplay(DisplaySettings(), bus)
    bus.broken = True
    with pytest.raises(RogerError) as caught:
        display.draw(picture())
    assert caught.value.problem.code == "DSP-02"
    display.close()


def test_the_emulator_says_how_to_get_it() -> None:
    try:
        import luma.emulator.device  # noqa: F401
    except ImportError:
        with pytest.raises(RogerError) as caught:
            LumaDisplay(DisplaySettings(driver="emulator"))
        assert caught.value.problem.code == "DSP-01"
        assert "setup.sh emulator" in caught.value.problem.hint
        return
    pytest.skip("the emulator is installed")
