"""The pictures of the wiring are what the script draws, and what it draws is what Roger expects."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from config.loader import DEFAULT_FOLDER, load
from config.schema import Output

ROOT = Path(__file__).parents[2]
HEADER = {
    "GPIO2": 3,
    "GPIO3": 5,
    "GPIO17": 11,
    "GPIO18": 12,
    "GPIO27": 13,
    "GPIO23": 16,
    "GPIO24": 18,
    "GPIO25": 22,
    "GPIO21": 40,
}
"""Pins of the 40-pin header (Raspberry Pi documentation, "GPIO and the 40-pin header")."""
LABELS = re.compile(r"(GPIO\d+|3V3|GND)</text><text[^>]*>(?:pin|핀) (\d+)<")


@pytest.fixture(params=["wiring.svg", "wiring-ko.svg"])
def drawn(request: pytest.FixtureRequest) -> str:
    return (ROOT / "docs" / "pictures" / str(request.param)).read_text("utf-8")


def test_the_pictures_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "make_wiring_picture.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0, "run: make docs"


def test_it_is_a_picture(drawn: str) -> None:
    assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"


def test_every_wire_is_on_the_pin_that_its_label_says(drawn: str) -> None:
    wired = LABELS.findall(drawn)
    grounds = {int(pin) for name, pin in wired if name == "GND"}
    assert {name: int(pin) for name, pin in wired if name.startswith("GPIO")} == HEADER
    assert ("3V3", "1") in wired
    assert grounds == {9, 25, 39}


def test_button_and_outputs_are_wired_as_the_configuration_that_comes_with_roger_has_them(drawn: str) -> None:
    config = load(DEFAULT_FOLDER)
    outputs = config.actions.outputs.values()
    pins = {output.pin if isinstance(output, Output) else output for output in outputs}
    wired = {name for name, _ in LABELS.findall(drawn)}
    assert {*pins, config.roger.button.pin} <= wired
