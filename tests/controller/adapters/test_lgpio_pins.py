"""What gpiozero and lgpio do when a chip goes away, found by `make hil`: each of it stopped all buttons for ever."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from controller.adapters.lgpio_library import import_lgpio


@pytest.fixture
def lgpio_pins(monkeypatch: pytest.MonkeyPatch) -> Any:
    try:
        import_lgpio()
    except (ImportError, OSError) as error:
        pytest.skip(f"lgpio is not installed (extra: device): {error}")
    from controller.adapters import lgpio_pins

    return lgpio_pins


def test_an_edge_of_a_pin_that_was_closed_ends_no_thread(lgpio_pins: Any) -> None:
    closed = lgpio_pins.Pin.__new__(lgpio_pins.Pin)
    with pytest.raises(AttributeError):
        lgpio_pins.LGPIOPin._call_when_changed(closed, 0, 21, 1, 0)
    closed._call_when_changed(0, 21, 1, 0)


def test_a_device_may_be_collected_while_another_one_is_made(lgpio_pins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lgpio_pins, "LGPIOFactory", lambda chip: MockFactory())
    factory = lgpio_pins.pins_of(0)

    class Device:
        def _conflicts_with(self, other: object) -> bool:
            factory.release_pins(other, "GPIO21")  # as the collector would, by way of its close
            return False

    first, second = Device(), Device()
    factory.reserve_pins(first, "GPIO21")
    making = threading.Thread(target=factory.reserve_pins, args=(second, "GPIO21"), daemon=True)
    making.start()
    making.join(10)
    assert not making.is_alive()


def test_a_chip_that_came_back_has_pins_of_its_own(lgpio_pins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lgpio = import_lgpio()
    monkeypatch.setattr(lgpio, "gpiochip_open", lambda chip: 1)
    monkeypatch.setattr(lgpio, "gpio_claim_input", lambda handle, pin, flags: 0)
    monkeypatch.setattr(lgpio_pins.LGPIOFactory, "_get_revision", lambda self: 0xC03114)
    before, after = lgpio_pins.pins_of(0), lgpio_pins.pins_of(0)
    before.pin("GPIO21")
    assert after.pin("GPIO21").factory is after


def test_a_closed_pin_leaves_no_callback_and_asks_nothing_of_a_chip_that_is_gone(lgpio_pins: Any) -> None:
    closed = lgpio_pins.Pin.__new__(lgpio_pins.Pin)
    closed._factory = SimpleNamespace(_handle=None)
    cancelled: list[bool] = []
    closed._callback = SimpleNamespace(cancel=lambda: cancelled.append(True))
    closed._pwm = (100, 50)
    closed.close()
    assert cancelled == [True]
    assert closed._callback is None
    closed.frequency = None  # as its device does once more, where the chip is gone
