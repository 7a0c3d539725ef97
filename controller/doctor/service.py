"""Roger as a service: installed, running, and how it ended last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Figure, Finding, fault, ok, skipped, warning

UNIT: Final = "roger.service"
ASKED: Final = ("LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID", "Result", "NRestarts", "StatusText")
LOG: Final = "journalctl -u roger -b says why"


def check(case: Case) -> Iterator[Finding]:
    """What systemd says."""
    told = case.host.run("systemctl", "show", UNIT, *(f"--property={name}" for name in ASKED))
    unit = dict(line.split("=", 1) for line in (told or "").splitlines() if "=" in line)
    if not unit:
        yield skipped("there is no systemd")
    elif unit.get("LoadState") != "loaded":
        running = f"; it runs by hand ({case.roger})" if case.roger else ""
        yield skipped(f"not installed as a service{running}: docs/service.md")
    else:
        yield from _installed(unit)


def _installed(unit: Mapping[str, str]) -> Iterator[Finding]:
    state, restarts = unit.get("ActiveState", ""), int(unit.get("NRestarts") or 0)
    figures: dict[str, Figure] = {"state": state, "result": unit.get("Result", ""), "restarts": restarts}
    if state == "active":
        words = unit.get("StatusText") or unit.get("SubState", "")
        yield ok(f"active ({unit.get('MainPID')}): {words}", pid=int(unit.get("MainPID") or 0), **figures)
    elif state in ("activating", "reloading", "deactivating"):
        yield warning("SRV-05", f"the service is {state}", f"wait a minute; {LOG}", **figures)
    else:
        text = f"the service is {state}, its last run ended with: {unit.get('Result') or 'nothing known'}"
        yield fault("SRV-05", text, f"sudo systemctl start roger; {LOG}", **figures)
    if restarts:
        times = "once" if restarts == 1 else f"{restarts} times"
        yield warning("SRV-05", f"it had to be started again {times} since it was started by hand or at boot", LOG)
    if unit.get("UnitFileState") == "disabled":
        yield warning("SRV-05", "the service does not start at boot", "sudo systemctl enable roger")
