"""NetworkManager over D-Bus: what its devices do, and why one of them gave up."""

from __future__ import annotations

import socket
from collections import deque
from contextlib import suppress
from typing import Any, Final

from controller.network import ACTIVATED, DISCONNECTED, FAILED, Device

NAME: Final = "org.freedesktop.NetworkManager"
ROOT: Final = "/org/freedesktop/NetworkManager"
LIMIT_S: Final = 5.0
"""How long an answer may take."""
KINDS: Final = {1: "cable", 2: "wifi", 20: "cable"}
"""NMDeviceType: Ethernet, Wi-Fi, and the virtual cable of a test."""


class NetworkManager:
    """A connection to it. Methods raise `OSError` where it has gone away, or never was.

    Args:
        address: Of the bus.
    """

    def __init__(self, address: str = "SYSTEM") -> None:
        from jeepney import MatchRule, message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        self._bus: Any = open_dbus_connection(address)
        self._signals: deque[Any] = deque()
        self._failed: dict[str, int] = {}
        rule = MatchRule(type="signal", interface=f"{NAME}.Device", member="StateChanged")
        Proxy(message_bus, self._bus, timeout=LIMIT_S).AddMatch(rule)
        self._filter = self._bus.filter(rule, queue=self._signals)

    def wait(self, limit_s: float) -> None:
        """Return once a device changed, or after `limit_s` seconds."""
        with suppress(TimeoutError):
            self._take(self._bus.recv_until_filtered(self._signals, timeout=limit_s))
        while self._signals:
            self._take(self._signals.popleft())

    def devices(self, in_reach: bool) -> list[Device]:
        """The cables and radios as they are; with `in_reach`, what the radios see, too."""
        paths = self._get(ROOT, NAME).get("Devices", [])
        found = [(path, self._get(path, f"{NAME}.Device")) for path in paths]
        while self._signals:  # what came in between
            self._take(self._signals.popleft())
        return [self._device(path, about, in_reach) for path, about in found if about.get("DeviceType") in KINDS]

    def close(self) -> None:
        """From any thread: whoever waits stops waiting."""
        with suppress(OSError):
            self._bus.sock.shutdown(socket.SHUT_RDWR)

    def _take(self, message: Any) -> None:
        """A device has a new state: remember why it failed until it is connected."""
        path = message.header.fields[1]
        state, _, reason = message.body
        if state == FAILED:
            self._failed[path] = reason
        elif state == ACTIVATED:
            self._failed.pop(path, None)

    def _device(self, path: str, about: dict[str, Any], in_reach: bool) -> Device:
        kind, state = KINDS[about["DeviceType"]], about.get("State", DISCONNECTED)
        address = self._address(about) if state == ACTIVATED else ""
        seen = self._in_reach(path) if in_reach and kind == "wifi" else ()
        failed = 0 if state == ACTIVATED else self._failed.get(path, 0)
        return Device(kind, state, failed, address, seen)

    def _address(self, about: dict[str, Any]) -> str:
        for version in ("Ip4Config", "Ip6Config"):
            config = self._get(about.get(version, "/"), f"{NAME}.{version.replace('Ip', 'IP')}")
            for entry in config.get("AddressData", []):
                address = str(entry["address"][1])
                if not address.startswith("fe80:"):
                    return address
        return ""

    def _in_reach(self, path: str) -> tuple[str, ...]:
        points = self._get(path, f"{NAME}.Device.Wireless").get("AccessPoints", [])
        names = [bytes(self._get(point, f"{NAME}.AccessPoint").get("Ssid", b"")) for point in points]
        return tuple(dict.fromkeys(name.decode("utf-8", "replace") for name in names if name))

    def _get(self, path: str, interface: str) -> dict[str, Any]:
        """All properties; none where the object has just gone."""
        from jeepney import DBusAddress, MessageType, Properties

        if path == "/":
            return {}
        message = Properties(DBusAddress(path, NAME, interface)).get_all()
        reply = self._bus.send_and_get_reply(message, timeout=LIMIT_S)
        if reply.header.message_type == MessageType.error:
            if path == ROOT:
                raise ConnectionError("NetworkManager is not there")
            return {}
        return {name: value for name, (_, value) in reply.body[0].items()}
