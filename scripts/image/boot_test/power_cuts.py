"""Cuts the power at random moments, and looks whether the next start is none the worse.

usage: python scripts/image/boot_test/power_cuts.py [--cuts 20] [--seed 1] [--longest 150]
One card lives through all of it. At each start the guest says which turns of the history it has, then presses its
button again and again and says when a turn is in the history; the host notes what was said before it cuts. A turn that
was said and is missing after a later start is lost. What qemu was told to write counts as written: what a bad card does
to its own memory when the power goes is not tested.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from checks import Checks
from console import Running
from drive import make_drive, on_command_line
from machine import VIRT, pi_4_tree
from needs import lacks, parser
from rom import BootRom
from scenes import BOOT_LIMIT_S, READY, SPEECH, fresh_card

HAS = re.compile(r'^ROGER-TEST \{"part": "has", "turns": (\[.*\])\}', re.M)
SAVED = re.compile(r'^ROGER-TEST \{"part": "saved", "turn": (\d+)\}', re.M)


class Card:
    """A card that is started again and again.

    Args:
        image: What it begins as.
        out: For what comes up.
        checks: Where it is said what is wrong.
    """

    def __init__(self, image: Path, out: Path, checks: Checks) -> None:
        self._out, self._checks = out, checks
        self._card = fresh_card(image, out / "cuts.img", VIRT)
        self._drive, self._tree = make_drive(out, say_wav=SPEECH), pi_4_tree(out)
        self._said: set[int] = set()

    def start(self, name: str, cut_after_s: float | None) -> str:
        """Start it and cut its power; without a moment, once a press was answered. What was reached."""
        log = self._out / f"{name}.log"
        boot = BootRom(self._card, self._out).boot()
        more = f"{on_command_line()} roger.test=cuts"
        command = VIRT.command(self._card, boot, log, more, self._drive, self._tree)
        with Running([*command, "-nic", "none"], log) as guest:
            if cut_after_s is None:
                self._wait_for_a_press(guest, name)
            else:
                time.sleep(cut_after_s)
            guest.cut_power()
        return self._look_back(name, log.read_text(errors="replace").replace("\r", ""))

    def _wait_for_a_press(self, guest: Running, name: str) -> None:
        try:
            guest.wait_for(SAVED.pattern, BOOT_LIMIT_S)
            self._checks.holds(f"{name}: it starts, and a press is answered", True)
        except (TimeoutError, ChildProcessError) as error:
            self._checks.holds(f"{name}: it starts, and a press is answered", False, str(error))

    def _look_back(self, name: str, text: str) -> str:
        """Hold what the guest has against what was said before; a cut before it says anything shows nothing."""
        if found := HAS.search(text):
            missing = self._said - set(json.loads(found[1]))
            self._checks.holds(f"{name}: no turn that was saved is missing", not missing, f"{len(self._said)} so far")
        self._said |= {int(turn) for turn in SAVED.findall(text)}
        return (
            "turns" if SAVED.search(text) else "ready" if re.search(READY, text) else "starting" if text else "firmware"
        )


def main() -> int:
    """Cut, start, look."""
    arguments = parser("power-cuts", __doc__)
    arguments.add_argument("--cuts", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--longest", type=float, default=150, help="seconds after power on within which it is cut")
    args = arguments.parse_args()
    if reason := lacks(args.image):
        print(f"power-cuts: skipped, {reason}")
        return 0
    args.out.mkdir(parents=True, exist_ok=True)
    checks, moments = Checks(), random.Random(args.seed)
    card = Card(args.image, args.out, checks)
    for number in range(1, args.cuts + 1):
        after_s = moments.uniform(2, args.longest)
        print(f"cut {number} after {after_s:.0f} s: {card.start(f'cut-{number:02}', after_s)}", flush=True)
    card.start("last", None)
    card.start("after the last", None)
    print(f"{len(checks.failed)} of {len(checks.done)} are not as they have to be")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
