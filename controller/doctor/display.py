"""The display: is it there, and how quickly does it draw?"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from config.schema import DisplaySettings
from controller.clock import stopwatch
from controller.doctor.case import Case
from controller.doctor.finding import Finding, in_use, ok, skipped, warning
from controller.doctor.holders import holder_of
from controller.doctor.i2c import FASTER, NO_SCREEN, speed_of
from controller.doctor.pattern import pattern
from controller.ports import Display

PICTURES: Final = 5
SLOW_S: Final = 0.1
"""Roger draws up to ten pictures a second."""
SEEN_S: Final = 1.5


def check(case: Case) -> Iterator[Finding]:
    """Draws the test pattern; what it looks like only you can say."""
    settings = case.config.roger.display
    if settings.driver in NO_SCREEN:
        yield skipped(f"display.driver is {settings.driver}")
        return
    if not case.host.is_pi and not case.host.find("/dev/i2c-[0-9]*") and "display" not in case.asked:
        yield skipped("this computer has no I2C bus: the terminal is the screen")
        return
    if case.roger is not None and held_by_roger(case):
        yield in_use(case.roger)
        return
    display = case.ports.display(settings)
    try:
        yield ok(f"{_place(settings)} answers") if case.quick else _drawn(case, display)
    finally:
        display.close()


def held_by_roger(case: Case) -> bool:
    """Whether the running Roger has the bus, or may have it."""
    holder = holder_of(case.host, f"/dev/i2c-{case.config.roger.display.bus}")
    return holder.roger if holder else not case.host.sees_all


def _drawn(case: Case, display: Display) -> Finding:
    settings = case.config.roger.display
    took = []
    case.note("look at it: a frame, fields of checks and stripes, the word Roger")
    for number in range(PICTURES):
        elapsed = stopwatch()
        display.draw(pattern("Roger" if number % 2 == 0 else "roger"))
        took.append(elapsed())
    case.wait(SEEN_S)
    typical = statistics.median(took)
    text = f"{_place(settings)} draws a picture in {typical * 1000:.0f} ms"
    if typical > SLOW_S and not speed_of(case, settings.bus):  # where the device tree says it, the bus is blamed
        return warning("DSP-03", text, FASTER, picture_ms=round(typical * 1000, 1))
    return ok(text, picture_ms=round(typical * 1000, 1))


def _place(settings: DisplaySettings) -> str:
    return f"{settings.driver} at 0x{settings.address:02X} on bus {settings.bus}"
