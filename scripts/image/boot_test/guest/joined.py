"""Runs in the guest once Roger is ready: has the device joined the Wi-Fi of its card, and what does it say of it."""

from __future__ import annotations

import time

from guest import report, screen, shell

LIMIT_S = 240


def main() -> None:
    """Until there is an address, or a reason why not."""
    began = time.monotonic()
    while (said := told()) in ("", "network is joining") and time.monotonic() - began < LIMIT_S:
        time.sleep(3)
    time.sleep(15)  # it is drawn by then
    device = shell("nmcli", "-g", "GENERAL.STATE,IP4.ADDRESS", "device", "show", "wlan0").splitlines()
    report("wifi", told=said, device=device, air=journal("roger-air").splitlines()[-10:])
    report("screen", **screen())
    report("end")


def told() -> str:
    """What Roger's journal says of the network last."""
    return "\n".join([line for line in journal("roger").splitlines() if "network" in line][-1:])


def journal(unit: str) -> str:
    """All that a unit said since the start."""
    return shell("journalctl", "-b", "-u", unit, "-o", "cat", "--no-pager")


if __name__ == "__main__":
    main()
