"""The OLED through luma: what travels over the bus, and what is said when nothing answers."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from typing import Any, Literal

import pytest
from luma.core.interface.serial import i2c
from PIL import Image

from config.schema import DisplaySettings
from controller.adapters.display_luma import LumaDisplay
from controller.errors import Problem, RogerError
from tests.controller.adapters.contracts.display import DisplayContract, picture
from tests.controller.adapters.contracts.display import pages as memory

SET_CONTRAST = 0x81
COLUMN_ADDRESS, PAGE_ADDRESS = 0x21, 0x22
DISPLAY_OFF, DISPLAY_ON = 0xAE, 0xAF


class Bus:
    """Has what luma's serial interfaces have, and remembers what was sent."""

    def __init__(self) -> None:
        self.broken = False
        self.commands: list[tuple[int, ...]] = []
        self.sent: list[bytes] = []
        self.closed = 0

    def command(self, *values: int) -> None:
        self._answer()
        self.commands.append(values)

    def data(self, values: Any) -> None:
        self._answer()
        self.sent.append(bytes(values))

    def cleanup(self) -> None:
        self.closed += 1

    def forget(self) -> None:
        self.commands, self.sent = [], []

    def _answer(self) -> None:
        if self.broken:
            raise OSError(121, "Remote I/O error")


class SilentSMBus:
    """What smbus2 has, on a bus where no address answers."""

    def write_i2c_block_data(self, address: int, register: int, values: list[int]) -> None:
        raise OSError(121, "Remote I/O error")


def pages(shown: Image.Image) -> list[bytes]:
    whole = memory(shown)
    return [whole[start : start + 128] for start in range(0, 1024, 128)]


def opened(bus: Bus, **settings: Any) -> LumaDisplay:
    display = LumaDisplay(DisplaySettings(**settings), bus)
    bus.forget()
    return display


class RecordingGlass:
    """What a recording bus has got."""

    def __init__(self) -> None:
        self._bus = Bus()

    def open(self, rotate: int = 0) -> LumaDisplay:
        return opened(self._bus, rotate=rotate)

    def shown(self) -> bytes:
        return b"".join(self._bus.sent)[-1024:]


class TestOnARecordingBus(DisplayContract):
    @pytest.fixture
    def glass(self) -> RecordingGlass:
        return RecordingGlass()


def problem_of(settings: DisplaySettings, serial: Any = None) -> Problem:
    with pytest.raises(RogerError) as caught:
        LumaDisplay(settings, serial)
    return caught.value.problem


@pytest.mark.parametrize("driver", ["ssd1306", "ssd1309"])
def test_a_picture_arrives_pixel_by_pixel(driver: str) -> None:
    bus = Bus()
    opened(bus, driver=driver).draw(picture())
    assert bus.commands == [(COLUMN_ADDRESS, 0, 127, PAGE_ADDRESS, 0, 7), (DISPLAY_ON,)]
    assert b"".join(bus.sent) == b"".join(pages(picture()))
    assert sum(map(len, bus.sent)) == 1024


def test_sh1106_gets_page_by_page_from_its_third_column() -> None:
    """It has 132 columns, of which the glass shows the middle 128, and no addressing of the whole picture."""
    bus = Bus()
    opened(bus, driver="sh1106").draw(picture())
    assert bus.commands == [*((0xB0 + page, 0x02, 0x10) for page in range(8)), (DISPLAY_ON,)]
    assert bus.sent == pages(picture())


@pytest.mark.parametrize("driver", ["ssd1306", "sh1106", "ssd1309"])
def test_what_is_on_the_glass_stays_until_the_first_picture(driver: str) -> None:
    bus = Bus()
    display = LumaDisplay(DisplaySettings.model_validate({"driver": driver}), bus)
    sent = [value for values in bus.commands for value in values[:1]]
    assert bus.sent == [], "no dark picture in between"
    assert DISPLAY_OFF not in sent
    assert DISPLAY_ON not in sent, "noise of the power-on would be seen"
    bus.forget()
    for _ in range(2):
        display.draw(picture())
    assert bus.commands.count((DISPLAY_ON,)) == 1


@pytest.mark.parametrize("driver", ["ssd1306", "sh1106", "ssd1309"])
def test_a_display_mounted_upside_down_gets_the_picture_turned(driver: str) -> None:
    bus = Bus()
    opened(bus, driver=driver, rotate=180).draw(picture())
    assert b"".join(bus.sent) == b"".join(pages(picture().rotate(180)))


@pytest.mark.parametrize("contrast", [0, 77, 255])
@pytest.mark.parametrize("driver", ["ssd1306", "sh1106", "ssd1309"])
def test_the_contrast_of_the_settings_is_the_last_that_is_set(
    driver: Literal["ssd1306", "sh1106", "ssd1309"], contrast: int
) -> None:
    bus = Bus()
    LumaDisplay(DisplaySettings(driver=driver, contrast=contrast), bus)
    sent = [value for values in bus.commands for value in values]
    assert [value for code, value in pairwise(sent) if code == SET_CONTRAST][-1] == contrast


def test_a_display_that_is_closed_is_switched_off_and_lets_go_of_the_bus() -> None:
    bus = Bus()
    display = opened(bus)
    display.close()
    assert bus.commands[0] == (DISPLAY_OFF,)
    assert bus.closed == 1


def test_a_display_that_does_not_answer_is_named_with_its_wiring() -> None:
    bus = Bus()
    bus.broken = True
    problem = problem_of(DisplaySettings(driver="sh1106", address=0x3D), bus)
    assert problem.code == "DSP-01"
    assert "sh1106 at 0x3D on I2C bus 1" in problem.message
    assert all(word in problem.hint for word in ("SDA", "SCL", "3V3", "GND", "i2cdetect -y 1", "3d"))
    assert bus.closed == 1  # tried again every few seconds, each try would cost a file descriptor


def test_the_silence_of_an_address_is_known_behind_lumas_own_error() -> None:
    problem = problem_of(DisplaySettings(), i2c(bus=SilentSMBus()))
    assert problem.code == "DSP-01"
    assert "0x3C" in problem.message
    assert "SDA" in problem.hint


def test_a_bus_that_does_not_exist_says_how_to_switch_it_on() -> None:
    problem = problem_of(DisplaySettings(bus=20))
    assert problem.code == "DSP-01"
    assert "I2C bus 20" in problem.message
    assert "/dev/i2c-20" in problem.message
    assert "raspi-config" in problem.hint


@pytest.mark.parametrize(("number", "word"), [(13, "usermod -aG i2c"), (16, "another program")])
def test_a_bus_that_may_not_be_used_says_why(number: int, word: str) -> None:
    class Refused(Bus):
        def _answer(self) -> None:
            raise OSError(number, "refused")

    problem = problem_of(DisplaySettings(), Refused())
    assert problem.code == "DSP-01"
    assert word in problem.hint


def test_a_display_that_stops_answering_lets_go_of_the_bus_and_can_still_be_closed() -> None:
    bus = Bus()
    display = opened(bus)
    display.draw(picture())
    bus.broken = True
    with pytest.raises(RogerError) as caught:
        display.draw(picture())
    assert caught.value.problem.code == "DSP-02"
    assert "ssd1306 at 0x3C on I2C bus 1 stopped answering" in caught.value.problem.message
    assert "SDA" in caught.value.problem.hint
    assert bus.closed == 1
    display.close()


def test_a_display_that_vanished_unseen_can_be_closed() -> None:
    bus = Bus()
    display = opened(bus)
    bus.broken = True
    display.close()
    assert bus.closed == 1


@pytest.mark.skipif(importlib.util.find_spec("luma.emulator") is not None, reason="the emulator is installed")
def test_the_emulator_says_how_to_get_it() -> None:
    problem = problem_of(DisplaySettings(driver="emulator"))
    assert problem.code == "DSP-01"
    assert "emulator" in problem.message
    assert "setup.sh emulator" in problem.hint
