"""A whole assistant on real drivers: with nothing plugged in, in a turn, and with whatever is pulled out meanwhile.

One process, the tests in this order: to start it takes an emulated processor long.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from controller.trace import frame_digest
from scripts.image.boot_test.guest.oled import frames
from tests.hardware.kernel import Bus, Card, Chip, until
from tests.hardware.roger import LONG, Roger, configured

AUDIO = Path(__file__).parents[1] / "audio"
BUTTON, LIVING_ROOM = 21, 17


class Desk:
    """Everything that is on the desk: the assistant, and what can be plugged into it."""

    def __init__(self, folder: Path) -> None:
        self.other, self.chip = Chip("other", "raspberrypi-exp-gpio", 8), Chip("pi", "pinctrl-bcm2711", 54)
        self.bus, self.card = Bus(), Card()
        self.bus.plug()
        number = self.bus.number
        self.bus.unplug()
        limits = ", ".join(f"{state}_s: {LONG}" for state in ("recording", "transcribing", "classifying", "acting"))
        config = configured(
            folder / "config",
            display=f"{{bus: {number}, address: {self.bus.address}}}",
            button="{tap: false}",
            microphone="{name: Loopback}",
            recognizer="{partials: false, threads: 1}",
            understanding="{meaning: false}",
            limits=f"{{{limits}, displaying_s: 4}}",
        )
        self.roger = Roger(config, folder / "roger.log", folder / "turns.jsonl")

    def press(self) -> None:
        self.chip.pull(BUTTON, down=True)
        self.roger.says("-> recording")

    def release(self) -> None:
        self.chip.pull(BUTTON, down=False)

    def speak(self, clip: str) -> None:
        subprocess.run(["aplay", "-q", "-D", "plughw:Loopback,1,0", str(AUDIO / clip)], check=True)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    print(desk.roger.log)
    desk.roger.process.kill()
    desk.roger.process.wait()
    for part in (desk.chip, desk.other, desk.card):
        part.unplug()
    until(desk.card.released, "nothing holds the sound card")


def as_picture(screen: bytes) -> Image.Image:
    """What the OLED's memory shows."""
    rows = np.unpackbits(np.frombuffer(screen, np.uint8).reshape(8, 1, 128), axis=1, bitorder="little")
    return Image.frombytes("1", (128, 64), np.packbits(rows.reshape(64, 128), axis=1).tobytes())


def test_it_runs_with_nothing_at_all_and_says_what_is_missing(desk: Desk) -> None:
    desk.roger.says("recognizer is ready")
    for line in ("button is missing: BTN-01", "microphone is missing: MIC-01", "display is missing: DSP-01"):
        assert line in desk.roger.log


def test_each_part_is_found_when_it_is_plugged_in(desk: Desk) -> None:
    desk.other.plug()
    desk.chip.plug()
    desk.release()
    desk.roger.says("button is ready")
    desk.bus.plug()
    desk.roger.says("display is ready")
    desk.card.plug()
    desk.roger.says("microphone is ready")


def test_a_turn_is_heard_carried_out_and_shown(desk: Desk) -> None:
    with desk.bus.watched() as trace:
        for _ in range(3):  # on a busy computer the emulated sound card loses some of the words
            desk.press()
            desk.speak("demo_lamp.wav")
            desk.release()
            said = desk.roger.says("-> displaying")
            if "living room lamp" in said.lower():
                break
        assert "light_on room=living_room" in said
        assert desk.chip.value(LIVING_ROOM) == 1, "the LED is lit"
        desk.roger.says("-> idle")
        time.sleep(2)
        shown = [frame_digest(as_picture(screen)) for screen in frames(trace.read_text().splitlines())]
    lines = [json.loads(line) for line in desk.roger.trace.read_text().splitlines()]
    drawn = [line["frame"] for line in lines if "frame" in line]
    assert set(shown) <= set(drawn), "what is on the glass is what was drawn, bit by bit"
    assert len(set(shown)) > 3
    assert shown[-1] == drawn[-1]


@pytest.mark.parametrize("in_a_turn", [False, True])
def test_the_microphone_is_pulled_out_and_comes_back(desk: Desk, in_a_turn: bool) -> None:
    if in_a_turn:
        desk.press()
    desk.card.unplug()
    if in_a_turn:
        assert "MIC-02" in desk.roger.says("recording +failed +-> displaying.*\n"), "the screen says so"
        desk.release()
    desk.roger.says("microphone is missing: MIC-0")
    until(desk.card.released, "nothing holds the card")
    desk.card.plug()
    desk.roger.says("microphone is ready")


@pytest.mark.parametrize("in_a_turn", [False, True])
def test_the_button_is_pulled_out_and_comes_back(desk: Desk, in_a_turn: bool) -> None:
    if in_a_turn:
        desk.press()
    desk.chip.unplug()
    said = desk.roger.says("button is missing: BTN-03.*\n")
    if in_a_turn:
        assert "release" in said + desk.roger.says("-> displaying"), "nobody can let go of a button that is gone"
    desk.chip.plug()
    desk.release()
    desk.roger.says("button is ready")
    desk.press()
    desk.release()
    desk.roger.says("-> displaying")


@pytest.mark.parametrize("in_a_turn", [False, True])
def test_the_displays_wire_comes_loose_and_is_pushed_back(desk: Desk, in_a_turn: bool) -> None:
    if in_a_turn:
        desk.press()
    with desk.bus.silent(desk.roger.process.pid):
        desk.roger.says("display is missing: DSP-0")
    desk.roger.says("display is ready")
    if in_a_turn:
        desk.release()
        desk.roger.says("-> displaying")


def test_the_bus_goes_away_with_its_driver_and_comes_back(desk: Desk) -> None:
    with desk.bus.silent(desk.roger.process.pid):
        desk.roger.says("display is missing: DSP-0")
        until(lambda: subprocess.run(["rmmod", "i2c-stub"], check=False).returncode == 0, "the bus is free")
    desk.bus.plug()
    with desk.bus.watched() as trace:
        desk.roger.says("display is ready")
        until(lambda: list(frames(trace.read_text().splitlines())), "a picture is drawn")


def test_it_ends_in_order(desk: Desk) -> None:
    assert desk.roger.end() == 0
    assert "Traceback" not in desk.roger.log
