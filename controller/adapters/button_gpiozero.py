"""The button on a GPIO pin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gpiozero import DigitalInputDevice

from config.schema import ButtonSettings
from controller.adapters.lgpio_library import import_lgpio
from controller.debounce import Debouncer
from controller.errors import RogerError
from controller.events import ButtonReleased, Event
from controller.ports import Clock, Post

CHIPS: Final = ("pinctrl-rp1", "pinctrl-bcm2712", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Labels of the chips that drive the 40-pin header, of a Pi 5 and of those before it."""

IN_USE: Final = 1
"""Bit of a line's flags in lgpio.h, LG_GPIO_IS_KERNEL: somebody has it."""


class GpioButton:
    """Posts presses and releases, debounced by us: gpiozero only says when the level changes.

    Args:
        factory: gpiozero's, chosen explicitly; see `make_pin_factory`.

    Raises:
        RogerError: BTN-01 where the pin cannot be used.
    """

    def __init__(self, settings: ButtonSettings, factory: Any, clock: Clock, post: Post) -> None:
        self._clock = clock
        self._post = post
        self._debouncer = Debouncer(settings.debounce_ms / 1000)
        self._closed = False
        try:
            self._device = DigitalInputDevice(settings.pin, pull_up=settings.pull_up, pin_factory=factory)
        except Exception as error:  # gpiozero's, the kernel's, and lgpio's own
            hint = "no other program may use the pin, and the user must be in the group gpio"
            raise RogerError("BTN-01", f"the button on {settings.pin} cannot be used: {error}", hint) from error
        self._device.when_activated = lambda: self._edge(True)
        self._device.when_deactivated = lambda: self._edge(False)

    @property
    def pressed(self) -> bool:
        """Whether the contact is closed at this moment, bouncing or not."""
        return bool(self._device.is_active)

    def close(self) -> None:
        """Let go of the pin, and of the button: where it is held down, nobody would ever learn that it was let go."""
        self._closed = True
        with suppress(Exception):  # the chip may be gone
            self._device.close()
        self._clock.call_at(self._clock.now(), self._release)

    def _release(self) -> None:
        if self._debouncer.pressed:
            self._post(ButtonReleased(self._clock.now()))

    def _edge(self, pressed: bool) -> None:
        """On gpiozero's thread: only take the time, the rest happens on the machine's."""
        at = self._clock.now()
        self._clock.call_at(at, lambda: self._report(self._debouncer.edge(pressed, at)))

    def _report(self, events: list[Event]) -> None:
        if self._closed:
            return
        for event in events:
            self._post(event)
        settle_at = self._debouncer.next_settle
        if settle_at is not None:
            self._clock.call_at(settle_at, lambda: self._report(self._debouncer.settle(self._clock.now())))


def make_pin_factory(labels: Callable[[], Mapping[int, str]] | None = None) -> Any:
    """gpiozero's pins through lgpio, on the chip of the 40-pin header; never a silent stand-in.

    Args:
        labels: Finds the GPIO chips of this computer, number and label; lgpio's by default.

    Raises:
        RogerError: BTN-01 where there is no such chip, no lgpio, or no permission.
    """
    try:
        number = header_chip((labels or chip_labels)())
        from controller.adapters.lgpio_pins import pins_of

        return pins_of(number)
    except RogerError:
        raise
    except Exception as error:  # lgpio raises errors of its own, and ImportError where its stub is installed
        hint = 'run: pip install "roger-assistant[device]", and join the group gpio'
        raise RogerError("BTN-01", f"the GPIO pins cannot be used: {error}", hint) from error


def header_chip(labels: Mapping[int, str]) -> int:
    """The number of the chip that drives the header: gpiozero's own guess is wrong on some Pi 5 kernels."""
    for known in CHIPS:
        for number, label in sorted(labels.items()):
            if label.startswith(known):
                return number
    raise RogerError("BTN-01", "this computer has no GPIO pins", "use the space bar, or: roger run --hold 5")


def chip_labels() -> Mapping[int, str]:
    """The GPIO chips of this computer, number and label."""
    devices = sorted(Path("/dev").glob("gpiochip*"))
    if not devices:
        return {}
    lgpio = import_lgpio()

    labels = {}
    for device in devices:
        number = int(device.name.removeprefix("gpiochip"))
        handle = lgpio.gpiochip_open(number)
        labels[number] = lgpio.gpio_get_chip_info(handle)[3]
        lgpio.gpiochip_close(handle)
    return labels


def line_user(chip: int, line: int) -> str:
    """Who has a line of a chip, in the kernel's words, such as "lg" or "spi0 CS0"; empty where it is free."""
    lgpio = import_lgpio()

    handle = lgpio.gpiochip_open(chip)
    try:
        _, _, flags, _, user = lgpio.gpio_get_line_info(handle, line)
    finally:
        lgpio.gpiochip_close(handle)
    return (user or "the kernel") if flags & IN_USE else ""
