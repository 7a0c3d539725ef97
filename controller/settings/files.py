"""All files that follow from a card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.card.card import Card
from config.issues import Issue
from controller.settings import keyfile
from controller.settings.overlay import overlay
from controller.settings.status import at, status_text

FOLDER: Final = "run/roger-settings"
PROFILES: Final = "run/NetworkManager/system-connections"
OVERLAY: Final = "settings.yaml"
"""In the folder that ROGER_SETTINGS names: config/loader.py reads it."""
STATUS: Final = "status.json"

ALL: Final = (
    *(f"{FOLDER}/{name}" for name in (STATUS, OVERLAY, "environment", "problems.txt", "api-key", "authorized_keys")),
    *(f"{FOLDER}/{name}" for name in ("hostname", "hosts")),
    *(f"{PROFILES}/{name}.nmconnection" for name in (keyfile.WIFI, keyfile.WIRED)),
    "run/NetworkManager/conf.d/roger.conf",
    "run/modprobe.d/roger.conf",
)
"""Every file that can follow from a card; those that do not are deleted."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to write.

    Attributes:
        path: Below the root folder.
        owner: User and group that it belongs to; empty for whoever writes it.
    """

    path: str
    content: str = field(repr=False)
    mode: int = 0o644
    owner: str = ""


def files_of(card: Card, models: Path, owner: str) -> Iterator[File]:
    """The files, those that nothing depends on last.

    Args:
        models: Where the weights of the installed models are.
        owner: User and group that Roger runs as.
    """
    yield File(f"{PROFILES}/{keyfile.WIRED}.nmconnection", keyfile.wired(card), 0o600)
    if profile := keyfile.wifi(card):
        yield File(f"{PROFILES}/{keyfile.WIFI}.nmconnection", profile, 0o600)
    if country := card.get("wifi_country"):
        yield File("run/modprobe.d/roger.conf", f"options cfg80211 ieee80211_regdom={country}\n")
    yield File("run/NetworkManager/conf.d/roger.conf", "[main]\nhostname-mode=none\n")
    yield File(f"{FOLDER}/hostname", card.get("hostname") + "\n")
    yield File(f"{FOLDER}/hosts", _hosts(card.get("hostname")))
    if keys := card.all("ssh_key"):
        yield File(f"{FOLDER}/authorized_keys", "".join(f"{key}\n" for key in keys))
    if key := card.get("api_key"):
        yield File(f"{FOLDER}/api-key", key + "\n", 0o400, owner)
    yield File(f"{FOLDER}/{OVERLAY}", overlay(card, models))
    yield File(f"{FOLDER}/environment", f"ROGER_SETTINGS=/{FOLDER}\n")


def report_of(card: Card, issues: tuple[Issue, ...]) -> Iterator[File]:
    """What went wrong, for people and for the screen."""
    yield File(f"{FOLDER}/problems.txt", "".join(f"{line}\n" for line in map(sentence, issues)))
    yield File(f"{FOLDER}/{STATUS}", status_text(card.get("wifi_name"), issues))


def sentence(issue: Issue) -> str:
    """ "SET-03 settings.txt:12: unknown key "wifi_nmae"; did you mean "wifi_name"?" """
    return f"{issue.code} {at(issue)}: {issue.message}" + (f"; {issue.hint}" if issue.hint else "")


def _hosts(name: str) -> str:
    return f"127.0.0.1 localhost\n127.0.1.1 {name}\n::1 localhost ip6-localhost ip6-loopback\n"
