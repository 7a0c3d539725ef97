"""The front panel in a terminal, used by hand: real keys into Textual's own test driver, a real session behind it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from shutil import copy

import numpy as np
import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from config.loader import DEFAULT_FOLDER, FILES, Config, load
from controller.adapters.microphone_wav import WavMicrophone
from controller.app import Surroundings
from controller.cli import main
from controller.engines import make_classifier
from controller.simulator.play import Stage, changed, play
from controller.simulator.playlist import PlaylistRecognizer, Utterance
from controller.simulator.scenario import Scenario, Script, load_script
from controller.simulator.terminal.app import Happenings, Simulator
from controller.simulator.terminal.faults import groups
from controller.simulator.terminal.oled import Oled, Spoken, halves
from controller.simulator.terminal.panels import Knob, Lamps, Line, Parts, State
from controller.simulator.terminal.real import Real
from controller.simulator.terminal.session import Session
from controller.simulator.terminal.words import Words
from controller.view import words

CLASSIFIER = make_classifier(load(DEFAULT_FOLDER))
BRIEF = {"limits": {"displaying_s": 0.5}, "microphone": {"preroll_ms": 1000}}
"""And nothing is lost that was said while the computer was busy with other tests."""
REPEAT_S = 0.03
LET_GO_S = 0.6
"""Longer than in earnest, for a computer that is busy with other tests."""
CHARACTERS = {"space": " ", "enter": "\r", "escape": "\x1b"}


class Desk:
    """Somebody at the terminal."""

    def __init__(self, app: Simulator, pilot: Pilot[None], folder: Path) -> None:
        self.app = app
        self.pilot = pilot
        self.folder = folder

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def state(self) -> str:
        return self.session.seen.scene.state

    @property
    def screen(self) -> str:
        view = self.session.assistant.view
        return " ".join(words(self.session.seen.scene, self.session.clock.now(), view.screens, view.texts))

    @property
    def trace(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.app.query_one(Happenings).lines)

    def panel(self, kind: type[Knob | State | Parts | Lamps | Line]) -> str:
        return str(self.app.query(kind).first().render())

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for it, up to thirty seconds: the computer may be busy."""
        for _ in range(1200):
            if holds():
                return
            await self.pilot.pause(0.025)
        raise AssertionError(f"{self.state}: {self.screen}\n{self.trace}")

    def press(self, *keys: str) -> None:
        """What the terminal sends. Textual's own `press` rests after each key, longer than a held one repeats."""
        for key in keys:
            character = CHARACTERS.get(key, key if len(key) == 1 else None)
            self.app.post_message(Key(key, character))

    def type(self, text: str) -> None:
        self.press("enter", *("space" if character == " " else character for character in text), "enter", "escape")

    async def say(self, text: str) -> None:
        """Type it, and wait until it is being said."""
        turn = self.session.seen.scene.turn.id
        self.type(text)
        await self.until(lambda: self.session.seen.scene.turn.id > turn)

    async def outcome(self, name: str) -> None:
        """Wait until the turn has ended like this; on a busy computer its card may be gone again."""
        await self.until(lambda: self.state in ("displaying", "idle") and self.session.seen.scene.turn.outcome == name)

    async def rest(self) -> None:
        await self.until(lambda: self.state == "idle")

    async def fault(self, key: str) -> None:
        self.press("f")
        await self.until(lambda: self.app.screen.query(OptionList))
        menu = self.app.screen.query_one(OptionList)
        menu.highlighted = menu.get_option_index(key)
        self.press("enter")
        await self.until(lambda: not self.app.screen.query(OptionList))


def sit_down(
    use: Callable[[Desk], Awaitable[None]],
    folder: Path,
    config: Config | None = None,
    size: tuple[int, int] = (100, 32),
) -> None:
    """Start the simulator, use it, and quit."""

    def begin(config: Config) -> Session:
        return Session(changed(config, BRIEF), make_classifier(config))

    async def sit() -> None:
        chosen = changed(config or load(DEFAULT_FOLDER), BRIEF)
        app = Simulator(Session(chosen, CLASSIFIER), begin, folder, LET_GO_S)
        try:
            async with app.run_test(size=size) as pilot:
                desk = Desk(app, pilot, folder)
                await desk.until(lambda: "classifier is ready" in desk.trace)
                await use(desk)
        finally:
            app.session.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "machine"]

    asyncio.run(sit())


def test_typed_words_are_spoken_and_switch_the_lamp(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        assert "○ kitchen_light" in desk.panel(Lamps)
        await desk.say("turn on the kitchen light")
        await desk.until(lambda: "held" in desk.panel(Knob))
        await desk.until(lambda: desk.panel(State).startswith("recording\n━"))
        await desk.until(lambda: "turn on the" in desk.screen)
        await desk.outcome("done")
        assert "kitchen: on" in desk.screen
        await desk.until(lambda: "● kitchen_light" in desk.panel(Lamps))
        assert "-> acting" in desk.trace
        assert "light_on room=kitchen" in desk.trace
        assert desk.app.query_one(Words).value == ""

    sit_down(use, tmp_path)


def test_korean_is_typed_spoken_and_understood(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.say("거실 불 켜 줘")
        await desk.outcome("done")
        await desk.until(lambda: "● living_room_light" in desk.panel(Lamps))
        assert "거실 켰어요" in desk.screen

    sit_down(use, tmp_path)


def test_the_space_bar_is_the_button_and_says_what_stands_in_the_line(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        desk.app.query_one(Words).value = "fan on"
        for _ in range(40):
            desk.press("space")
            await desk.pilot.pause(REPEAT_S)
        await desk.outcome("done")
        await desk.until(lambda: "● fan" in desk.panel(Lamps))

    sit_down(use, tmp_path)


def test_words_that_are_cut_off_are_saved_as_they_were_heard(tmp_path: Path) -> None:
    said = "turn on the kitchen light"

    async def use(desk: Desk) -> None:
        desk.app.query_one(Words).value = said
        for _ in range(20):
            desk.press("space")
            await desk.pilot.pause(REPEAT_S)
        await desk.until(lambda: desk.state == "displaying")
        scenario = await asyncio.wrap_future(desk.session.scenario("cut off"))
        assert scenario
        (heard,) = scenario.expect.heard or [""]
        assert said.startswith(heard)
        assert [hearing.text for hearing in scenario.hear] == ([heard] if heard != said else [])  # all: as usual
        assert play(Script(scenario, "", tmp_path), Stage(desk.session.config, classifier=CLASSIFIER)).mismatches == []

    sit_down(use, tmp_path)


def test_a_tap_latches_the_button_and_another_one_sends_silence(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        desk.press("space")
        await desk.until(lambda: "latched" in desk.panel(Knob))
        assert desk.state == "recording"
        desk.press("space")
        await desk.outcome("nothing_heard")

    sit_down(use, tmp_path)


def test_in_an_empty_line_the_space_bar_is_still_the_button(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        desk.press("enter", "space")
        await desk.until(lambda: desk.state == "recording")
        assert desk.app.query_one(Words).value == ""
        await desk.until(lambda: "latched" in desk.panel(Knob))
        desk.press("h", "i", "enter")
        await desk.until(lambda: "let it go first" in desk.trace)
        assert desk.app.query_one(Words).value == "hi"

    sit_down(use, tmp_path)


def test_what_was_said_comes_back_with_the_arrow_key(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.say("fan on")
        desk.press("enter", "up")
        await desk.until(lambda: desk.app.query_one(Words).value == "fan on")
        desk.press("down")
        await desk.until(lambda: not desk.app.query_one(Words).value)

    sit_down(use, tmp_path)


def test_a_microphone_that_is_pulled_out_and_plugged_in_again(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.say("turn on the kitchen light")
        await desk.until(lambda: desk.state == "recording")
        await desk.fault("microphone-pull-it-out")
        await desk.outcome("failed")
        assert "MIC-02" in desk.screen
        await desk.until(lambda: "✗ microphone" in desk.panel(Parts))
        await desk.until(lambda: desk.app.query_one(Oled).border_subtitle == "microphone out")
        await desk.fault("microphone-plug-it-in-again")
        await desk.until(lambda: "● microphone" in desk.panel(Parts))
        await desk.until(lambda: not desk.app.query_one(Oled).border_subtitle)

    sit_down(use, tmp_path)


def test_a_display_that_is_pulled_out_is_dark(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        oled = desk.app.query_one(Oled)
        await desk.until(lambda: str(oled.render()).strip())
        await desk.fault("display-pull-it-out")
        await desk.until(lambda: not str(oled.render()).strip())
        await desk.say("fan on")
        await desk.until(lambda: "✗ display" in desk.panel(Parts))
        assert "DSP-02" in desk.trace

    sit_down(use, tmp_path)


@pytest.mark.parametrize(
    ("key", "waiting", "code"),
    [
        ("recogniser-the-next-one-fails", "recogniser fails", "ASR-02"),
        ("intent-stage-the-next-one-fails", "intent stage fails", "SYS-01"),
        ("action-the-next-one-fails", "action fails", "ACT-02"),
    ],
)
def test_the_next_one_fails_and_then_no_more(tmp_path: Path, key: str, waiting: str, code: str) -> None:
    async def use(desk: Desk) -> None:
        await desk.fault(key)
        await desk.until(lambda: desk.app.query_one(Oled).border_subtitle == waiting)
        await desk.say("fan on")
        await desk.outcome("failed")
        assert code in desk.screen
        await desk.until(lambda: not desk.app.query_one(Oled).border_subtitle)
        await desk.say("fan on")
        await desk.outcome("done")

    sit_down(use, tmp_path)


def test_an_action_that_hangs_runs_into_its_deadline(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.fault("action-the-next-one-hangs")
        await desk.say("fan on")
        await desk.outcome("failed")
        assert "FSM-02" in desk.screen

    sit_down(use, tmp_path, changed(load(DEFAULT_FOLDER), {"limits": {"acting_s": 0.5}}))


def test_a_question_is_answered_by_a_bigger_model_that_is_simulated(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.fault("chat-the-next-one-fails")
        await desk.say("who are you")
        await desk.outcome("failed")
        assert "CHAT-05" in desk.screen
        await desk.say("who are you")
        await desk.outcome("answer")
        assert "part of the simulation" in desk.screen

    sit_down(use, tmp_path, changed(load(DEFAULT_FOLDER), {"chat": {"enabled": True}}))


def test_a_stale_answer_changes_nothing(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.fault("stale-answer-one-of-an-older-turn-comes-now")
        await desk.until(lambda: "(stale)" in desk.trace)
        assert desk.state == "idle"

    sit_down(use, tmp_path)


def test_the_clock_on_the_wall_jumps(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        before = desk.session.clock.wall()
        await desk.fault("wall-clock-jumps-an-hour")
        await desk.until(lambda: (desk.session.clock.wall() - before).total_seconds() > 3600)

    sit_down(use, tmp_path)


def test_a_stalled_disk_holds_the_machine_up_but_not_the_terminal(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.fault("disk-stalls-for-2-s")
        desk.type("fan on")
        await desk.until(lambda: not desk.app.query_one(Words).value and "disk" in desk.trace)
        assert desk.state == "idle"
        await desk.until(lambda: desk.state == "displaying")  # much was said before the microphone was opened
        scenario = await asyncio.wrap_future(desk.session.scenario("stalled"))
        assert scenario
        assert play(Script(scenario, "", tmp_path), Stage(desk.session.config, classifier=CLASSIFIER)).mismatches == []

    sit_down(use, tmp_path)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A configuration of one's own."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in FILES:
        copy(DEFAULT_FOLDER / name, folder / name)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_screens_are_drawn_as_soon_as_they_are_saved_and_a_slip_keeps_the_last_good_ones(
    tmp_path: Path, mine: Path
) -> None:
    async def use(desk: Desk) -> None:
        before = desk.session.picture
        edit(mine / "screens.yaml", "{t.hold_to_talk}", "push me")
        await desk.until(lambda: "push me" in desk.screen and desk.session.picture is not before)
        edit(mine / "screens.yaml", "push me", "{pushme}")
        await desk.until(lambda: "there is no field {pushme}" in desk.trace)
        assert "screens.yaml:" in desk.trace
        assert "push me" in desk.screen

    sit_down(use, tmp_path, load(mine))


def test_r_begins_anew_with_the_files_as_they_are_now(tmp_path: Path, mine: Path) -> None:
    async def use(desk: Desk) -> None:
        old = desk.session
        edit(mine / "actions.yaml", "- light up {room}", "- glow {room}")
        await desk.until(lambda: "actions.yaml has changed" in desk.trace)
        desk.press("r")
        await desk.until(lambda: desk.session is not old and "classifier" in desk.panel(Parts))
        await desk.say("glow kitchen")
        await desk.outcome("done")
        edit(mine / "actions.yaml", "outputs:", "outpts:")
        desk.press("r")
        await desk.until(lambda: 'did you mean "outputs"?' in desk.trace)
        await desk.say("fan on")
        await desk.until(lambda: desk.state == "recording")

    sit_down(use, tmp_path, load(mine))


def test_what_was_done_is_saved_as_a_scenario_that_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def use(desk: Desk) -> None:
        desk.press("s")
        await desk.until(lambda: "nothing was done yet" in desk.trace)
        await desk.fault("recogniser-the-next-one-fails")
        await desk.say("turn on the kitchen light")
        await desk.outcome("failed")
        await desk.say("거실 불 켜 줘")
        await desk.until(lambda: desk.state == "recording")
        await desk.fault("stale-answer-one-of-an-older-turn-comes-now")
        await desk.outcome("done")
        await desk.say("fan on")
        await desk.until(lambda: desk.state == "recording")
        await desk.fault("microphone-pull-it-out")
        await desk.outcome("failed")
        await desk.fault("microphone-plug-it-in-again")
        await desk.fault("wall-clock-jumps-an-hour")
        await desk.rest()
        await desk.until(lambda: not desk.session.seen.down)
        desk.press("space")
        await desk.until(lambda: "latched" in desk.panel(Knob))
        desk.press("space")
        await desk.outcome("nothing_heard")
        desk.press("s")
        await desk.until(lambda: list(tmp_path.glob("scenario-*.yaml")))

    sit_down(use, tmp_path)
    (path,) = tmp_path.glob("scenario-*.yaml")
    script = load_script(path)
    assert script.scenario.expect.outcomes == ["failed", "done", "failed", "nothing_heard"]
    assert script.scenario.expect.outputs["living_room_light"] == "on"
    assert [step.say for step in script.scenario.timeline if step.say] == ["turn on the kitchen light"]
    played = play(script, Stage(changed(load(DEFAULT_FOLDER), BRIEF), classifier=CLASSIFIER))
    assert played.mismatches == []
    assert played.log.codes == ["ASR-02", "MIC-02"]


def test_what_was_saved_holds_for_the_command_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def use(desk: Desk) -> None:
        await desk.say("fan on")
        await desk.outcome("done")
        desk.press("s", "t")
        await desk.until(lambda: list(tmp_path.glob("*.yaml")) and list(tmp_path.glob("*.jsonl")))

    sit_down(use, tmp_path)
    assert main(["simulate", *map(str, tmp_path.glob("scenario-*.yaml"))]) == 0
    assert main(["replay", *map(str, tmp_path.glob("trace-*.jsonl"))]) == 0
    assert "the same" in capsys.readouterr().out


def test_what_a_real_recogniser_heard_is_saved_with_what_was_done(tmp_path: Path) -> None:
    said = [Utterance(text="fan on"), Utterance()]

    def around(simulated: Surroundings) -> Surroundings:
        return replace(
            simulated,
            make_microphone=lambda clock, post: WavMicrophone([np.zeros(8000, np.int16)] * 2, clock),
            make_recognizer=lambda: PlaylistRecognizer(said, None),
            make_classifier=lambda: CLASSIFIER,
        )

    names, workers = frozenset({"microphone", "hear", "understand"}), frozenset({"hearing", "understanding"})
    session = Session(changed(load(DEFAULT_FOLDER), BRIEF), CLASSIFIER, Real(names, workers, around))

    async def use() -> Scenario | None:
        app = Simulator(session, lambda config: session, tmp_path, 8 * LET_GO_S)  # a busy computer is no release
        async with app.run_test() as pilot:
            desk = Desk(app, pilot, tmp_path)
            await desk.until(lambda: "recognizer is ready" in desk.trace)
            assert app.query_one(Words).disabled
            assert not [fault.key for group in groups(session) for fault in group if "microphone" in fault.key]
            for outcome in ("done", "nothing_heard"):
                for _ in range(40):
                    desk.press("space")
                    await pilot.pause(REPEAT_S)
                await desk.outcome(outcome)
            return await asyncio.wrap_future(session.scenario("real"))

    try:
        scenario = asyncio.run(use())
    finally:
        session.close()
    assert scenario
    assert [result.text for result in scenario.hear] == ["fan on", None]
    assert scenario.hear[1].nothing == "no speech"
    played = play(Script(scenario, "real", tmp_path), Stage(session.config, classifier=CLASSIFIER))
    assert played.mismatches == [], scenario.model_dump_json(exclude_unset=True)


def test_a_folder_that_cannot_be_written_to_is_said_so(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        desk.press("T")
        await desk.until(lambda: "cannot be written: Not a directory" in desk.trace)

    (tmp_path / "file").touch()
    sit_down(use, tmp_path / "file", size=(250, 32))


@pytest.mark.parametrize("size", [(80, 24), (100, 32), (120, 40), (170, 50)])
def test_everything_is_visible_at_every_usual_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async def use(desk: Desk) -> None:
        await desk.say("turn on the kitchen light")
        await desk.until(lambda: "held" in desk.panel(Knob))
        seen = desk.app.screen.region
        for kind in (Oled, Knob, State, Parts, Happenings, Words):
            region = desk.app.query_one(kind).region
            assert region.area, kind
            assert seen.contains_region(region), kind
        assert any(lamps.region.area and seen.contains_region(lamps.region) for lamps in desk.app.query(Lamps))
        oled = desk.app.query_one(Oled)
        assert oled.content_size == ((128, 32) if size == (170, 50) else (64, 16))
        assert desk.app.query_one(Parts).content_size.height >= 5 or size != (80, 24)
        lines = str(oled.render()).splitlines()
        assert {len(line) for line in lines} == {oled.content_size.width}

    sit_down(use, tmp_path, size=size)


def test_where_there_is_no_room_for_the_oled_its_words_are_shown(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        spoken = desk.app.query_one(Spoken)
        await desk.say("turn on the kitchen light")
        await desk.until(lambda: "turn on the" in str(spoken.render()))
        assert desk.panel(Line).startswith(" ● recording")
        await desk.fault("network-pull-it-out")
        await desk.until(lambda: "network out" in desk.panel(Line))
        assert desk.app.query_one(Words).region.area

    sit_down(use, tmp_path, size=(50, 14))


def test_half_blocks_are_the_pixels(tmp_path: Path) -> None:
    from PIL import Image

    picture = Image.new("1", (4, 2))
    picture.putpixel((1, 0), 1)
    picture.putpixel((2, 1), 1)
    picture.putpixel((3, 0), 1)
    picture.putpixel((3, 1), 1)
    assert halves(picture) == " ▀▄█"


def test_a_machine_that_crashes_ends_the_simulator_and_says_why(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        desk.session.do(post={"event": "NoSuchEvent"})
        await desk.until(lambda: desk.session.crashed)
        await desk.pilot.pause(0.2)

    with pytest.raises(ValueError, match="NoSuchEvent"):
        sit_down(use, tmp_path)
