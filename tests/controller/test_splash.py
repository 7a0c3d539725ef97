"""The first picture: what travels over the bus, with which settings, and that nothing can go wrong with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.schema import DisplaySettings
from controller.adapters.display_luma import LumaDisplay
from controller.splash.__main__ import language, main, send, settings_in
from scripts import make_splash
from tests.controller.adapters.test_display_luma import Bus

ROOT = Path(__file__).parent.parent.parent
SPLASH = ROOT / "controller" / "splash"


class SMBus:
    """An SSD1306 or SH1106 as far as it takes pictures page by page: what is then in its memory."""

    def __init__(self) -> None:
        self.memory = bytearray(8 * 132)
        self.page = self.column = 0
        self.addresses: set[int] = set()
        self.commands: list[int] = []

    def write_i2c_block_data(self, address: int, register: int, values: list[int]) -> None:
        assert len(values) <= 32
        self.addresses.add(address)
        if register == 0x40:
            at = self.page * 132 + self.column
            self.memory[at : at + len(values)] = bytes(values)
            self.column += len(values)
            return
        self.commands += values
        if len(values) == 3 and values[0] & 0xF8 == 0xB0:
            self.page, self.column = values[0] & 7, values[1] | (values[2] & 0x0F) << 4

    def glass(self, first_column: int) -> bytes:
        return b"".join(self.memory[page * 132 + first_column :][:128] for page in range(8))


def as_luma(**settings: Any) -> bytes:
    """What the same picture is on the wire once Roger itself draws it."""
    from PIL import Image

    bus = Bus()
    display = LumaDisplay(DisplaySettings.model_validate(settings), bus)
    bus.forget()
    display.draw(Image.open(SPLASH / "en.pbm"))
    return b"".join(bus.sent)


@pytest.mark.parametrize("rotate", [0, 180])
@pytest.mark.parametrize(("driver", "first_column"), [("ssd1306", 0), ("ssd1309", 0), ("sh1106", 2)])
def test_the_picture_is_where_rogers_own_will_be(driver: str, first_column: int, rotate: int) -> None:
    bus = SMBus()
    send(bus, {"driver": driver, "rotate": rotate, "address": 0x3D}, "en")
    assert bus.glass(first_column) == as_luma(driver=driver, rotate=rotate)
    assert bus.addresses == {0x3D}


def test_it_is_switched_on_last_and_never_off() -> None:
    bus = SMBus()
    send(bus, {}, "en")
    assert bus.commands[-1] == 0xAF
    assert 0xAE not in bus.commands


def test_a_korean_device_says_it_in_korean() -> None:
    english, korean = SMBus(), SMBus()
    send(english, {}, "en")
    send(korean, {}, "ko")
    assert english.glass(0) != korean.glass(0)


def test_the_pictures_are_those_of_the_first_screen() -> None:
    assert make_splash.main(["--check"]) == 0


def test_settings_are_read_without_looking_at_what_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "roger.yaml").write_text("language: ko\nchat: {api_key: !env KEY}\ndisplay: {bus: 3, address: 0x3D}\n")
    settings = settings_in(tmp_path)
    assert (settings["language"], settings["display"]) == ("ko", {"bus": 3, "address": 0x3D})


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("language = ko\r\n", "ko"),
        ("  Language: Korean", "ko"),
        ("language: '한국어'", "ko"),
        ("# language: ko", "en"),
        ("language = en", "en"),
        ("wifi = ko", "en"),
    ],
)
def test_the_settings_file_of_the_card_chooses_the_language(written: str, chosen: str, tmp_path: Path) -> None:
    (tmp_path / "settings.txt").write_bytes(written.encode())
    assert language({}, (tmp_path / "none", tmp_path / "settings.txt")) == chosen
    assert language({"language": "ko"}, ()) == "ko"


@pytest.mark.parametrize(
    "content", [b"display: [", b"\xff\xfe", b"- 1\n", b"display: soon\n", b"display: {address: x}"]
)
def test_broken_settings_are_no_hindrance(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "roger.yaml").write_bytes(content)
    assert main(["i2c-1", str(tmp_path)]) == 0


@pytest.mark.parametrize("arguments", [[], ["i2c"], ["i2c-19"], ["i2c-1", "/nowhere"]])
def test_without_a_display_it_ends_well(arguments: list[str]) -> None:
    assert main(arguments) == 0


def test_it_imports_nothing_that_takes_time() -> None:
    code = "import sys, controller.splash.__main__, smbus2, yaml; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"numpy", "PIL", "pydantic", "luma"} & set(done.stdout.split())
