"""Everything that the card says: settings.txt first, and what Raspberry Pi Imager wrote where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.card import cloud_init
from config.card.settings_txt import NAME, Said, read_settings
from config.issues import Issue

DEFAULTS: Final = {"wifi_hidden": "no", "wifi_security": "auto", "hostname": "roger"}
_OF_A_NETWORK: Final = ("wifi_password", "wifi_hidden", "wifi_security")


@dataclass(frozen=True, slots=True)
class Card:
    """What was said.

    Attributes:
        said: The values by key of settings.txt; only `ssh_key` can have several.
        issues: Everything that is wrong, in the order of the files.
        notes: What of Imager's files is left out on purpose.
    """

    said: Mapping[str, list[Said]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()

    def get(self, key: str) -> str:
        """The value, its default, or an empty text."""
        values = self.said.get(key)
        return values[0].value if values else DEFAULTS.get(key, "")

    def all(self, key: str) -> list[str]:
        return [said.value for said in self.said.get(key, ())]

    def where(self, key: str) -> str:
        """ "settings.txt, line 12"; empty where nothing was said."""
        values = self.said.get(key)
        return values[0].where if values else ""


def read_card(folder: Path) -> Card:
    """Read what is in `folder`, which is the card's first partition. Never raises."""
    content, issues = _content(folder / NAME)
    said, found = read_settings(folder / NAME, content)
    issues += found
    notes: list[str] = []
    for name in cloud_init.NAMES:
        if not (folder / name).is_file():
            continue
        content, unread = _content(folder / name)
        fallback, found, left_out = cloud_init.read_cloud_init(folder / name, content)
        issues += unread + found
        notes += left_out
        _fill_up(said, fallback)
    issues += _missing(folder / NAME, said)
    return Card(said, tuple(issues), tuple(notes))


def read_file(path: Path) -> Card:
    """Read one settings file, wherever it is and whatever it is called. Never raises."""
    content, issues = _content(path)
    said, found = read_settings(path, content)
    return Card(said, (*issues, *found, *_missing(path, said)))


def _content(path: Path) -> tuple[bytes, list[Issue]]:
    try:
        return path.read_bytes(), []
    except OSError as error:
        hint = "write it into the card's first partition, with Notepad; docs/flashing.md has an example"
        return b"", [Issue("SET-01", f"{path.name} cannot be read: {error.strerror}", hint, path)]


def _fill_up(said: dict[str, list[Said]], fallback: Mapping[str, list[Said]]) -> None:
    """What is said already stays. A network is taken whole: the name of one and the password of another is none."""
    has_network = "wifi_name" in said
    for key, values in fallback.items():
        if not (has_network and key in ("wifi_name", *_OF_A_NETWORK)):
            said.setdefault(key, values)


def _missing(path: Path, said: Mapping[str, list[Said]]) -> list[Issue]:
    """Settings that need another one."""
    found = []
    if "wifi_password" in said and "wifi_name" not in said:
        line = _line(said["wifi_password"][0])
        hint = "write the network's name behind wifi_name ="
        found.append(Issue("SET-07", "there is a Wi-Fi password and no wifi_name", hint, path, line))
    if "chat_model" in said and not {"chat_server", "api_key"} & said.keys():
        line = _line(said["chat_model"][0])
        hint = "write the key behind api_key =, or your own server behind chat_server ="
        found.append(Issue("SET-07", "there is a chat_model and nobody to ask", hint, path, line))
    return found


def _line(said: Said) -> int:
    return int(said.where.rpartition(" ")[2]) if said.where[-1:].isdigit() else 1
