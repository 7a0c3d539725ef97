"""Heat and voltage, as the kernel or the firmware of a Pi tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok, skipped, warning
from controller.doctor.host import Host

HOT_C: Final = 80.0
"""Where a Pi begins to slow itself down (Raspberry Pi documentation, "Frequency management and thermal control")."""
UNDERVOLTAGE, SLOWED, LATER = 1 << 0, 1 << 2, 16
"""Bits of get_throttled; the same ones 16 higher for "since power-on"."""
SUPPLY: Final = "use the official supply (Pi 4: 5.1 V 3 A, Pi 5: 5.1 V 5 A) and a short cable; unplug USB devices"
COOLER: Final = "give it a heat sink or a fan, and air around the case"


def check(case: Case) -> Iterator[Finding]:
    """Now, and since power-on."""
    degrees, flags = _degrees(case.host), _throttled(case.host)
    if degrees is None and flags is None:
        yield skipped("this computer does not tell")
        return
    text = f"{degrees:.0f} °C" if degrees is not None else "the temperature is not told"
    if degrees is not None and degrees >= HOT_C:
        yield warning("SYS-06", f"the processor has {text} and slows itself down", COOLER, celsius=degrees)
    elif flags is not None and flags >> LATER & SLOWED:
        yield warning("SYS-06", f"{text} now, but it was too hot since power-on", COOLER, celsius=degrees or 0.0)
    else:
        yield ok(f"{text}{'' if flags is None else ', voltage told'}", celsius=degrees or 0.0)
    yield from _voltage(flags or 0)


def _voltage(flags: int) -> Iterator[Finding]:
    if flags & UNDERVOLTAGE:
        yield fault("SYS-06", "the voltage is too low now", SUPPLY, undervoltage="now")
    elif flags >> LATER & UNDERVOLTAGE:
        yield warning("SYS-06", "the voltage was too low since power-on", SUPPLY, undervoltage="since power-on")


def _degrees(host: Host) -> float | None:
    """The hottest zone."""
    told = [host.read(zone) for zone in host.find("/sys/class/thermal/thermal_zone*/temp")]
    return max((int(value) / 1000 for value in told if value.lstrip("-").isdigit()), default=None)


def _throttled(host: Host) -> int | None:
    """As `vcgencmd get_throttled`: from Raspberry Pi's kernel, its program, or any kernel's voltage alarm."""
    if told := host.read("/sys/devices/platform/soc/soc:firmware/get_throttled"):
        return int(told, 16)
    if found := re.search(r"throttled=(0x[0-9a-fA-F]+)", host.run("vcgencmd", "get_throttled") or ""):
        return int(found[1], 16)
    for name in host.find("/sys/class/hwmon/hwmon*/name"):
        alarm = host.read(name.replace("/name", "/in0_lcrit_alarm"))
        if host.read(name) == "rpi_volt" and alarm.isdigit():
            return UNDERVOLTAGE | UNDERVOLTAGE << LATER if int(alarm) else 0
    return None
