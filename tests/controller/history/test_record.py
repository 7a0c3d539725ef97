"""What a turn leaves behind in the history, whichever way it went."""

from __future__ import annotations

from datetime import datetime

import pytest

from controller import events as e
from controller.errors import Problem
from controller.history.record import Collector, Record
from controller.machine import Controller
from controller.simulator.recorded import RecordedEffects
from controller.turn import Decision, Picture, Slot, StepResult, Transcript
from states.guards import Rules

NOON = datetime.fromisoformat("2026-11-23T12:00:00+09:00")
LIGHT = Decision("light_on", (Slot("room", "kitchen", "부엌"),), "rules", "phrase ko 1", 1.0)


class Bench:
    def __init__(self) -> None:
        self.machine = Controller(RecordedEffects(), Rules(may_ask=True))
        self.collector = Collector("run 1", "device", NOON)
        self.kept: list[Record] = []

    def __call__(self, *happened: e.Event) -> list[Record]:
        for event in happened:
            self.machine.handle(event)
            self.kept += self.collector.watch(event, self.machine.scene, NOON)
        return self.kept


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_order(bench: Bench) -> None:
    heard = Transcript("부엌 불 켜 줘", "ko", 0.9)
    (record,) = bench(
        e.ButtonPressed(1.0),
        e.ButtonReleased(3.0),
        e.SpeechTranscribed(3.2, 1, heard),
        e.ActionChosen(3.25, 1, LIGHT),
        e.StepDone(3.3, 1, StepResult("say", "켰어요")),
        e.ActionsDone(3.35, 1),
    )
    assert record == Record(
        "run 1",
        1,
        "2026-11-23T12:00:00+09:00",
        language="ko",
        transcript="부엌 불 켜 줘",
        action="light_on room=kitchen",
        why="rules 1.00: phrase ko 1",
        outcome="done",
        results="켰어요",
        timings_s={"recording": 2.0, "transcribing": 0.2, "classifying": 0.05, "acting": 0.1},
    )


def asked(bench: Bench) -> None:
    bench(
        e.ButtonPressed(1.0),
        e.ButtonReleased(3.0),
        e.SpeechTranscribed(3.2, 1, Transcript("what is it")),
        e.NothingChosen(3.3, 1, Decision("look", asks="camera")),
        e.PictureTaken(3.4, 1, Picture("0123456789abcdef")),
        e.TokenArrived(4.3, 1, "A "),
        e.TokenArrived(4.4, 1, "cat."),
    )


def test_a_question_about_a_picture(bench: Bench) -> None:
    asked(bench)
    (record,) = bench(e.AnswerCompleted(4.5, 1))
    assert (record.answer, record.image, record.outcome) == ("A cat.", "0123456789abcdef", "answer")
    assert (record.timings_s["first_word"], record.timings_s["querying"]) == (1.0, 1.2)


def test_a_failure(bench: Bench) -> None:
    asked(bench)
    (record,) = bench(e.JobFailed(4.5, 1, Problem("CHAT-05", "it broke off", "ask again"), "querying"))
    assert (record.code, record.problem, record.answer) == ("CHAT-05", "it broke off", "A cat.")


def test_an_answer_that_a_press_ended_is_kept_as_far_as_it_came(bench: Bench) -> None:
    asked(bench)
    (record,) = bench(e.ButtonPressed(5.0), e.ButtonReleased(5.1))
    assert (record.turn, record.answer, record.outcome) == (1, "A cat.", "interrupted")


def test_a_turn_in_which_nothing_was_said_is_one_too(bench: Bench) -> None:
    (record,) = bench(e.ButtonPressed(1.0), e.ButtonReleased(2.0), e.SpeechTranscribed(2.2, 1, Transcript()))
    assert (record.outcome, record.transcript) == ("nothing_heard", "")


def test_what_became_of_a_question_replaces_it(bench: Bench) -> None:
    decision = Decision("unlock", question="Unlock?")
    kept = bench(
        e.ButtonPressed(1.0),
        e.ButtonReleased(2.0),
        e.SpeechTranscribed(2.2, 1, Transcript("unlock the door")),
        e.ActionChosen(2.3, 1, decision),
        e.DeadlinePassed(12.3, 1),
    )
    assert [(record.turn, record.outcome) for record in kept] == [(1, "confirm"), (1, "cancelled")]


def test_the_last_turn_is_kept_although_it_did_not_end(bench: Bench) -> None:
    asked(bench)
    (record,) = bench.collector.rest()
    assert (record.answer, record.outcome) == ("A cat.", "interrupted")
    bench(e.AnswerCompleted(4.5, 1))
    assert bench.collector.rest() == []
