"""What a user sees the machine do, event by event."""

from __future__ import annotations

import pytest

from controller import events as e
from controller.errors import Problem
from controller.machine import IGNORED, STALE, Controller
from controller.simulator.recorded import RecordedEffects
from controller.turn import Decision, Part, StepResult, Transcript
from states import names
from states.guards import Rules
from states.names import ALL
from states.table import DEADLINES_S

MIC_GONE = Problem("MIC-02", "the microphone went away", "plug it in again")
HEARD = Transcript("turn on the light", confidence=0.9)


class Bench:
    """A machine on the bench, with its effects recorded and a time that the test sets."""

    def __init__(self, **rules: object) -> None:
        self.effects = RecordedEffects()
        self.machine = Controller(self.effects, Rules(**rules))  # type: ignore[arg-type]
        self.now = 10.0

    def press(self, after: float = 1.0) -> str:
        self.now += after
        return self.machine.handle(e.ButtonPressed(self.now))

    def release(self, after: float = 1.0) -> str:
        self.now += after
        return self.machine.handle(e.ButtonReleased(self.now))

    def answer(self, kind: type[e.Event], turn: int | None = None, **fields: object) -> str:
        self.now += 0.1
        return self.machine.handle(kind(at=self.now, turn_id=turn or self.machine.turn.id, **fields))

    def pass_deadline(self) -> str:
        until = self.machine.scene.until
        assert until is not None
        self.now = until
        return self.machine.handle(e.DeadlinePassed(until, self.machine.turn.id))

    def go(self, state: str) -> Bench:
        """Lead the machine to a state on the ordinary way."""
        if state == names.IDLE:
            return self
        self.press()
        if state == names.RECORDING:
            return self
        self.release()
        if state == names.TRANSCRIBING:
            return self
        self.answer(e.SpeechTranscribed, transcript=HEARD)
        if state == names.CLASSIFYING:
            return self
        if state == names.QUERYING:
            self.answer(e.NothingChosen)
            return self
        self.answer(e.ActionChosen, decision=Decision("light_on"))
        if state == names.DISPLAYING:
            self.answer(e.ActionsDone)
        return self

    @property
    def state(self) -> str:
        return self.machine.state

    @property
    def shown(self) -> str:
        return self.effects.scenes[-1].turn.outcome


def test_a_known_command_is_carried_out_and_shown() -> None:
    bench = Bench().go(names.ACTING)
    bench.answer(e.StepDone, result=StepResult("gpio", "light on"))
    bench.answer(e.ActionsDone)
    assert (bench.state, bench.shown) == ("displaying", "done")
    assert [result.text for result in bench.machine.turn.results] == ["light on"]
    bench.pass_deadline()
    assert bench.state == "idle"


def test_holding_opens_the_microphone_for_as_long_as_it_lasts() -> None:
    bench = Bench().go(names.RECORDING)
    assert bench.effects.listening
    bench.release()
    assert not bench.effects.listening
    assert bench.state == "transcribing"


def test_a_tap_records_until_the_next_press() -> None:
    bench = Bench()
    bench.press()
    assert bench.release(after=0.1) == "recording -> recording"
    assert bench.machine.scene.turn.latched
    assert bench.press(after=2.0) == "recording -> transcribing"
    assert bench.release(after=0.1) == IGNORED


def test_a_second_tap_at_once_cancels() -> None:
    bench = Bench()
    bench.press()
    bench.release(after=0.05)
    bench.press(after=0.1)
    assert (bench.state, bench.shown) == ("displaying", "cancelled")


def test_without_tapping_a_short_press_is_too_short() -> None:
    bench = Bench(tap=False)
    bench.press()
    bench.release(after=0.1)
    assert (bench.state, bench.shown) == ("displaying", "too_short")


def test_recording_ends_at_its_limit_and_goes_on_with_what_was_said() -> None:
    bench = Bench().go(names.RECORDING)
    assert bench.pass_deadline() == "recording -> transcribing"


@pytest.mark.parametrize("state", ALL)
def test_a_press_in_every_state_is_acknowledged(state: str) -> None:
    bench = Bench(may_ask=True).go(state)
    assert bench.state == state
    before = bench.machine.turn.id
    scenes = len(bench.effects.scenes)
    bench.press()
    assert bench.state == ("transcribing" if state == "recording" else "recording")
    assert len(bench.effects.scenes) > scenes
    if state != "recording":
        assert bench.machine.turn.id == before + 1
        assert ("cancel", before) in bench.effects.log


@pytest.mark.parametrize("state", [state for state in ALL if state != "idle"])
def test_every_state_ends_by_itself(state: str) -> None:
    bench = Bench(may_ask=True).go(state)
    for _ in range(4):
        if bench.state != "idle":
            bench.pass_deadline()
    assert bench.state == "idle"


def test_a_deadline_is_shown_with_its_state_and_length() -> None:
    bench = Bench().go(names.TRANSCRIBING)
    bench.pass_deadline()
    problem = bench.machine.turn.problem
    assert problem is not None
    assert (problem.code, problem.message) == ("FSM-02", "transcribing took longer than 20 s")


def test_the_deadline_of_a_state_that_was_left_changes_nothing() -> None:
    bench = Bench().go(names.TRANSCRIBING)
    old = bench.machine.scene.until
    assert old is not None
    bench.answer(e.SpeechTranscribed, transcript=HEARD)
    assert bench.machine.handle(e.DeadlinePassed(old, bench.machine.turn.id)) == STALE


def test_a_result_of_an_older_turn_changes_nothing() -> None:
    bench = Bench().go(names.TRANSCRIBING)
    bench.press()
    scene = bench.machine.scene
    assert bench.answer(e.SpeechTranscribed, turn=1, transcript=HEARD) == STALE
    assert bench.machine.scene == scene


def test_a_classifier_that_fails_late_does_not_end_the_answer() -> None:
    bench = Bench(may_ask=True).go(names.CLASSIFYING)
    bench.pass_deadline()
    assert bench.state == "querying"
    assert bench.answer(e.JobFailed, problem=MIC_GONE, job="classifying") == STALE
    assert bench.state == "querying"


def test_nothing_heard_is_shown_and_nothing_is_done() -> None:
    bench = Bench().go(names.TRANSCRIBING)
    bench.answer(e.SpeechTranscribed, transcript=Transcript(why_empty="too quiet"))
    assert (bench.state, bench.shown) == ("displaying", "nothing_heard")
    assert ("classify", 1) not in bench.effects.wanted


def test_with_the_cloud_off_an_unknown_command_stays_here() -> None:
    bench = Bench().go(names.CLASSIFYING)
    bench.answer(e.NothingChosen)
    assert (bench.state, bench.shown) == ("displaying", "unknown")
    assert ("ask", 1) not in bench.effects.wanted


def test_an_answer_grows_word_by_word() -> None:
    bench = Bench(may_ask=True).go(names.QUERYING)
    for word in ("It ", "is ", "late."):
        bench.answer(e.TokenArrived, text=word)
    assert bench.effects.scenes[-1].turn.answer == "It is late."
    bench.answer(e.AnswerCompleted)
    assert (bench.state, bench.shown) == ("displaying", "answer")


@pytest.mark.parametrize("state", ["recording", "transcribing", "classifying", "acting", "querying"])
def test_a_failure_is_shown_with_its_cause(state: str) -> None:
    bench = Bench(may_ask=state == "querying").go(state)
    bench.answer(e.JobFailed, problem=MIC_GONE, job=state)
    assert (bench.state, bench.shown) == ("displaying", "failed")
    assert bench.machine.turn.problem == MIC_GONE


def test_a_failed_classifier_asks_the_bigger_model_if_it_may() -> None:
    bench = Bench(may_ask=True).go(names.CLASSIFYING)
    assert bench.answer(e.JobFailed, problem=MIC_GONE, job="classifying") == "classifying -> querying"


def test_captions_and_levels_reach_the_screen_while_recording() -> None:
    bench = Bench().go(names.RECORDING)
    bench.answer(e.PartialHeard, text="turn on")
    bench.answer(e.LevelMeasured, level=0.5)
    scene = bench.effects.scenes[-1]
    assert (scene.turn.caption, scene.level) == ("turn on", 0.5)


def test_a_long_answer_stays_as_long_as_it_takes_to_read() -> None:
    bench = Bench(may_ask=True).go(names.QUERYING)
    bench.answer(e.TokenArrived, text="word " * 60)
    bench.answer(e.AnswerCompleted)
    until = bench.machine.scene.until
    assert until is not None
    assert until - bench.now == pytest.approx(24.0, abs=0.1)


def start_timer(bench: Bench) -> float:
    bench.go(names.ACTING)
    bench.answer(e.StepDone, result=StepResult("timer", "tea", timer_s=180.0))
    bench.answer(e.ActionsDone)
    return bench.machine.scene.timers[0].ends_at


def test_a_timer_rings_until_a_press_that_only_silences_it() -> None:
    bench = Bench()
    ends_at = start_timer(bench)
    assert ("start_timer", "tea", ends_at) in bench.effects.log
    bench.pass_deadline()
    bench.now = ends_at
    assert bench.machine.handle(e.TimerRang(ends_at, label="tea")) == "idle -> displaying"
    assert bench.shown == "timer"
    assert bench.press() == "displaying -> idle"
    assert bench.machine.scene.timers == ()
    assert bench.release() == IGNORED


def test_a_timer_that_rang_unseen_is_silenced_in_idle() -> None:
    bench = Bench()
    ends_at = start_timer(bench)
    bench.pass_deadline()
    bench.now = ends_at
    bench.machine.handle(e.TimerRang(ends_at, label="tea"))
    bench.pass_deadline()
    assert bench.state == "idle"
    assert bench.machine.scene.timers[0].rung
    assert bench.press() == "idle -> idle"
    assert bench.press() == "idle -> recording"


@pytest.mark.parametrize("state", ALL)
def test_a_part_that_goes_away_is_known_in_every_state(state: str) -> None:
    bench = Bench(may_ask=True).go(state)
    missing = Part("microphone", "missing", problem=MIC_GONE)
    assert bench.answer(e.PartChanged, part=missing) == f"{state} -> {state}"
    bench.answer(e.PartChanged, part=Part("microphone", "ready"))
    assert bench.machine.scene.parts == (Part("microphone", "ready"),)


def test_a_turn_that_was_restored_goes_on_from_there() -> None:
    bench = Bench().go(names.CLASSIFYING)
    scene = bench.machine.scene
    bench.press()
    bench.machine.restore(scene)
    assert bench.answer(e.ActionChosen, decision=Decision("light_on")) == "classifying -> acting"


def test_a_deadline_of_an_older_turn_does_nothing_even_at_the_time_of_the_new_one() -> None:
    bench = Bench(deadlines_s={**DEADLINES_S, names.RECORDING: 4.0})
    bench.press()
    bench.press(after=0.25)
    old = e.DeadlinePassed(bench.machine.scene.until or 0.0, bench.machine.turn.id)
    bench.press(after=2.0)
    assert (bench.state, bench.machine.scene.until) == ("recording", old.at)
    assert bench.machine.handle(old) == STALE


QUESTION = Decision("unlock", question="Unlock the door?")


def acted(bench: Bench) -> list[object]:
    return [details[0] for job, _, *details in bench.effects.log if job == "act"]


def asking() -> Bench:
    """A machine that shows a question."""
    bench = Bench().go(names.CLASSIFYING)
    bench.answer(e.ActionChosen, decision=QUESTION)
    assert (bench.state, bench.shown) == ("displaying", "confirm")
    assert acted(bench) == []
    return bench


def test_a_tap_says_yes_to_what_was_asked() -> None:
    bench = asking()
    bench.press()
    assert bench.release(after=0.2) == "recording -> acting"
    assert acted(bench) == ["unlock"]
    assert bench.machine.turn.transcript == HEARD
    assert not bench.effects.listening


def test_holding_the_button_says_something_else() -> None:
    bench = asking()
    bench.press()
    assert bench.release(after=1.0) == "recording -> transcribing"
    bench.answer(e.SpeechTranscribed, transcript=HEARD)
    bench.answer(e.ActionChosen, decision=Decision("light_on"))
    assert acted(bench) == ["light_on"]


def test_who_waits_says_no() -> None:
    bench = asking()
    assert bench.machine.scene.until == pytest.approx(bench.now + 10)
    bench.pass_deadline()
    assert (bench.state, bench.shown) == ("displaying", "cancelled")
    bench.press()
    bench.release(after=0.1)
    assert bench.state == "recording", "an old question is over"
    assert acted(bench) == []


def test_a_press_before_the_question_can_be_read_is_no_answer() -> None:
    bench = asking()
    bench.press(after=0.4)
    assert bench.release(after=0.1) == "recording -> recording"
    assert bench.machine.scene.turn.latched


def test_a_press_that_stops_a_timer_is_no_answer() -> None:
    bench = Bench().go(names.ACTING)
    bench.answer(e.StepDone, result=StepResult("timer", "tea", timer_s=20.0))
    bench.answer(e.ActionsDone)
    bench.press()
    bench.release()
    bench.answer(e.SpeechTranscribed, transcript=HEARD)
    bench.now = 29.0
    bench.answer(e.ActionChosen, decision=QUESTION)
    ends_at = bench.machine.scene.timers[0].ends_at
    bench.now = ends_at
    bench.machine.handle(e.TimerRang(ends_at, label="tea"))
    assert bench.press() == "displaying -> displaying"
    assert bench.machine.scene.timers == ()
    assert bench.machine.scene.since == bench.now, "there is the whole time for an answer again"
    assert acted(bench) == ["light_on"]
