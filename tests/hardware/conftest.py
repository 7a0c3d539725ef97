"""Real kernel drivers, without hardware: `make hil` runs these tests in a guest of its own, and nothing else does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.button_gpiozero import make_pin_factory
from tests.hardware.kernel import Bus, Card, Chip, until

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "ROGER_HIL" not in os.environ:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="needs the drivers of a guest: make hil"))


@pytest.fixture
def header() -> Iterator[Chip]:
    """The header's chip of a Pi 4, and before it another one, so that it has not the first number."""
    other, chip = Chip("other", "gpio-brcmstb@107d508500", 32), Chip("pi", "pinctrl-bcm2711", 54)
    other.plug()
    chip.plug()
    yield chip
    chip.unplug()
    other.unplug()


@pytest.fixture
def board(header: Chip) -> Iterator[Chip]:
    """The header with gpiozero on it."""
    header.pins = make_pin_factory()
    yield header
    header.pins.close()


@pytest.fixture
def bus() -> Iterator[Bus]:
    bus = Bus()
    bus.plug()
    yield bus
    bus.unplug()


@pytest.fixture
def card() -> Iterator[Card]:
    card = Card()
    card.plug()
    yield card
    card.unplug()
    until(card.released, "nothing holds the sound card")
