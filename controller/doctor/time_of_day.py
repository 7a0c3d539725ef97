"""The clock on the wall: a wrong one breaks every certificate, and what `roger history` says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Figure, Finding, fault, ok, warning
from controller.doctor.host import Host

MADE: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""This program is not older."""
SET_IT: Final = "connect it to the network and wait a minute; or: sudo date -s 'YYYY-MM-DD HH:MM'"
SYNCED: Final = "/run/systemd/timesync/synchronized"


def check(case: Case) -> Iterator[Finding]:
    """Plausible, and set by the network. A Raspberry Pi 4 keeps no time while it is off."""
    now, synced = case.clock.wall(), _synchronized(case.host)
    figures: dict[str, Figure] = {"synchronized": bool(synced), "zone": now.tzname() or ""}
    text = f"{now:%Y-%m-%d %H:%M} {now.tzname()}"
    if now < MADE:
        yield fault("SYS-05", f"the clock says {text}, which is long ago", SET_IT, **figures)
    elif synced is False:
        remedy = "sudo timedatectl set-ntp true; is there a network? nmcli device"
        yield warning("SYS-05", f"{text}, but the network did not set the clock", remedy, **figures)
    else:
        yield ok(f"{text}, {'set by the network' if synced else 'nobody says how it was set'}", **figures)


def _synchronized(host: Host) -> bool | None:
    """None where nobody knows."""
    if host.exists(SYNCED):
        return True
    told = (host.run("timedatectl", "show", "--property=NTPSynchronized", "--value") or "").strip()
    return {"yes": True, "no": False}.get(told)
