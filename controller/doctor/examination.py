"""All checks, one after the other, none of them longer than it may be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from controller.background import Background, Cancelled
from controller.clock import stopwatch
from controller.doctor import (
    configuration,
    disk,
    display,
    gpio,
    i2c,
    memory,
    microphone,
    network,
    power,
    service,
    speaker,
    time_of_day,
    versions,
    weights,
)
from controller.doctor.case import Case, Check
from controller.doctor.finding import Finding, Status, fault, fault_of, worst
from controller.errors import RogerError

CHECKS: Final[Mapping[str, Check]] = {
    "configuration": configuration.check,
    "versions": versions.check,
    "power": power.check,
    "memory": memory.check,
    "disk": disk.check,
    "clock": time_of_day.check,
    "gpio": gpio.check,
    "i2c": i2c.check,
    "display": display.check,
    "microphone": microphone.check,
    "speaker": speaker.check,
    "models": weights.check,
    "network": network.check,
    "service": service.check,
}
"""By the names that --only takes, in the order in which they are made: what others stand on comes first."""

LIMIT_S: Final = 30.0
LONG_S: Final = {"models": 300.0, "network": 120.0}
GRACE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Examined:
    """A check and what it found."""

    name: str
    findings: tuple[Finding, ...]
    elapsed_s: float

    @property
    def status(self) -> Status:
        return worst(self.findings)


def examine(case: Case, names: Iterable[str], done: Callable[[Examined], None], begun: Callable[[str], None]) -> None:
    """Make the checks of these names; `begun` is told of each before it is made, `done` afterwards.

    Raises:
        KeyboardInterrupt: After what was open has been let go of.
    """
    for name in names:
        begun(name)
        elapsed = stopwatch()
        findings = tuple(_made(case, name, LONG_S.get(name, LIMIT_S)))
        done(Examined(name, findings, elapsed()))


def _made(case: Case, name: str, limit_s: float) -> list[Finding]:
    """On a thread of its own: a bus or a name server that hangs holds up nobody."""
    found: list[Finding] = []
    ended = threading.Event()

    def work(emit: Callable[[Finding], None]) -> None:
        try:
            for finding in CHECKS[name](case):
                emit(finding)
        finally:
            ended.set()

    background = Background(f"doctor {name}", work, case.token)
    try:
        while (finding := background.next(limit_s)) is not None:
            found.append(finding)
    except RogerError as error:
        found.append(fault_of(error))
    except (TimeoutError, Cancelled):
        found.append(_hangs(name, limit_s))
    except KeyboardInterrupt:
        case.token.cancel()
        ended.wait(GRACE_S)
        raise
    except Exception as error:  # a fault of the doctor's is no reason to say nothing of the other parts
        found.append(fault("SYS-01", f"the check itself failed: {error!r}", "please report it, with: roger -v doctor"))
    return found


def _hangs(name: str, limit_s: float) -> Finding:
    remedy = "restart the device; if it stays so, unplug what hangs on it, one after the other"
    return fault("SYS-08", f"{name} gives no answer within {limit_s:g} s", remedy)
