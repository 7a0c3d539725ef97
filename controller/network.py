"""What there is to say about the network, made of what NetworkManager knows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.issues import nearest
from controller.errors import Problem
from controller.turn import Part

PART: Final = "network"
PATIENCE_S: Final = 25.0
"""For so long a network that is not seen may still come: a radio needs some seconds to look at all channels."""
CABLE_S: Final = 12.0
"""For so long a cable may take to be noticed."""

DISCONNECTED, PREPARING, ACTIVATED, FAILED = 30, 40, 100, 120
"""NMDeviceState: https://networkmanager.dev/docs/api/latest/nm-dbus-types.html"""
_REFUSED: Final = frozenset({7, 8})
_NO_ADDRESS: Final = frozenset({5, 15, 16, 17})
_NOT_FOUND: Final = 53
"""NMDeviceStateReason: no secrets, supplicant disconnected; addresses; SSID not found."""


@dataclass(frozen=True, slots=True)
class Device:
    """A network device.

    Attributes:
        state: NMDeviceState.
        failed: The NMDeviceStateReason of its last failure; 0 for none since it was connected.
        address: IPv4 if it has one, else IPv6; empty while there is none.
        in_reach: Names of the networks that a radio sees.
    """

    kind: str
    state: int = DISCONNECTED
    failed: int = 0
    address: str = ""
    in_reach: tuple[str, ...] = ()


def story(devices: Sequence[Device], wanted: str, waited_s: float) -> Part:
    """The network as a part of the device.

    Args:
        wanted: The name of the Wi-Fi that was set; empty for none.
        waited_s: Since this was first asked.
    """
    for device in sorted(devices, key=lambda device: device.kind):  # the cable first
        if device.state == ACTIVATED and device.address:
            return Part(PART, "ready", detail=device.address)
    radios = [device for device in devices if device.kind == "wifi"]
    busy = any(PREPARING <= device.state < FAILED for device in devices)
    if not wanted:
        return _without_wifi(busy, waited_s)
    problem = next((_problem(radio, wanted) for radio in radios if radio.failed), None)
    if problem is None and not busy and waited_s > PATIENCE_S:
        problem = _out_of_reach(radios, wanted)
    if problem is None:
        return Part(PART, "joining", detail=wanted)
    return Part(PART, "missing", problem=problem, detail=_detail(problem, radios, wanted))


def _without_wifi(busy: bool, waited_s: float) -> Part:
    if busy or waited_s < CABLE_S:
        return Part(PART, "joining")
    hint = "write wifi_name and wifi_password into settings.txt on the card, or plug in a cable"
    return Part(PART, "off", problem=Problem("NET-05", "no Wi-Fi is set and no cable is plugged in", hint))


def _problem(radio: Device, wanted: str) -> Problem:
    if radio.failed in _REFUSED:
        hint = "correct wifi_password in settings.txt on the card; capitals count"
        return Problem("NET-02", f'"{wanted}" refused the password', hint)
    if radio.failed == _NOT_FOUND:
        return _out_of_reach([radio], wanted)
    if radio.failed in _NO_ADDRESS:
        return Problem("NET-03", f'"{wanted}" gave no address', "restart the router")
    hint = "look at wifi_security and wifi_country in settings.txt on the card"
    return Problem("NET-04", f'"{wanted}" cannot be joined (reason {radio.failed} of NetworkManager)', hint)


def _out_of_reach(radios: Sequence[Device], wanted: str) -> Problem:
    if not radios:
        return Problem("NET-04", "this device has no Wi-Fi that works", "use a cable")
    near = _near(radios, wanted)
    hint = f'did you mean "{near}"?' if near else "go nearer to the router; wifi_hidden = yes if it hides its name"
    return Problem("NET-01", f'no Wi-Fi "{wanted}" is in reach', hint)


def _near(radios: Sequence[Device], wanted: str) -> str:
    names = [name for radio in radios for name in radio.in_reach if name != wanted]
    return nearest(wanted, names)


def _detail(problem: Problem, radios: Sequence[Device], wanted: str) -> str:
    near = _near(radios, wanted) if problem.code == "NET-01" else ""
    return f"{wanted} → {near}" if near else wanted
