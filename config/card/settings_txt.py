"""Reads settings.txt: lines of `key = value`. A line that is wrong is reported and left out; the rest counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.card.text import lines_of
from config.card.values import CHECKS, ONE_WORD, SECRET, Unfit
from config.issues import Issue, did_you_mean

NAME: Final = "settings.txt"

_OTHER_NAMES: Final = {
    "wifi_ssid": "wifi_name",
    "ssid": "wifi_name",
    "wifi": "wifi_name",
    "psk": "wifi_password",
    "password": "wifi_password",
    "country": "wifi_country",
    "timezone": "time_zone",
    "openai_api_key": "api_key",
    "host_name": "hostname",
    "ssh": "ssh_key",
    "ssh_public_key": "ssh_key",
    "model": "chat_model",
    "server": "chat_server",
}
_LINE: Final = re.compile(r"\s*(?P<key>[^=:]*?)\s*(?P<sign>[=:＝：])\s*(?P<value>.*?)\s*", re.DOTALL)
_QUOTES: Final = ('""', "''", "“”", "‘’", "„“", "””")


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and where it was written: "settings.txt, line 12"."""

    value: str = field(repr=False)
    where: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that says something, before its value was looked at."""

    key: str
    value: str = field(repr=False)
    line: int
    column: int
    source: str


def read_settings(path: Path, content: bytes) -> tuple[dict[str, list[Said]], list[Issue]]:
    """What `content` says, by key, and everything that is wrong in it. Never raises."""
    found: list[Issue] = []
    said: dict[str, list[Said]] = {}
    for entry in _entries(path, lines_of(content), found):
        try:
            value = CHECKS[entry.key](entry.value)
        except Unfit as unfit:
            found.append(_issue(path, entry, unfit.code, f"{entry.key}: {unfit}", unfit.hint))
            continue
        if entry.key in said and entry.key != "ssh_key":
            found.append(
                _issue(path, entry, "SET-04", f'"{entry.key}" is written twice', "this line counts; delete the other")
            )
            said[entry.key].clear()
        said.setdefault(entry.key, []).append(Said(value, f"{path.name}, line {entry.line}"))
    return said, found


def _entries(path: Path, lines: Sequence[str], found: list[Issue]) -> Iterator[Entry]:
    """The lines with a known key and something behind it."""
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith(("#", ";", "//")):
            continue
        match = _LINE.fullmatch(line)
        key = _key(match["key"]) if match else ""
        if not match or (match["sign"] in ":：" and key not in CHECKS):
            found.append(_no_setting(path, number, line))
        elif key not in CHECKS:
            found.append(_unknown(path, number, line, match["key"].strip()))
        elif value := _value(key, match["value"]):
            yield Entry(key, value, number, match.start("value") + 1, _shown(line, key))


def _key(written: str) -> str:
    """The key that `written` stands for: capitals, blanks and hyphens do not matter."""
    key = re.sub(r"[\s\-_.]+", "_", written.strip().lower()).strip("_").replace("wi_fi", "wifi")
    return key if key in CHECKS else _OTHER_NAMES.get(key, key)


def _value(key: str, written: str) -> str:
    """Without the quotes around it, and without a comment where there can be one."""
    if key in ONE_WORD:
        written = re.split(r"(?:^|\s+)(?:#|//)", written)[0].strip()
    quoted = len(written) > 1 and written[0] + written[-1] in _QUOTES
    return written[1:-1] if quoted else written


def _no_setting(path: Path, number: int, line: str) -> Issue:
    """Nothing of the line is shown but a word that is a key: it may be the end of a password."""
    key = _key(re.split(r"[\s=:]", line.strip())[0])
    hint = f"write {key} = ..." if key in CHECKS else "write key = value, or # before a remark"
    column = len(line) - len(line.lstrip()) + 1
    return Issue("SET-02", "this line says nothing", hint, path, number, column, f"{key} ***" if key in CHECKS else "")


def _unknown(path: Path, number: int, line: str, written: str) -> Issue:
    near = did_you_mean(_key(written), CHECKS)
    name = written if near or re.fullmatch("[A-Za-z _-]{1,24}", written) else ""  # else it may be half of a key
    hint = near or f"keys: {', '.join(CHECKS)}"
    column = len(line) - len(line.lstrip()) + 1
    message = f'unknown key "{name}"' if name else "unknown key"
    return Issue("SET-03", message, hint, path, number, column, f"{name} = ***" if name else "")


def _shown(line: str, key: str) -> str:
    return re.sub(r"([=:＝：]).*", r"\1 ***", line) if key in SECRET or "@" in line else line


def _issue(path: Path, entry: Entry, code: str, message: str, hint: str) -> Issue:
    return Issue(code, message, hint, path, entry.line, entry.column, entry.source)
