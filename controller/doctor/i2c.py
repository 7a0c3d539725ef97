"""The I2C buses: which there are, how quick, and where a display answers."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok, skipped, warning

OLED: Final = (0x3C, 0x3D)
"""The addresses that an SSD1306, SH1106 or SSD1309 can have (datasheets: SA0 low or high)."""
EVERYWHERE: Final = tuple(range(0x08, 0x78))
SLOWEST_HZ: Final = 100_000
FASTER: Final = "put dtparam=i2c_arm=on,i2c_arm_baudrate=400000 into /boot/firmware/config.txt, and restart"
NO_SCREEN: Final = ("emulator", "terminal", "none")


def check(case: Case) -> Iterator[Finding]:
    """Every bus is looked at: a display on another bus or address than roger.yaml's is a remedy, not a riddle."""
    settings = case.config.roger.display
    if settings.driver in NO_SCREEN and "i2c" not in case.asked:
        yield skipped(f"display.driver is {settings.driver}")
        return
    buses = [int(name.rpartition("-")[2]) for name in case.host.find("/dev/i2c-[0-9]*")]
    if not buses and not case.host.is_pi:
        yield skipped("this computer has no I2C bus: the terminal is the screen")
        return
    if not buses:
        remedy = "sudo raspi-config nonint do_i2c 0, and restart; elsewhere dtparam=i2c_arm=on in config.txt"
        yield fault("DSP-01", "I2C is switched off: there is no /dev/i2c-*", remedy)
        return
    found: dict[int, list[int]] = {}
    for bus in buses:
        yield from _bus(case, bus, found)
    yield from _where(case, buses, found)


def _bus(case: Case, bus: int, found: dict[int, list[int]]) -> Iterator[Finding]:
    """What answers on one bus; noted in `found`."""
    settings = case.config.roger.display
    device, ours = f"/dev/i2c-{bus}", bus == settings.bus
    if not case.host.may_use(device):
        if ours:
            yield fault("DSP-01", f"this user may not use {device}", "sudo usermod -aG i2c $USER, then log in again")
        return
    try:
        found[bus] = case.ports.answering(bus, EVERYWHERE if ours else OLED)
    except OSError as error:
        if ours:
            yield _hangs(device, error)
        return
    speed = speed_of(case, bus)
    name = case.host.read(f"/sys/class/i2c-dev/i2c-{bus}/name")
    answers = ", ".join(f"0x{address:02X}" for address in found[bus]) or "nothing answers"
    rate = f" at {speed // 1000} kHz" if speed else ""
    yield ok(f"bus {bus}{f' ({name})' if name else ''}{rate}: {answers}", bus=bus, hz=speed, answers=answers)
    if ours and 0 < speed <= SLOWEST_HZ:
        text = f"bus {bus} runs at {speed // 1000} kHz: a picture takes {1024 * 9 * 1000 // speed} ms"
        yield warning("DSP-03", text, FASTER, hz=speed)


def _hangs(device: str, error: OSError) -> Finding:
    if error.errno == errno.ETIMEDOUT:
        remedy = "SDA or SCL is shorted to GND, or they touch each other: take the display off and look at the wires"
        return fault("DSP-01", f"{device} hangs", remedy)
    return fault("DSP-01", f"{device} cannot be used: {error.strerror or error}", "see what it says: dmesg | grep i2c")


def _where(case: Case, buses: list[int], found: dict[int, list[int]]) -> Iterator[Finding]:
    """Whether the display is where roger.yaml says."""
    settings = case.config.roger.display
    place = f"0x{settings.address:02X} on bus {settings.bus}"
    if settings.driver in NO_SCREEN or settings.address in found.get(settings.bus, ()):
        return
    elsewhere = [(bus, address) for bus, there in found.items() for address in there if address in OLED]
    if elsewhere:
        bus, address = elsewhere[0]
        remedy = f"write into roger.yaml: display: {{bus: {bus}, address: 0x{address:02X}}}"
        yield fault("DSP-01", f"no display at {place}, but one at 0x{address:02X} on bus {bus}", remedy)
    elif settings.bus not in buses:
        names = ", ".join(map(str, buses))
        yield fault("DSP-01", f"there is no I2C bus {settings.bus}", f"set display.bus; there are: {names}")
    elif settings.bus in found:
        remedy = "check the wires: VCC to 3V3 (1), SDA to GPIO2 (3), SCL to GPIO3 (5), GND to GND (9)"
        yield fault("DSP-01", f"no display answers at {place}", remedy)


def speed_of(case: Case, bus: int) -> int:
    """Hz, as the device tree says; 0 where it does not."""
    for place in ("i2c-dev/i2c-{}/device", "i2c-adapter/i2c-{}"):
        told = case.host.read_bytes(f"/sys/class/{place.format(bus)}/of_node/clock-frequency")
        if len(told) == 4:
            return int.from_bytes(told, "big")
    return 0
