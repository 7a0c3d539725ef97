"""Scenario files: every mistake is found in its line, every expectation can fail, and what happens to a device does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from config.issues import ConfigError, Issue
from config.loader import DEFAULT_FOLDER, Config, load
from config.schema_types import Settings
from controller.engines import make_classifier
from controller.errors import RogerError
from controller.simulator import director, scenario
from controller.simulator.expectations import Log, missed_deadlines
from controller.simulator.play import Played, Stage, changed, play
from controller.simulator.posted import EVENTS
from controller.simulator.scenario import DEEDS, Answering, Ending, Hearing, Scenario, Step, Understanding, load_script
from controller.simulator.scripted import SimulatedStep
from controller.simulator.world import World
from controller.turn import StepResult
from controller.worker import Token
from models.store.fetch import installed
from states.names import ALL
from states.table import TABLE

ROOT: Final = Path(__file__).parent.parent.parent.parent
SILENCE: Final = ROOT / "tests" / "audio" / "demo_silence.wav"
DOCS: Final = ROOT / "docs" / "simulator.md"
HEAD: Final = "title: A test\n"
TIMELINE: Final = "timeline:\n  - { at: 1, say: good night }\n"
ON: Final = "timeline:\n  - { at: 1, say: turn on the fan }\n"

Play = Callable[[str], Played]


@pytest.fixture(scope="module")
def config() -> Config:
    return load(DEFAULT_FOLDER)


@pytest.fixture(scope="module")
def stage(config: Config) -> Stage:
    return Stage(config, classifier=make_classifier(config))


@pytest.fixture
def playing(stage: Stage, tmp_path: Path) -> Play:
    """Plays what would stand in a file under the title."""

    def read_and_play(content: str) -> Played:
        path = tmp_path / "test.yaml"
        path.write_text(HEAD + content, "utf-8")
        return play(load_script(path), stage)

    return read_and_play


@pytest.fixture
def missing(playing: Play) -> Callable[[str], list[str]]:
    """What does not hold of it."""
    return lambda content: [mismatch.what for mismatch in playing(content).mismatches]


class TestSchema:
    def test_it_knows_the_states_and_outcomes_of_the_machine(self) -> None:
        assert get_args(scenario.State) == ALL
        assert set(get_args(scenario.Outcome)) == {row.outcome for row in TABLE if row.outcome}

    def test_every_deed_is_a_key_and_is_done(self) -> None:
        assert set(DEEDS) <= set(Step.model_fields)
        assert set(DEEDS) == set(director._DEEDS)
        assert set(director.BY_HAND) < set(DEEDS)

    @pytest.mark.parametrize("model", [Scenario, Step, Hearing, Understanding, Answering, Ending])
    def test_every_key_is_documented(self, model: type[Settings]) -> None:
        page = DOCS.read_text("utf-8")
        examples = re.findall(r"```.*?```", page, re.DOTALL)
        in_words = re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
        known = set(re.findall(r"\w+", " ".join(examples + in_words)))
        assert set(model.model_fields) - known == set()

    def test_every_expectation_is_proven_to_fail(self) -> None:
        proven = re.findall(r"^\{ (\w+):", "\n".join(written for written, _ in (*UNMET, *UNMET_AT_LAST)), re.MULTILINE)
        assert set(proven) == set(Ending.model_fields)

    def test_everything_that_can_happen_can_be_posted(self) -> None:
        assert "Event" not in EVENTS
        assert {"ButtonPressed", "SpeechTranscribed", "TimerRang", "DeadlinePassed"} < set(EVENTS)


MISTAKES: Final[Sequence[tuple[str, str, int, str, str]]] = (
    ("timelin: []\n", "CFG-04", 2, 'unknown key "timelin"', 'did you mean "timeline"?'),
    ("timeline:\n  - { at: 1, buton: tap }\n", "CFG-04", 3, 'unknown key "buton"', 'did you mean "button"?'),
    ("timeline:\n  - { at: 1, say: hi, button: tap }\n", "CFG-05", 3, "this one is say and button", ""),
    ("timeline:\n  - { at: 1 }\n", "CFG-06", 3, "a step needs one of say, wav", ""),
    ("timeline:\n  - { at: 1, when: idle, say: hi }\n", "CFG-05", 3, '"at" or "when", not both', ""),
    (
        "timeline:\n  - { button: tap, for_s: 2 }\n",
        "CFG-05",
        3,
        '"for_s" belongs to "say" or "wav", not to "button"',
        "",
    ),
    ("timeline:\n  - { after: -1, say: hi }\n", "CFG-05", 3, '"after" must be a number from 0 to 86400, not -1', ""),
    ("timeline:\n  - { lose: hope }\n", "CFG-05", 3, '"lose" must be one of microphone, display, network', ""),
    ("timeline:\n  - { when: displayng, say: hi }\n", "CFG-05", 3, '"when" must be one of idle', 'mean "displaying"?'),
    ("timeline:\n  - { expect: { outcome: don } }\n", "CFG-05", 3, '"outcome" must be one of', 'did you mean "done"?'),
    ("timeline:\n  - { expect: { code: MIC2 } }\n", "CFG-05", 3, "an error code such as MIC-02", ""),
    ("timeline: []\n", "CFG-05", 2, "a list with at least one entry, not an empty list", ""),
    ("", "CFG-06", 1, '"timeline" is missing', "add timeline"),
    ("timeline:\n  - { at: 1\n", "CFG-02", 3, "a bracket that is never closed", ""),
    ("hear:\n  - { fails: it crashed }\n" + TIMELINE, "CFG-05", 3, "an error code and, if you like, its words", ""),
    ("hear:\n  - { fails: ASR-99 no }\n" + TIMELINE, "CFG-05", 3, '"fails" must be an error code', ""),
    ("act:\n  - { fails: ACT-02, hangs: on }\n" + TIMELINE, "CFG-05", 3, 'what "hangs" never gets', "leave one"),
    ("config: { button: { hold: 1 } }\n" + TIMELINE, "CFG-04", 2, 'unknown key "hold"', 'did you mean "hold_s"?'),
    ("config: { button: { hold_s: 9 } }\n" + TIMELINE, "CFG-05", 2, '"hold_s" must be a number from 0.05 to 2', ""),
    ("timeline:\n  - { wav: nowhere.wav }\n", "ASR-01", 3, "nowhere.wav: there is no such file", "WAV"),
    (
        "timeline:\n  - { post: { turn_id: 1 } }\n",
        "CFG-05",
        3,
        'what is posted needs an "event"',
        "one of ActionChosen",
    ),
    ("timeline:\n  - { post: { event: TimerRng } }\n", "CFG-05", 3, 'no event "TimerRng"', 'did you mean "TimerRang"?'),
    ("timeline:\n  - { post: { event: Event } }\n", "CFG-05", 3, 'no event "Event"', ""),
    ("timeline:\n  - { post: { event: TimerRang, lable: x } }\n", "CFG-04", 3, 'TimerRang has no "lable"', '"label"'),
    (
        "timeline:\n  - { post: { event: TimerRang, turn_id: x } }\n",
        "CFG-05",
        3,
        "TimerRang: turn_id: Input should",
        "",
    ),
    (
        "timeline:\n  - { post: { event: SpeechTranscribed, transcript: { txt: hi } } }\n",
        "CFG-04",
        3,
        'Transcript has no "txt"',
        'did you mean "text"?',
    ),
    (TIMELINE + "expect: { states: [idle, acring] }\n", "CFG-05", 4, 'item 2 of "states" must be', 'mean "acting"?'),
    (TIMELINE + "expect: { codes: [MIC-99] }\n", "CFG-05", 4, 'item 1 of "codes" must be an error code', ""),
    (TIMELINE + "expect: { longest_s: { actin: 3 } }\n", "CFG-04", 4, 'unknown key "actin"', 'did you mean "acting"?'),
    (TIMELINE + "expect: { parts: { mic: ready } }\n", "CFG-04", 4, 'unknown key "mic"', ""),
    (TIMELINE + "expect: { outputs: { fan: 120% } }\n", "CFG-05", 4, '"fan" must be on, off or a percentage', ""),
)


class TestMistakes:
    @staticmethod
    def issues(path: Path, content: str) -> Sequence[Issue]:
        path.write_text(content, "utf-8")
        with pytest.raises(ConfigError) as caught:
            load_script(path)
        return caught.value.issues

    @pytest.mark.parametrize(("content", "code", "line", "message", "hint"), MISTAKES)
    def test_each_is_told_in_its_line(
        self, tmp_path: Path, content: str, code: str, line: int, message: str, hint: str
    ) -> None:
        (issue,) = self.issues(tmp_path / "test.yaml", HEAD + content)
        assert (issue.code, issue.line, issue.file.name) == (code, line, "test.yaml")
        assert message in issue.message
        assert hint in issue.hint

    def test_all_of_them_are_told_at_once(self, tmp_path: Path) -> None:
        content = "config: { langage: ko }\ntimeline:\n  - { sai: hi }\n  - { wav: nowhere.wav }\n"
        issues = self.issues(tmp_path / "test.yaml", content)
        assert {(issue.code, issue.line) for issue in issues} == {
            ("CFG-06", 1),
            ("CFG-04", 1),
            ("CFG-04", 3),
            ("ASR-01", 4),
        }

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            load_script(tmp_path / "nowhere.yaml")
        (issue,) = caught.value.issues
        assert issue.code == "CFG-01"
        assert "nowhere.yaml cannot be read: No such file" in issue.message

    def test_a_scenario_knows_its_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "test.yaml"
        path.write_text(HEAD + TIMELINE + "  # a comment\n  - expect:\n      state: idle\nexpect: {}\n", "utf-8")
        script = load_script(path)
        assert (script.name, script.folder) == ("test", tmp_path)
        assert (list(script.lines), script.expect_line) == ([3, 5], 7)


class TestSettings:
    def test_only_what_is_named_changes(self, config: Config) -> None:
        other = changed(config, {"button": {"tap": False}, "language": "ko"})
        assert (other.roger.button.tap, other.roger.language) == (False, "ko")
        assert other.roger.button.hold_s == config.roger.button.hold_s
        assert other.actions is config.actions
        assert config.roger.button.tap

    def test_nothing_changes_where_nothing_is_named(self, config: Config) -> None:
        assert changed(config, {}) is config

    @pytest.mark.parametrize(
        ("changes", "place"),
        [({"button": {"hold_s": 9}}, "config.button.hold_s"), ({"langage": "ko"}, "config.langage")],
    )
    def test_what_was_not_read_from_a_file_is_checked_too(
        self, config: Config, changes: dict[str, Any], place: str
    ) -> None:
        with pytest.raises(RogerError) as caught:
            changed(config, changes)
        assert caught.value.problem.code == "CFG-05"
        assert caught.value.problem.message.startswith(f"{place}: ")
        assert "configuration.md" in caught.value.problem.hint


UNMET: Final[Sequence[tuple[str, str]]] = (
    ("{ state: acting }", "state: expected 'acting', but it is 'displaying'"),
    ("{ outcome: failed }", "outcome: expected 'failed', but it is 'done'"),
    ("{ code: ACT-01 }", "code: expected 'ACT-01', but it is ''"),
    ("{ screen: 'Fan: off' }", "screen: expected 'Fan: off', but it says 'turn on the fan fan: on'"),
    ("{ screen: [FAN, lamp] }", "screen: expected 'lamp', but it says 'turn on the fan fan: on'"),
    ("{ not_on_screen: Turn }", "screen: it must not say 'Turn', but it says 'turn on the fan fan: on'"),
    ("{ outputs: { fan: off } }", "output fan: expected 'off', but it is 'on'"),
    ("{ outputs: { fun: off } }", "output fun: expected 'off', but it is 'not there'"),
    ("{ parts: { recognizer: loading } }", "part recognizer: expected 'loading', but it is 'ready'"),
    ("{ parts: { microphone: missing } }", "part microphone: expected 'missing', but it is 'ready'"),
)
UNMET_AT_LAST: Final[Sequence[tuple[str, str]]] = (
    ("{ state: recording }", "state: expected 'recording', but it is 'idle'"),
    (
        "{ states: [idle, recording, transcribing, querying, displaying, idle] }",
        "states: idle recording transcribing -querying- +classifying+ +acting+ displaying idle"
        "    (-expected- +happened+)",
    ),
    ("{ outcomes: [done, done] }", "outcomes: done -done-    (-expected- +happened+)"),
    ("{ outcomes: [] }", "outcomes: +done+    (-expected- +happened+)"),
    ("{ codes: [ACT-02] }", "codes: -ACT-02-    (-expected- +happened+)"),
    ("{ heard: [turn off the fan] }", "heard: -'turn off the fan'- +'turn on the fan'+    (-expected- +happened+)"),
    ("{ actions: [light_on] }", "actions: -light_on- +device_on+    (-expected- +happened+)"),
    ("{ asked: [why] }", "asked: -why-    (-expected- +happened+)"),
    ("{ spoken: [why] }", "spoken: -why-    (-expected- +happened+)"),
    ("{ answers: [because] }", "answers: -because-    (-expected- +happened+)"),
    ("{ longest_s: { transcribing: 0.3 } }", "longest_s: transcribing lasted 0.400 s, expected at most 0.3 s"),
)


class TestExpectations:
    @pytest.mark.parametrize(("moment", "message"), UNMET)
    def test_each_is_missed_at_its_moment(self, playing: Play, moment: str, message: str) -> None:
        played = playing(f"{ON}  - {{ when: displaying, after: 1, expect: {moment} }}\n")
        (mismatch,) = played.mismatches
        assert (mismatch.what, mismatch.line) == (message, 4)
        assert mismatch.at == pytest.approx(4.012)

    @pytest.mark.parametrize(("ending", "message"), UNMET_AT_LAST)
    def test_each_is_missed_at_the_end(self, playing: Play, ending: str, message: str) -> None:
        (mismatch,) = playing(f"{ON}expect: {ending}\n").mismatches
        assert (mismatch.what, mismatch.line) == (message, 4)

    def test_what_holds_is_not_missed(self, missing: Callable[[str], list[str]]) -> None:
        moment = "{ state: displaying, outcome: done, screen: [FAN, turn], not_on_screen: off, outputs: { fan: on } }"
        ending = "{ heard: [turn on the fan], actions: [device_on], asked: [], longest_s: { transcribing: 0.4 } }"
        assert missing(f"{ON}  - {{ when: displaying, expect: {moment} }}\nexpect: {ending}\n") == []

    def test_a_state_that_never_comes(self, playing: Play) -> None:
        (mismatch, *_) = playing(ON + "  - { when: querying, button: tap }\n").mismatches
        assert (mismatch.what, mismatch.line) == ("when: querying was not reached; it is idle", 4)

    def test_nothing_after_it_happens(self, missing: Callable[[str], list[str]]) -> None:
        what = missing(ON + "  - { when: querying, button: tap }\n  - { after: 1, say: good night }\n")
        assert what == ["when: querying was not reached; it is idle"]

    def test_a_deadline_that_is_broken_is_always_missed(self) -> None:
        log = Log(stays=[("idle", 0.0, 1.0, None), ("recording", 1.0, 40.0, 31.0), ("displaying", 40.0, 46.0, 46.0)])
        assert list(missed_deadlines(log, stalled_s=0)) == ["recording lasted 39.000 s; its deadline was at 30 s"]
        assert list(missed_deadlines(log, stalled_s=9)) == []

    def test_the_same_words_in_another_order_are_not_the_same(self, missing: Callable[[str], list[str]]) -> None:
        timeline = ON + "  - { when: idle, say: good night }\n"
        assert missing(timeline + "expect: { actions: [device_on, good_night] }\n") == []
        (what,) = missing(timeline + "expect: { actions: [good_night, device_on] }\n")
        assert what.startswith("actions: ")


class TestWhatHappens:
    @staticmethod
    def stays(played: Played, state: str) -> list[tuple[float, float]]:
        return [(round(since, 3), round(until, 3)) for name, since, until, _ in played.log.stays if name == state]

    def test_a_sentence_takes_as_long_as_it_is_long(self, playing: Play) -> None:
        played = playing("timeline:\n  - { at: 1, say: one two three four }\n  - { when: idle, say: 하나 둘 셋 }\n")
        assert self.stays(played, "recording")[0] == (1.0, 2.6)
        assert self.stays(played, "recording")[1][1] - self.stays(played, "recording")[1][0] == pytest.approx(2.3)
        assert played.log.heard == ["one two three four", "하나 둘 셋"]

    def test_other_things_happen_while_somebody_speaks(self, playing: Play) -> None:
        played = playing(
            "timeline:\n  - { at: 1, say: turn on the fan, for_s: 5 }\n"
            "  - { at: 3, expect: { state: recording, screen: turn on the fan } }\n"
            "  - { after: 1, lose: microphone }\n  - { at: 4.1, expect: { code: MIC-02 } }\n"
        )
        assert played.mismatches == []
        assert self.stays(played, "recording") == [(1.0, 4.0)]

    def test_nobody_presses_twice_at_once(self, playing: Play) -> None:
        played = playing("timeline:\n  - { at: 1, say: good night, for_s: 3 }\n  - { at: 2, say: turn on the fan }\n")
        assert self.stays(played, "recording") == [(1.0, 4.0), (4.0, 5.6)]
        assert played.log.heard == ["turn on the fan"]

    def test_what_is_said_while_the_button_is_down(self, playing: Play) -> None:
        played = playing(
            "timeline:\n  - { saying: turn on the fan }\n  - { at: 1, button: press }\n  - { at: 3, button: release }\n"
        )
        assert played.log.heard == ["turn on the fan"]

    def test_a_contact_goes_through_the_debouncer(self, playing: Play) -> None:
        bouncing = "[0, 0.001, 0.002, 0.003, 0.01, 1.5, 1.503, 1.505]"
        assert self.stays(playing(f"timeline:\n  - {{ at: 1, contact: {bouncing} }}\n"), "recording") == [(1.0, 2.5)]
        short = playing("config: { button: { tap: false } }\ntimeline:\n  - { at: 1, contact: [0, 0.001] }\n")
        assert short.log.outcomes == ["too_short"]

    def test_the_debouncer_has_the_window_of_the_settings(self, playing: Play) -> None:
        timeline = "timeline:\n  - { at: 1, contact: [0, 0.081, 0.084, 2] }\n"
        assert playing("config: { button: { debounce_ms: 100 } }\n" + timeline).log.outcomes == ["nothing_heard"]
        assert playing("config: { button: { debounce_ms: 30 } }\n" + timeline).log.outcomes == ["cancelled"]

    def test_while_the_device_is_held_up_nothing_is_handled_and_nothing_is_lost(
        self, stage: Stage, playing: Play
    ) -> None:
        script = playing(ON + "  - { when: recording, after: 0.5, stall_s: 0.9 }\n").script
        shown: list[tuple[float, str]] = []
        play(script, stage, watchers=[lambda event, verdict, scene: shown.append((event.at, scene.turn.caption))])
        assert [caption for at, caption in shown if 1.0 < at < 1.5][-1] == "turn"
        assert [caption for at, caption in shown if 1.5 < at < 2.4] == []
        assert [caption for at, caption in shown if at == 2.4][-1] == "turn on the"
        assert shown[-1][1] == "turn on the fan"

    def test_a_press_during_a_standstill_counts_from_when_it_was(self, playing: Play) -> None:
        content = (
            "timeline:\n  - { at: 1, say: turn on the fan, for_s: 2 }\n  - { when: recording, after: 1, stall_s: 3 }\n"
        )
        assert self.stays(playing(content), "recording") == [(1.0, 3.0)]

    def test_the_clock_on_the_wall_is_set(self, missing: Callable[[str], list[str]]) -> None:
        timeline = "timeline:\n  - { clock_s: 8100 }\n  - { say: what time is it }\n"
        assert missing(timeline + '  - { when: displaying, expect: { screen: "It is 2:15 PM" } }\n') == []

    def test_a_recogniser_that_loads_hears_afterwards(self, playing: Play) -> None:
        played = playing("load_s: 7\n" + ON + "  - { at: 5, expect: { parts: { recognizer: loading } } }\n")
        assert played.mismatches == []
        assert self.stays(played, "transcribing") == [(2.6, 7.4)]

    def test_a_recogniser_that_cannot_be_loaded_fails_every_turn(self, playing: Play) -> None:
        content = f"load_fails: MDL-06 no room\n{ON}  - {{ when: idle, say: good night }}\n"
        played = playing(content + "expect: { codes: [MDL-06, MDL-06], parts: { recognizer: missing } }\n")
        assert played.mismatches == []

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("microphone", "{ code: MIC-02, parts: { microphone: missing } }"),
            ("display", "{ outcome: done, parts: { display: missing } }"),
            ("network", "{ outcome: done }"),
        ],
    )
    def test_what_is_missing_from_the_start(
        self, source: str, expected: str, missing: Callable[[str], list[str]]
    ) -> None:
        content = f"without: [{source}]\n{ON}  - {{ when: displaying, expect: {expected} }}\n"
        assert missing(content) == []

    def test_programs_are_not_run_and_requests_not_sent(self, playing: Play) -> None:
        played = playing("timeline:\n  - { at: 1, say: turn it up }\n")
        assert (played.log.outcomes, played.mismatches) == (["done"], [])
        http = SimulatedStep("http", World())
        assert http.run(object(), {}, "en", Token()) == StepResult("http")

    def test_without_the_network_requests_fail_as_they_would(self) -> None:
        http = SimulatedStep("http", World(missing={"network"}))
        with pytest.raises(RogerError, match=r"^ACT-04 the web server cannot be reached; is the network up\?$"):
            http.run(object(), {}, "en", Token())

    def test_posted_answers_are_the_only_ones(self, playing: Play) -> None:
        alone = playing("answers: posted\n" + ON)
        assert (alone.log.codes, self.stays(alone, "transcribing")) == (["FSM-02"], [(2.6, 22.6)])
        answered = playing(
            "answers: posted\n" + ON + "  - { when: transcribing, after: 1, post: "
            "{ event: SpeechTranscribed, turn_id: 1, transcript: { text: good night } } }\n"
        )
        assert answered.log.heard == ["good night"]
        assert self.stays(answered, "transcribing") == [(2.6, 3.6)]

    def test_each_engine_does_what_it_is_told_and_then_what_it_always_does(self, playing: Play) -> None:
        played = playing(
            "hear: [{ text: turn off the fan }, {}]\nunderstand: [{}, { unknown: true }]\n"
            + ON
            + "  - { when: idle, say: turn on the fan }\n  - { when: idle, say: turn on the fan }\n"
        )
        assert played.log.heard == ["turn off the fan", "turn on the fan", "turn on the fan"]
        assert played.log.outcomes == ["done", "unknown", "done"]

    @pytest.mark.weights
    @pytest.mark.skipif(installed("whisper-tiny.en") is None, reason="no weights: run `roger models fetch`")
    def test_a_recording_goes_through_the_real_recogniser(self, playing: Play) -> None:
        played = playing(
            f"timeline:\n  - {{ at: 1, wav: {SILENCE} }}\n"
            f"  - {{ when: idle, wav: {SILENCE.with_name('demo_lamp.wav')} }}\n  - {{ when: idle, say: good night }}\n"
        )
        nothing, lamp, words = played.log.heard
        assert (nothing, re.sub(r"\W", " ", lamp.lower()).split()[:2], words) == ("", ["turn", "on"], "good night")

    def test_a_recogniser_that_is_not_installed_is_told(self, stage: Stage, tmp_path: Path) -> None:
        path = tmp_path / "test.yaml"
        path.write_text(f"{HEAD}timeline:\n  - {{ at: 1, wav: {SILENCE} }}\n", "utf-8")
        without = changed(stage.config, {"recognizer": {"model": str(tmp_path)}})
        assert play(load_script(path), replace(stage, config=without)).log.codes == ["MDL-02"]
