"""Joins a Wi-Fi: what is written into settings.txt, a radio, and what the screen says of it.

usage: python scripts/image/boot_test/wifi.py [--image FILE] [--out FOLDER]
Three starts, each with a card of its own: the right name and password, a wrong password, a name with a typing error.
Both radios are the kernel's (mac80211_hwsim); the network is wpa_supplicant's, the address a DHCP server's. A quarter
of an hour on a free processor; out/wifi holds the consoles, and the screens as pictures.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "guest"))

from access_point import DEVICE, PASSWORD, SSID
from checks import Checks
from console import Running
from drive import make_drive, on_command_line
from machine import VIRT, pi_4_tree
from needs import lacks, parser
from pictures import save
from rom import BootRom
from scenes import fresh_card, reports

LIMIT_S = 1800
CARDS = {
    "joined": (SSID, PASSWORD, "network is ready"),
    "wrong-password": (SSID, PASSWORD.title(), "NET-02"),
    "wrong-name": (SSID.replace("5", "6"), PASSWORD, f'did you mean "{SSID}"?'),
}


def main() -> int:
    """A start for each card."""
    args = parser("wifi", __doc__).parse_args()
    if reason := lacks(args.image):
        print(f"wifi: skipped, {reason}")
        return 0
    args.out.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    for name, (ssid, password, told) in CARDS.items():
        wifi = start(args.image, args.out, name, {"wifi_name": ssid, "wifi_password": password, "wifi_country": "KR"})
        checks.holds(f"{name}: Roger says {told}", told in wifi["told"], wifi)
        if name == "joined":
            checks.holds("it has the router's address", f"{DEVICE}/24" in wifi["device"])
    print(f"{len(checks.done) - len(checks.failed)} of {len(checks.done)} as they have to be; see {args.out}")
    return 1 if checks.failed else 0


def start(image: Path, out: Path, name: str, settings: dict[str, str]) -> dict[str, list[str]]:
    """Start a new card with these settings; what the guest found."""
    card = fresh_card(image, out / "wifi.img", VIRT)
    rom, log = BootRom(card, out), out / f"{name}.log"
    text = rom.read(1, "settings.txt").decode()
    for key, value in settings.items():
        text = text.replace(f"\n{key} =\n", f"\n{key} = {value}\n")
    rom.write(1, "settings.txt", text.encode())
    more = f"{on_command_line()} roger.test=wifi"
    command = VIRT.command(card, rom.boot(), log, more, make_drive(out), pi_4_tree(out))
    with Running([*command, "-nic", "none"], log) as guest:
        guest.wait_for(r'^ROGER-TEST \{"part": "end"', LIMIT_S)
        found = reports(guest.text)
    save([base64.b64decode(frame) for frame in found["screen"]["frames"]], out / name)
    return found["wifi"]


if __name__ == "__main__":
    sys.exit(main())
