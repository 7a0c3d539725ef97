"""`roger doctor` before a kernel's own GPIO chip and I2C bus."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.clock import SystemClock
from controller.doctor import examination
from controller.doctor.adapters import RealPorts
from controller.doctor.case import Case
from controller.doctor.examination import Examined, examine
from controller.doctor.finding import Finding
from controller.doctor.host import Host
from controller.doctor.pattern import pattern
from scripts.image.boot_test.guest.oled import frames
from tests.controller.adapters.contracts.display import pages
from tests.hardware.kernel import Bus, Chip
from tests.hardware.roger import LONG


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "LIMIT_S", LONG)


def doctor(name: str, **settings: Any) -> list[Finding]:
    """What one check finds, with these settings in roger.yaml."""
    config = load(DEFAULT_FOLDER)
    roger = type(config.roger).model_validate(config.roger.model_dump() | settings)
    clock = SystemClock()
    case = Case(Host(), RealPorts(clock), replace(config, roger=roger), clock, asked=frozenset({name}))
    found: list[Examined] = []
    examine(case, [name], found.append, lambda name: None)
    return list(found[0].findings)


def test_the_headers_chip_is_named_and_the_buttons_pin_is_free(header: Chip) -> None:
    header.pull(21, down=False)
    chip, button = doctor("gpio")
    assert chip.text == f"pinctrl-bcm2711 drives the header, /dev/{header.node}"
    assert button.text == "the button's GPIO21 is free, and not pressed"


def test_the_display_is_found_where_it_is(bus: Bus) -> None:
    [found] = doctor("i2c", display={"bus": bus.number})
    assert "0x3C" in found.text
    elsewhere = doctor("i2c", display={"bus": bus.number, "address": 0x3D})[-1]
    assert elsewhere.remedy == f"write into roger.yaml: display: {{bus: {bus.number}, address: 0x3C}}"


def test_the_pattern_arrives_on_the_glass(bus: Bus) -> None:
    with bus.watched() as trace:
        [finding] = doctor("display", display={"bus": bus.number})
        shown = list(frames(trace.read_text().splitlines()))
    assert "draws a picture in" in finding.text
    assert pages(pattern()) in shown
