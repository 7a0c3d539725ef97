"""What Raspberry Pi Imager writes for an image of `init_format: cloudinit`: user-data, network-config and cmdline.txt.

Sources: generateCloudInitUserData and generateCloudInitNetworkConfig in customization_generator.cpp of rpi-imager 2.0,
https://github.com/raspberrypi/rpi-imager, and netplan's reference, https://netplan.readthedocs.io/en/stable/netplan-yaml/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from config.card.settings_txt import Said
from config.card.text import decoded
from config.card.values import CHECKS, Unfit
from config.issues import Issue

NAMES: Final = ("user-data", "network-config", "cmdline.txt")
"""Those that count, in the order in which they are asked."""

_IGNORED: Final = {
    "users": "users and passwords are not made: with an SSH key the user is pi, and nobody has a password",
    "chpasswd": "nobody has a password",
    "ssh_pwauth": "nobody has a password",
    "runcmd": "commands are not run",
    "bootcmd": "commands are not run",
    "write_files": "files are not written",
    "packages": "packages are not installed: the system is read-only",
    "keyboard": "there is no keyboard",
}
_EXPECTED: Final = ("packages", "keyboard")
"""What Imager writes unasked: not worth a word."""
_REGULATORY: Final = re.compile(r"(?:^|\s)cfg80211\.ieee80211_regdom=(\w\w)(?=\s|$)")


def read_cloud_init(path: Path, content: bytes) -> tuple[dict[str, list[Said]], list[Issue], list[str]]:
    """What one of the files says, by key of settings.txt; what is wrong with it; and notes on what is left out."""
    if path.name == "cmdline.txt":
        found = _REGULATORY.findall(decoded(content))
        pairs: Iterator[tuple[str, Any]] = (("wifi_country", code) for code in found[-1:])
        return *_checked(path, pairs), []
    try:
        document = _parsed(content)
    except ValueError as error:
        return {}, [Issue("SET-08", f"{path.name} cannot be understood: {error}", "write the card again", path)], []
    if path.name == "network-config":
        return *_checked(path, _network(document)), []
    return *_checked(path, _user_data(document)), _notes(path, document)


def _parsed(content: bytes) -> dict[str, Any]:
    """Raises `ValueError`, which shows nothing of the contents."""
    import yaml

    try:
        document = yaml.safe_load(decoded(content))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"line {mark.line + 1} is no YAML" if mark else "it is no YAML") from None
    if not isinstance(document, dict | None):
        raise ValueError("it has no keys")
    return document or {}


def _checked(path: Path, pairs: Iterator[tuple[str, Any]]) -> tuple[dict[str, list[Said]], list[Issue]]:
    said: dict[str, list[Said]] = {}
    found: list[Issue] = []
    for key, value in pairs:
        try:
            said.setdefault(key, []).append(Said(CHECKS[key](str(value)), path.name))
        except Unfit as unfit:
            found.append(Issue(unfit.code, f"{key}: {unfit}", unfit.hint, path))
    return {key: values for key, values in said.items() if values}, found


def _user_data(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, name in (("hostname", "hostname"), ("time_zone", "timezone")):
        if document.get(name):
            yield key, document[name]
    if str(document.get("locale", ""))[:2] in ("en", "ko"):
        yield "language", document["locale"]
    users = document.get("users")
    for owner in [document, *(users if isinstance(users, list) else [])]:
        keys = owner.get("ssh_authorized_keys") if isinstance(owner, dict) else None
        for key in keys if isinstance(keys, list) else [keys] if keys else []:
            yield "ssh_key", key


def _network(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The first access point of the first Wi-Fi device."""
    device = _first(_inside(document, "network").get("wifis") or document.get("wifis"))[1]
    if device.get("regulatory-domain"):
        yield "wifi_country", device["regulatory-domain"]
    name, access = _first(device.get("access-points"))
    if not name:
        return
    yield "wifi_name", name
    if access.get("hidden"):
        yield "wifi_hidden", "yes"
    authentication = _inside(access, "auth")
    password = access.get("password") or authentication.get("password")
    if password:
        yield "wifi_password", password
    if authentication.get("key-management") in ("sae", "eap", "none"):
        yield "wifi_security", {"sae": "wpa3", "eap": "enterprise", "none": "open"}[authentication["key-management"]]


def _notes(path: Path, document: dict[str, Any]) -> list[str]:
    left_out = [name for name in _IGNORED if document.get(name) and name not in _EXPECTED]
    return [f"{path.name}: {name} is left out; {_IGNORED[name]}" for name in left_out]


def _inside(document: dict[str, Any], name: str) -> dict[str, Any]:
    inside = document.get(name)
    return inside if isinstance(inside, dict) else {}


def _first(mapping: Any) -> tuple[str, dict[str, Any]]:
    """The first entry whose value is a mapping too, or is empty."""
    for name, value in mapping.items() if isinstance(mapping, dict) else ():
        return str(name), value if isinstance(value, dict) else {}
    return "", {}
