"""The image on two computers, from the power button to what the screen shows."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

from checks import Checks
from console import Running
from drive import make_drive, on_command_line
from machine import RASPI3B, VIRT, Machine, pi_4_tree
from pictures import save
from ports import open_ports, options
from rom import BootRom

SPEECH = Path(__file__).resolve().parents[3] / "tests/audio/demo_lamp.wav"
READY = r"Started .*roger\.service"
UNWATCHED = "systemd.watchdog_sec=0"
"""qemu's Pi 3 starts again the moment that its watchdog is armed (hw/misc/bcm2835_powermgt.c)."""
FAILED = r"Failed to start .*roger\.service"
BOOT_LIMIT_S, TEST_LIMIT_S = 1200, 3000


def on_virt(image: Path, out: Path, checks: Checks) -> dict[str, Any]:
    """`virt` dressed as a Pi 4: everything."""
    print("virt, dressed as a Raspberry Pi 4: button and lamp (gpio-sim), display (i2c-gpio), microphone (snd-aloop)")
    card = fresh_card(image, out / "virt.img", VIRT)
    rom = BootRom(card, out)
    boot = rom.boot()
    checks.holds("autoboot.txt leads to boot partition 2", boot.partition == 2)
    drive = make_drive(out, say_wav=SPEECH)
    log = out / "virt.log"
    command = VIRT.command(card, boot, log, on_command_line(), drive, pi_4_tree(out))
    facts: dict[str, Any] = {}
    with Running(command + options(), log) as guest:
        is_ready(guest, facts, checks)
        if checks.failed:
            guest.wait_for(r'^ROGER-TEST \{"part": "end"', TEST_LIMIT_S)
            print("\n".join(reports(guest.text)["log"]["journal"]))
            return facts
        guest.wait_for(r'^ROGER-TEST \{"part": "network"', TEST_LIMIT_S)
        facts["open_ports"] = open_ports()
        guest.wait_for(r'^ROGER-TEST \{"part": "end"', TEST_LIMIT_S)
        facts |= reports(guest.text)
    facts["screens"] = save(
        [base64.b64decode(frame) for frame in facts.get("screen", {}).get("frames", [])], out / "screens"
    )
    judge(facts, checks)
    return facts


def on_a_pi_3(image: Path, out: Path, checks: Checks) -> dict[str, Any]:
    """`raspi3b` with its own device tree: the drivers of the real processor and its card reader. Its time is this
    computer's.
    """
    print("raspi3b, with its own device tree: the processor's own card reader and pins")
    card = fresh_card(image, out / "raspi3b.img", RASPI3B)
    rom = BootRom(card, out)
    boot = rom.boot()
    tree = boot.folder / "bcm2837-rpi-3-b.dtb"
    tree.write_bytes(rom.read(boot.partition, tree.name))
    log = out / "raspi3b.log"
    facts: dict[str, Any] = {}
    with Running(RASPI3B.command(card, boot, log, UNWATCHED, None, tree), log) as guest:
        is_ready(guest, facts, checks)
        checks.holds("the card is read by the real driver", "mmcblk0: p1 p2 p3 p4 < p5 p6 p7 >" in guest.text)
    return facts


def is_ready(guest: Running, facts: dict[str, Any], checks: Checks) -> None:
    """Wait for Roger to be ready, or not."""
    came = guest.wait_for(f"{READY}|{FAILED}", BOOT_LIMIT_S)
    facts["power_to_ready_s"] = round(guest.seconds, 1)
    found = f"{facts['power_to_ready_s']} s of this computer after power on"
    checks.holds("roger.service is ready", came[0].startswith("Started"), found)


def fresh_card(image: Path, card: Path, machine: Machine) -> Path:
    """A copy of the image as it is on a card: larger, with nothing behind."""
    shutil.copyfile(image, card)
    with card.open("r+b") as file:
        file.truncate(machine.card_bytes)
    return card


def reports(text: str) -> dict[str, Any]:
    """What guest.py said."""
    lines = [line.removeprefix("ROGER-TEST ") for line in text.splitlines() if line.startswith("ROGER-TEST ")]
    found = [json.loads(line) for line in lines]
    return {report.pop("part"): report for report in found}


def judge(facts: dict[str, Any], checks: Checks) -> None:
    """What has to hold of what the guest reported."""
    boot, turn = facts["boot"], facts["turn"]
    checks.holds(
        "it is active, and was never started again", (boot["state"], boot["restarts"]) == ("active", 0), boot["state"]
    )
    checks.holds("no unit failed", not boot["failed"], boot["failed"])
    checks.holds(
        "the data partition took the rest of the card",
        _grown(facts["storage"]),
        facts["storage"]["space"].splitlines()[-1],
    )
    checks.holds("nothing listens", not facts["network"]["listening"], facts["network"]["listening"])
    checks.holds("nothing answers from outside", not facts["open_ports"], facts["open_ports"])
    checks.holds("nobody has a password", not facts["security"]["passwords"], facts["security"]["passwords"])
    checks.holds("no host key is shared", not facts["security"]["host_keys"], facts["security"]["host_keys"])
    exposure = facts["security"]["exposure"]
    checks.holds("systemd-analyze security: 2.0 or better", _number(exposure) <= 2.0, exposure)
    resident = facts["memory"].get("resident_mb", 9999)
    checks.holds("idle, it takes less than 400 MB of memory", resident < 400, f"{resident} MB")
    done = turn.get("turn", {})
    checks.holds("the turn ran", done.get("action") == "light_on room=living_room", turn.get("heard"))
    checks.holds("the lamp's line is high", set(turn.get("lamp", [])) == {"1"}, turn.get("lamp"))
    checks.holds("the screen was drawn", facts["screens"] >= 4, f"{facts['screens']} different screens")


def _grown(storage: dict[str, Any]) -> bool:
    line = next((line.split() for line in storage["space"].splitlines() if line.endswith("/data")), ["", "0"])
    return int(line[1]) > 1000


def _number(text: str) -> float:
    return next((float(word) for word in text.split() if word.replace(".", "", 1).isdigit()), 99.0)
