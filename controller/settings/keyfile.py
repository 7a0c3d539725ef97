"""Writes NetworkManager's connection profiles.

Source: https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html; the escapes are those of GLib's key files,
https://docs.gtk.org/glib/struct.KeyFile.html
"""

from __future__ import annotations

import re
from typing import Final

from config.card.card import Card

WIFI: Final = "roger-wifi"
WIRED: Final = "roger-wired"
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def wifi(card: Card) -> str:
    """The profile of the card's network; empty where it names none."""
    name = card.get("wifi_name")
    if not name:
        return ""
    lines = [
        "[connection]",
        f"id={WIFI}",
        "type=wifi",
        "autoconnect-retries=0",  # for ever: a router may take its time, too
        "mdns=0",
        "llmnr=0",
        "",
        "[wifi]",
        "mode=infrastructure",
        f"ssid={_bytes(name)}",
        *(["hidden=true"] if card.get("wifi_hidden") == "yes" else []),
        "powersave=2",  # never asleep: a sleeping radio answers a second late
        "",
        *_security(card),
        *_addresses(card),
    ]
    return "\n".join(lines)


def wired(card: Card) -> str:
    """The profile of the cable, which tells the router the device's name."""
    lines = ["[connection]", f"id={WIRED}", "type=ethernet", "mdns=0", "llmnr=0", "", *_addresses(card)]
    return "\n".join(lines)


def escaped(value: str) -> str:
    """A text as it stands behind = ; blanks at its ends would be lost."""
    text = "".join(_ESCAPES.get(character, character) for character in value)
    return re.sub(r"^ +| +$", lambda blanks: r"\s" * len(blanks[0]), text)


def _bytes(name: str) -> str:
    """A name as the list of its bytes, which no character in it can break."""
    return "".join(f"{byte};" for byte in name.encode())


def _security(card: Card) -> list[str]:
    password, kind = card.get("wifi_password"), card.get("wifi_security")
    if kind == "open" or not password:
        return []
    management = "sae" if kind == "wpa3" else "wpa-psk"  # wpa-psk joins WPA3, too, where the radio can
    protected = ["pmf=3"] if kind == "wpa3" else []
    return ["[wifi-security]", f"key-mgmt={management}", f"psk={escaped(password)}", *protected, ""]


def _addresses(card: Card) -> list[str]:
    name = f"dhcp-hostname={card.get('hostname')}"
    return ["[ipv4]", "method=auto", name, "", "[ipv6]", "method=auto", name, "addr-gen-mode=stable-privacy", ""]
