"""What runs, what could run, and what became of the last update."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from controller.errors import Problem, RogerError
from controller.update.device import SLOTS, Device, run

FLASHED: Final = "as flashed"
"""The version of a slot that RAUC did not write."""


@dataclass(frozen=True, slots=True)
class Status:
    """Attributes:
    on_trial: The release that runs goes away with the next restart, unless it is kept before.
    other: The version next to it; empty where there is none.
    next: The version that the next restart tries; empty where it starts what ran well.
    news: What became of the last update: UPD-13 or UPD-15; None for nothing new.
    """

    version: str
    slot: str
    on_trial: bool
    other: str
    next: str
    news: Problem | None


def status(device: Device) -> Status:
    """Ask the boot ROM, RAUC and the notes. Raises `RogerError` UPD-12."""
    running, committed = device.running, device.committed
    on_trial = running != committed
    other = _versions().get(device.other, FLASHED) if device.holds_release(device.other) else ""
    tries = device.boot_rom("get-primary") not in (running, committed)
    version = _versions().get(device.other, FLASHED) if tries else ""
    return Status(device.version, running, on_trial, other, version, news(device))


def news(device: Device) -> Problem | None:
    """What became of the last update, as roger-trial noted it at this start or, if it was undone, at an earlier one."""
    return told_now(device) or _told(device, device.state / "undone")


def told_now(device: Device) -> Problem | None:
    """What this start has to tell of an update: UPD-13 or UPD-15, once."""
    return _told(device, device.notice)


def _told(device: Device, note: Path) -> Problem | None:
    try:
        outcome, version, *why = note.read_text("utf-8").strip().split(" ", 2)
    except (OSError, ValueError):
        return None
    if outcome == "updated":
        return Problem("UPD-15", f"Roger {version} is new here", f"Roger {version} runs")
    cause = f"the update to {version} was undone{f': {why[0]}' if why else ''}"
    return Problem("UPD-13", cause, f"{device.version} runs as before; try again or take another release")


def _versions() -> dict[str, str]:
    """The versions that RAUC wrote, by slot; empty where it does not answer."""
    with suppress(RogerError, ValueError, KeyError):
        said = json.loads(run(["rauc", "status", "--detailed", "--output-format=json"]))
        slots = {name: slot for entry in said["slots"] for name, slot in entry.items()}
        return {name: version for name, n in SLOTS.items() if (version := _version(slots[f"rootfs.{n}"]))}
    return {}


def _version(slot: dict[str, Any]) -> str:
    written = slot.get("slot_status") or {}
    return str((written.get("bundle") or {}).get("version") or "")
