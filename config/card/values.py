"""What may stand behind each = in settings.txt. Each check returns the value as it is used, or raises `Unfit`."""

from __future__ import annotations

import base64
import binascii
import re
import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from config.card.countries import CODES, OTHER_NAMES
from config.card.text import plain
from config.issues import did_you_mean

SSID_BYTES: Final = 32
"""IEEE 802.11-2020, 9.4.2.2."""
PASSPHRASE: Final = range(8, 64)
"""Bytes of a WPA passphrase: IEEE 802.11-2020, annex J.4."""
SSH_KINDS: Final = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_YES: Final = ("yes", "true", "on", "1", "예", "네")
_NO: Final = ("no", "false", "off", "0", "아니요", "아니오")
_LANGUAGES: Final = {"en": "en", "english": "en", "영어": "en", "ko": "ko", "kr": "ko", "korean": "ko", "한국어": "ko"}
_SECURITY: Final = ("auto", "wpa2", "wpa3", "open")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Unfit(ValueError):
    """A value that cannot be used. Neither message nor hint repeats a secret."""

    def __init__(self, message: str, hint: str = "", code: str = "SET-05") -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


def network_name(text: str) -> str:
    """The name of a Wi-Fi network, exactly as it is written."""
    if _CONTROL.search(text):
        raise Unfit("the name has a character that cannot be typed", "type it again")
    if len(text.encode()) > SSID_BYTES:
        raise Unfit(f"a network's name has at most {SSID_BYTES} bytes, this one has {len(text.encode())}")
    return text


def network_password(text: str) -> str:
    """A password of 8 to 63 characters, or the 64 hexadecimal digits that a program has made of one."""
    text = text if len(plain(text).encode()) != len(plain(text)) else plain(text)
    length = len(text.encode())
    if _CONTROL.search(text):
        raise Unfit("the password has a character that cannot be typed", "type it again", "SET-06")
    if length == 64 and re.fullmatch("[0-9a-fA-F]+", text):
        return text.lower()
    if length not in PASSPHRASE:
        hint = "everything behind = belongs to it, also quotes and blanks inside; a network without one: leave it empty"
        raise Unfit(f"a Wi-Fi password has 8 to 63 characters, this one has {length}", hint, "SET-06")
    return text


def country(text: str) -> str:
    """KR, US, ..."""
    code = text.upper()
    if code in CODES:
        return code
    meant = OTHER_NAMES.get(code, "")
    hint = f'did you mean "{meant}"?' if meant else "for example KR, US, GB or DE: the two letters of web addresses"
    raise Unfit(f'"{text}" is no two-letter code of a country', hint)


def switch(text: str) -> str:
    """ "yes" or "no"."""
    word = text.lower()
    if word in _YES or word in _NO:
        return "yes" if word in _YES else "no"
    raise Unfit(f'"{text}" is neither yes nor no', did_you_mean(word, ("yes", "no")))


def security(text: str) -> str:
    """ "auto", "wpa2", "wpa3" or "open"."""
    word = re.sub("[^a-z0-9]", "", text.lower()).replace("personal", "").replace("psk", "")
    word = {"wpa": "wpa2", "wpa2wpa3": "auto", "sae": "wpa3", "none": "open"}.get(word, word)
    if word in _SECURITY:
        return word
    if "enterprise" in text.lower() or "eap" in text.lower():
        raise Unfit("networks with a user name and a password (WPA Enterprise) cannot be joined", "use another network")
    raise Unfit(f'"{text}" must be auto, wpa2, wpa3 or open', did_you_mean(word, _SECURITY))


def hostname(text: str) -> str:
    """The device's name in the network: RFC 1123, section 2.1, one label."""
    name = text.lower().removesuffix(".local")
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name):
        return name
    likely = re.sub("[^a-z0-9]+", "-", name).strip("-")[:63].strip("-")
    hint = f'did you mean "{likely}"?' if likely else "for example roger"
    raise Unfit(f'"{text}" must be letters a to z, digits and -, 63 at most', hint)


def language(text: str) -> str:
    """ "en" or "ko"."""
    word = text.lower()
    code = _LANGUAGES.get(word) or _LANGUAGES.get(re.split("[_.-]", word)[0])
    if code:
        return code
    raise Unfit(f'"{text}" must be en or ko', did_you_mean(word, _LANGUAGES))


def time_zone(text: str) -> str:
    """Asia/Seoul, ..."""
    name = text.replace(" ", "_")
    if not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}", name):
        raise Unfit(f'"{text}" is no time zone', "for example Asia/Seoul, Europe/London or America/New_York")
    if _zone_exists(name):
        return name
    zones = {zone.lower(): zone for zone in zoneinfo.available_timezones()}
    if not zones or name.lower() in zones:  # a PC may know none
        return zones.get(name.lower(), name)
    hint = did_you_mean(name, zones.values()) or "for example Asia/Seoul, Europe/London or America/New_York"
    raise Unfit(f'there is no time zone "{text}"', hint)


def _zone_exists(name: str) -> bool:
    """Without listing them all, which takes a while on a memory card; with the capitals as they are."""
    return any(
        (Path(folder) / name).is_file() and name.rpartition("/")[2] in _names((Path(folder) / name).parent)
        for folder in zoneinfo.TZPATH
    )


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def api_key(text: str) -> str:
    """The key of the chat server."""
    key = plain(text)
    if re.fullmatch(r"[!-~]+", key):
        return key
    kind = "a blank" if re.search(r"\s", key) else "a character that no key has"
    raise Unfit(f"the key has {kind} in it", "copy it again, with nothing before or behind it")


def server(text: str) -> str:
    """An address that begins with http:// or https://."""
    if re.fullmatch(r"https?://[^\s/?#@\"\\]+(/[^\s\"\\]*)?", text):
        return text
    if re.match(r"https?://\S*@", text):
        raise Unfit("an address with a password in it cannot be used", "write the key into api_key")
    hint = (
        f'did you mean "http://{text}"?'
        if re.fullmatch(r"[\w.:/-]+", text)
        else "for example http://192.168.1.20:8080/v1"
    )
    raise Unfit(f'"{text}" is no address that begins with http:// or https://', hint)


def model(text: str) -> str:
    """The server's name for a model."""
    if re.fullmatch(r"[^\s\"'\\]{1,200}", text) and text.isprintable():
        return text
    raise Unfit(f'"{text}" is no name of a model', "for example gpt-4o-mini")


def ssh_key(text: str) -> str:
    """The line of a file that ends with .pub."""
    if "PRIVATE KEY" in text:
        raise Unfit("this is the private half of a key: keep it to yourself", "use the line of the file ending in .pub")
    kind, _, rest = plain(text).strip().partition(" ")
    body, _, comment = rest.strip().partition(" ")
    if kind not in SSH_KINDS:
        raise Unfit("an SSH key begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-...", did_you_mean(kind, SSH_KINDS))
    if not _holds(body, kind):
        raise Unfit("the SSH key is not complete", "copy the whole line of the file ending in .pub, into one line")
    return " ".join(filter(None, (kind, body, re.sub(r"[^\w@.+ -]", "", comment).strip())))


def _holds(body: str, kind: str) -> bool:
    """Whether the key's body is of that kind: its first field names it (RFC 4253, section 6.6)."""
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return False
    length = int.from_bytes(content[:4], "big")
    return content[4 : 4 + length] == kind.encode() and len(content) > 4 + length + 32


CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "wifi_name": network_name,
    "wifi_password": network_password,
    "wifi_country": country,
    "wifi_hidden": switch,
    "wifi_security": security,
    "hostname": hostname,
    "language": language,
    "time_zone": time_zone,
    "api_key": api_key,
    "chat_server": server,
    "chat_model": model,
    "ssh_key": ssh_key,
}
"""Every key of settings.txt."""

SECRET: Final = frozenset({"wifi_password", "api_key", "ssh_key"})
"""Their values are never shown."""

ONE_WORD: Final = frozenset(CHECKS) - SECRET - {"wifi_name"}
"""Behind their values a comment may stand."""
