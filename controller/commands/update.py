"""`roger update`: another release of the whole image, and back."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Final

from controller.commands.options import add_command
from controller.update import installing
from controller.update.device import Device
from controller.update.release import check, read
from controller.update.status import Status, status

EPILOG: Final = """\
examples:
  sudo roger update roger-0.2.0.raucb    write it next to the release that runs, and try it
  sudo roger update --status             which release runs, and what became of the last update
  sudo roger update --rollback           try the release before this one again

A new release is kept once Roger has been ready in it for half a minute. If that does not come about, or the power goes
before, the old one starts again. On a PC there is nothing to update: this is for a Raspberry Pi with the Roger image.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers, "update", "install another release of the image", "Installs a signed release.", EPILOG
    )
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the release, *.raucb")
    command.add_argument("--status", action="store_true", help="show what runs; also without any argument")
    command.add_argument("--rollback", action="store_true", help="go back to the release before this one")
    command.add_argument("--allow-older", action="store_true", help="also install an older release")
    command.add_argument("--no-restart", action="store_true", help="install; the next restart tries it")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Install, go back, or show."""
    device = Device.here(os.environ)
    installing.check_device(device, os.geteuid())
    if args.rollback:
        _go_back(device, args.no_restart)
    elif args.file and not args.status:
        _install(device, args)
    else:
        print("\n".join(lines(status(device))))
    return 0


def _install(device: Device, args: argparse.Namespace) -> None:
    installing.check_settled(device)
    print(f"checking {args.file.name} ...", flush=True)
    release = read(device, args.file.resolve())
    check(device, release, args.allow_older)
    print(f"{release.version} goes next to {device.version}, which runs on until the restart")
    shown = _Progress()
    try:
        installing.install(device, release, shown.show)
    except KeyboardInterrupt:
        print("\nRAUC finishes what it has begun: sudo roger update --status", file=sys.stderr)
        raise
    finally:
        shown.close()
    _restart(device, device.other, release.version, args.no_restart)


def _go_back(device: Device, stay: bool) -> None:
    installing.check_settled(device)
    other = installing.try_other(device)
    _restart(device, other, status(device).next, stay)


def _restart(device: Device, slot: str, version: str, stay: bool) -> None:
    installing.note_trial(device, slot, version)
    if stay:
        print(f"the next restart tries {version}: sudo reboot")
        return
    print(f"restarting to try {version}; if it does not get ready, {device.version} comes back by itself", flush=True)
    installing.restart()


def lines(now: Status) -> list[str]:
    """The status in words."""
    trial = ", on trial: it is kept once Roger has been ready for a while" if now.on_trial else ""
    shown = [f"runs    {now.version} (slot {now.slot}){trial}", f"other   {now.other or 'none yet'}"]
    if now.next:
        shown.append(f"next    the next restart tries {now.next}")
    if now.news:
        shown.append(f"last    {now.news.code} {now.news.message}")
    return shown


class _Progress:
    """A line that counts up in a terminal; elsewhere one line a step."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()

    def show(self, percent: int, text: str) -> None:
        print(
            f"\r\033[K{percent:3d}% {text}" if self._live else f"{percent:3d}% {text}", end="" if self._live else "\n"
        )
        sys.stdout.flush()

    def close(self) -> None:
        if self._live:
            print()
