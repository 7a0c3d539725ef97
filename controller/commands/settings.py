"""`roger settings`: what the memory card's settings.txt says, and what follows from it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from config.card.card import Card, read_card, read_file
from config.issues import render
from controller.errors import RogerError
from controller.settings.apply import apply
from controller.settings.files import sentence

CARD: Final = Path("/boot/roger")
MODELS: Final = Path("/opt/roger/weights")
RELEASE: Final = Path("/etc/roger-release")
"""Only Roger's own system has it."""
EPILOG: Final = """\
examples:
  roger settings check settings.txt     what it means, and what is wrong in it; nothing is changed
  roger settings check /media/ROGER     a whole card, with what Raspberry Pi Imager wrote
  sudo roger settings apply             on the device, at every start: network, name, language, keys

check exits with 0 if all is well and with 2 if something is wrong; apply always with 0, so that the device starts.
A password or a key is never shown. The keys are explained in settings.txt itself and in docs/flashing.md.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = subparsers.add_parser(
        "settings",
        help="read the memory card's settings.txt: Wi-Fi, name, language, keys",
        description="Reads settings.txt and what Raspberry Pi Imager wrote beside it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = command.add_subparsers(metavar="check|apply", required=True)
    check = actions.add_parser("check", help="say what it means; change nothing")
    check.add_argument(
        "file", type=Path, nargs="?", default=CARD, metavar="FILE", help=f"or a folder (default: {CARD})"
    )
    check.set_defaults(run=_check)
    change = actions.add_parser("apply", help="carry it out; needs root, and nothing of it outlasts the next start")
    change.add_argument("--card", type=Path, default=CARD, metavar="DIR", help=f"the card (default: {CARD})")
    change.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="write below DIR, and only there")
    change.set_defaults(run=_apply)


def _check(args: argparse.Namespace) -> int:
    card = read_card(args.file) if args.file.is_dir() else read_file(args.file)
    for issue in card.issues:
        print(render(issue), end="\n\n")
    for note in card.notes:
        print(f"note: {note}")
    for name, value in _meaning(card):
        print(f"{name:<14}{value}")
    return 2 if card.issues else 0


def _apply(args: argparse.Namespace) -> int:
    if args.root == Path("/") and not RELEASE.is_file():
        message = "this computer does not run from Roger's image: its name and its network stay as they are"
        raise RogerError("SET-09", message, "to see what would be written: --root some/empty/folder")
    models = Path(os.environ.get("ROGER_MODELS") or MODELS)
    card = read_card(args.card)
    real = args.root == Path("/")
    issues = apply(card, args.root, models, kernel=real, owner="roger" if real else "")
    for line in [*map(sentence, issues), *card.notes]:
        print(line)
    for name, value in _meaning(card):
        print(f"{name}: {value}")
    return 0


def _meaning(card: Card) -> Iterator[tuple[str, str]]:
    yield "Wi-Fi", _wifi(card)
    yield "name", card.get("hostname")
    yield "language", card.get("language") or "as in roger.yaml"
    yield "time zone", card.get("time_zone") or "UTC"
    yield "chat", _chat(card)
    keys = len(card.all("ssh_key"))
    yield "SSH", f"user pi, {keys} key{'s' if keys > 1 else ''}" if keys else "off"


def _wifi(card: Card) -> str:
    name, country = card.get("wifi_name"), card.get("wifi_country") or "no country"
    if not name:
        return f"none, only the cable ({country})"
    hidden = ", hidden" if card.get("wifi_hidden") == "yes" else ""
    return f'"{name}", {_security(card)}{hidden}, {country}'


def _security(card: Card) -> str:
    if card.get("wifi_security") == "open" or not card.get("wifi_password"):
        return "open, without a password"
    kinds = {"wpa2": "WPA2", "wpa3": "WPA3"}
    return f"{kinds.get(card.get('wifi_security'), 'WPA2 or WPA3')} with a password"


def _chat(card: Card) -> str:
    if not (card.get("api_key") or card.get("chat_server")):
        return "as in roger.yaml"
    key = "a key" if card.get("api_key") else "no key"
    return f"{card.get('chat_server') or 'the server of roger.yaml'}, {card.get('chat_model') or 'its model'}, {key}"
