"""The `gpio` step: outputs on GPIO pins, switched or dimmed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from config.schema import Gpio, Output
from controller.adapters.header import Header
from controller.errors import RogerError
from controller.ports import Cancellation
from controller.template import fill
from controller.turn import Slot, StepResult

ROUNDED: Final = 1e-9
"""gpiozero cuts percentages off on lgpio: 0.29 * 100 would be 28."""
_LEVEL = re.compile(r" *([+-]?) *(\d+(?:\.\d+)?) *%? *")


class GpioRunner:
    """Runs `gpio`. An output is opened when it is first switched and keeps its state until `close`.

    Args:
        outputs: The outputs of actions.yaml: a pin, or a pin with settings.
        pins: The pins of the device; or gpiozero's factory, such as a mock in the simulator. None where there are no
            pins: gpiozero's own choice could be a mock that switches nothing.
    """

    def __init__(self, outputs: Mapping[str, str | Output], pins: Header | Any | None) -> None:
        self._outputs = {
            name: output if isinstance(output, Output) else Output(pin=output) for name, output in outputs.items()
        }
        self._pins = pins if isinstance(pins, Header) or pins is None else Header(lambda: pins)
        self._devices: dict[str, Any] = {}
        self._factory: Any = None
        """Whose pins the devices are on."""

    def run(self, step: Gpio, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        name = fill(step.output, slots)
        if name not in self._outputs:
            raise RogerError("ACT-01", f'there is no output "{name}"', "declare it under outputs: in actions.yaml")
        level = None if step.level is None else fill(step.level, slots)
        self._forget_if_gone()
        with self._failing_as(name):
            device = self._device(name)
            if level is not None:
                self._dim(name, device, level)
            elif step.set == "pulse":
                _pulse(device, step.seconds, cancellation)
            else:
                device.value = _switched(device, step.set)
            return StepResult("gpio", f"{name} {_state(device)}")

    def states(self) -> dict[str, float]:
        """Each output's level, 0 (off) to 1 (on)."""
        self._forget_if_gone()
        devices = dict(self._devices)
        return {name: float(devices[name].value) if name in devices else 0.0 for name in self._outputs}

    def close(self) -> None:
        """Let go of the pins; what hangs on them goes off. One that cannot be closed leaves no other one on."""
        self._forget_if_gone()
        self._let_go()

    def _forget_if_gone(self) -> None:
        """What hung on a chip that went away is off, and stays off until it is switched on again."""
        if not self._devices or self._pins is None or not self._pins.gone(self._factory):
            return
        self._let_go()

    def _let_go(self) -> None:
        while self._devices:
            with suppress(Exception):  # its chip may not answer any more
                self._devices.popitem()[1].close()

    def _device(self, name: str) -> Any:
        if name not in self._devices:
            if self._pins is None:
                raise OSError("this computer has no GPIO pins")
            from gpiozero import DigitalOutputDevice, PWMOutputDevice

            self._factory = self._pins.factory()
            output = self._outputs[name]
            kind = PWMOutputDevice if output.pwm else DigitalOutputDevice
            self._devices[name] = kind(output.pin, active_high=output.active_high, pin_factory=self._factory)
        return self._devices[name]

    def _dim(self, name: str, device: Any, level: str) -> None:
        if not self._outputs[name].pwm:
            raise RogerError("ACT-01", f'the output "{name}" cannot be dimmed', f"write pwm: true at outputs.{name}")
        percent = _percent(level, device.value * 100)
        device.value = percent / 100 + (ROUNDED if 0 < percent < 100 else 0.0)

    @contextmanager
    def _failing_as(self, name: str) -> Iterator[None]:
        """Whatever gpiozero or the kernel raise is ACT-01, naming output and pin."""
        try:
            yield
        except RogerError as error:
            if error.problem.code.startswith("ACT"):
                raise
            raise RogerError("ACT-01", f'the output "{name}": {error.problem.message}', error.problem.hint) from error
        except Exception as error:
            pin = self._outputs[name].pin
            hint = "no other program may use the pin, and the user must be in the group gpio"
            raise RogerError("ACT-01", f'the output "{name}" on {pin} cannot be switched: {error}', hint) from error


def _switched(device: Any, state: str | None) -> bool:
    """The value that makes an output on, off or the other of the two. A dimmed light toggles off."""
    return not device.value if state == "toggle" else state == "on"


def _pulse(device: Any, seconds: float, cancellation: Cancellation) -> None:
    """On, and off again even if the turn is cancelled meanwhile."""
    cancelled = threading.Event()
    cancellation.on_cancel(cancelled.set)
    device.value = True
    try:
        cancelled.wait(seconds)
    finally:
        device.value = False


def _percent(level: str, now: float) -> int:
    """ "40" is 40 percent; "+20" and "-20" count from `now`; never under 0 or over 100."""
    written = _LEVEL.fullmatch(level)
    if not written:
        raise RogerError("ACT-06", f'"{level}" is no brightness', 'in percent: "40", or relative: "+20"')
    sign, percent = written[1], float(written[2])
    wanted = {"": percent, "+": now + percent, "-": now - percent}[sign]
    return round(min(100.0, max(0.0, wanted)))


def _state(device: Any) -> str:
    value = float(device.value)
    return {0.0: "off", 1.0: "on"}.get(value, f"{value:.0%}")
