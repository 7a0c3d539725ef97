"""What the doctor says of GPIO, I2C and the display, on computers that are folders."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from controller.adapters.i2c_bus import answering
from controller.doctor import display, gpio, i2c
from controller.doctor.case import Case
from controller.doctor.finding import Finding, Status
from controller.doctor.pattern import pattern
from controller.errors import RogerError
from tests.controller.doctor.patient import FakeDisplay, Patient


def bad(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.text) for finding in findings if finding.code]


def test_a_pi_whose_button_is_free_is_well(patient: Patient) -> None:
    found = patient.examined(gpio.check)
    assert [finding.status for finding in found] == ["ok", "ok"]
    assert "pinctrl-rp1 drives the header, /dev/gpiochip0" in found[0].text
    assert "GPIO21 is free" in found[1].text
    assert patient.ports.line.closed


def test_a_pc_needs_no_pins(patient: Patient) -> None:
    patient.write("/proc/device-tree/model", "")
    patient.remove("/dev/gpiochip0")
    patient.remove("/dev/i2c-1")
    for check in (gpio.check, i2c.check, display.check):
        assert [finding.status for finding in patient.examined(check)] == ["skipped"]


def test_a_button_that_is_always_pressed_is_a_wire_to_look_for(patient: Patient) -> None:
    patient.ports.line.pressed = True
    [finding] = [finding for finding in patient.examined(gpio.check) if finding.code]
    assert (finding.status, finding.code) == ("warning", "BTN-02")
    assert "GPIO21 touches GND" in finding.remedy


def test_what_a_running_roger_holds_is_no_fault(patient: Patient) -> None:
    patient.roger(412, opens="/dev/gpiochip0")
    patient.ports.users = {21: "lg", 17: "lg"}
    found = patient.examined(gpio.check)
    assert bad(found) == []
    assert found[1].text == "in use by Roger (412): the button's GPIO21"
    assert found[1].figures == {"pid": 412}


def test_another_program_with_the_pin_is_named(patient: Patient) -> None:
    patient.process(77, "/usr/bin/blinky", opens="/dev/gpiochip0")
    patient.ports.users = {21: "lg"}
    found = patient.examined(gpio.check)
    assert bad(found) == [("BTN-01", "the button's GPIO21 is in use by blinky (77)")]
    assert found[1].remedy == "end it: sudo kill 77"


def test_an_output_that_a_driver_has_is_found_before_somebody_asks_for_it(patient: Patient) -> None:
    patient.ports.users = {18: "bcm2835-i2s"}
    [(code, text)] = bad(patient.examined(gpio.check))
    assert code == "ACT-01"
    assert 'on GPIO18 is in use as "bcm2835-i2s"' in text


def test_the_empty_stub_of_lgpio_is_called_by_its_name(patient: Patient) -> None:
    patient.ports.labels = AttributeError("module 'lgpio' has no attribute 'gpiochip_open'")
    [finding] = patient.examined(gpio.check)
    assert (finding.code, finding.remedy) == ("SYS-07", gpio.STUB)


def test_a_display_that_answers_is_well(patient: Patient) -> None:
    patient.write("/sys/class/i2c-dev/i2c-1/name", "bcm2835 (i2c@7e804000)\n")
    patient.write("/sys/class/i2c-dev/i2c-1/device/of_node/clock-frequency", (400_000).to_bytes(4, "big"))
    [finding] = patient.examined(i2c.check)
    assert finding.text == "bus 1 (bcm2835 (i2c@7e804000)) at 400 kHz: 0x3C"


def test_a_slow_bus_comes_with_the_line_that_makes_it_quick(patient: Patient) -> None:
    patient.write("/sys/class/i2c-adapter/i2c-1/of_node/clock-frequency", (100_000).to_bytes(4, "big"))
    [finding] = [finding for finding in patient.examined(i2c.check) if finding.code]
    assert (finding.status, finding.code) == ("warning", "DSP-03")
    assert "a picture takes 92 ms" in finding.text
    assert "i2c_arm_baudrate=400000" in finding.remedy


def test_a_display_somewhere_else_comes_with_the_line_for_roger_yaml(patient: Patient) -> None:
    patient.write("/dev/i2c-10", "")
    patient.ports.on_buses = {1: [], 10: [0x3D]}
    [finding] = [finding for finding in patient.examined(i2c.check) if finding.code]
    assert finding.text == "no display at 0x3C on bus 1, but one at 0x3D on bus 10"
    assert finding.remedy == "write into roger.yaml: display: {bus: 10, address: 0x3D}"


def test_no_display_anywhere_is_a_matter_of_wires(patient: Patient) -> None:
    patient.ports.on_buses = {1: [0x68]}
    found = patient.examined(i2c.check)
    assert bad(found) == [("DSP-01", "no display answers at 0x3C on bus 1")]
    assert "SDA to GPIO2 (3)" in found[-1].remedy


@pytest.mark.parametrize(
    ("error", "remedy"),
    [(OSError(errno.ETIMEDOUT, "Connection timed out"), "shorted"), (OSError(errno.ENODEV, "No such device"), "dmesg")],
)
def test_a_bus_that_cannot_be_used_is_one_line(patient: Patient, error: OSError, remedy: str) -> None:
    patient.ports.on_buses = {1: error}
    [finding] = patient.examined(i2c.check)
    assert (finding.code, finding.status) == ("DSP-01", "fault")
    assert remedy in finding.remedy


def test_i2c_that_is_switched_off_comes_with_the_command(patient: Patient) -> None:
    patient.remove("/dev/i2c-1")
    [finding] = patient.examined(i2c.check)
    assert "raspi-config nonint do_i2c 0" in finding.remedy


def test_the_pattern_is_drawn_and_taken_away(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "wait", lambda self, seconds: None)
    patient.options["quick"] = False
    [finding] = patient.examined(display.check)
    assert finding.status == Status.OK
    screen = patient.ports.screen
    assert isinstance(screen, FakeDisplay)
    assert screen.closed
    assert screen.drawn[0].tobytes() == pattern().tobytes()


def test_a_quick_look_draws_nothing(patient: Patient) -> None:
    [finding] = patient.examined(display.check)
    assert finding.text == "ssd1306 at 0x3C on bus 1 answers"
    assert patient.ports.screen == FakeDisplay(closed=True)


def test_a_display_that_does_not_answer_says_why(patient: Patient) -> None:
    patient.ports.screen = RogerError("DSP-01", "no display", "check the wires")
    with pytest.raises(RogerError, match="DSP-01"):
        patient.examined(display.check)


def test_the_display_of_a_running_roger_is_not_drawn_over(patient: Patient) -> None:
    patient.roger(412, opens="/dev/i2c-1")
    [finding] = patient.examined(display.check)
    assert (finding.status, finding.text) == ("in use", "in use by Roger (412)")
    assert patient.ports.screen == FakeDisplay()


def test_the_pattern_reaches_every_edge() -> None:
    pixels = np.asarray(pattern(), np.bool_)
    assert pixels.shape == (64, 128)
    assert pixels[[0, -1], :].all()
    assert pixels[:, [0, -1]].all()
    assert 0.2 < pixels.mean() < 0.5


class Bus:
    """An `smbus2.SMBus` with something at 0x3C, a clock that the kernel has at 0x68, and an EEPROM at 0x50."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.read: list[int] = []

    def write_quick(self, address: int) -> None:
        self.written.append(address)
        self._answer(address)

    def read_byte(self, address: int) -> int:
        self.read.append(address)
        return self._answer(address)

    def _answer(self, address: int) -> int:
        if address == 0x68:
            raise OSError(errno.EBUSY, "Device or resource busy")
        if address not in (0x3C, 0x50):
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return 0


def test_a_bus_is_looked_at_as_i2cdetect_does_it() -> None:
    bus = Bus()
    assert answering(1, range(0x08, 0x78), bus) == [0x3C, 0x50, 0x68]
    assert set(bus.read) == {*range(0x30, 0x38), *range(0x50, 0x60)}
    assert not set(bus.read) & set(bus.written)


def test_a_bus_that_hangs_is_no_silence() -> None:
    class Hung(Bus):
        def _answer(self, address: int) -> int:
            raise OSError(errno.ETIMEDOUT, "Connection timed out")

    with pytest.raises(OSError, match="timed out"):
        answering(1, [0x3C], Hung())
