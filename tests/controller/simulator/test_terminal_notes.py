"""What was done by hand, as the steps of a scenario."""

from __future__ import annotations

from controller.simulator.director import LINGER_S
from controller.simulator.scenario import Step
from controller.simulator.terminal.notes import Notes, shortened
from controller.simulator.world import spoken_s

HOLD_S = 0.3


def test_what_is_said_while_the_button_is_held_is_one_step() -> None:
    words = "turn on the kitchen light"
    notes = Notes()
    notes.speak(1.0, words)
    notes.step(1.0, button="press")
    notes.step(1.0 + spoken_s(words) + LINGER_S, button="release")
    assert shortened(notes.steps, HOLD_S) == [Step(at=1.0, say=words)]


def test_a_button_that_is_held_longer_or_shorter_says_for_how_long() -> None:
    notes = Notes()
    notes.speak(1.0, "fan on")
    notes.step(1.0, button="press")
    notes.step(5.0, button="release")
    assert shortened(notes.steps, HOLD_S) == [Step(at=1.0, say="fan on", for_s=4.0)]


def test_the_same_words_again_are_another_step() -> None:
    notes = Notes()
    for at in (1.0, 9.0):
        notes.speak(at, "fan on")
        notes.step(at, button="press")
        notes.step(at + 2.0, button="release")
    assert [(step.at, step.say) for step in shortened(notes.steps, HOLD_S)] == [(1.0, "fan on"), (9.0, "fan on")]


def test_a_tap_stays_a_press_and_a_release() -> None:
    notes = Notes()
    notes.speak(1.0, "fan on")
    notes.step(1.0, button="press")
    notes.step(1.05, button="release")
    assert shortened(notes.steps, HOLD_S) == notes.steps


def test_silence_stays_a_press_and_a_release() -> None:
    notes = Notes()
    notes.step(1.0, button="press")
    notes.step(3.0, button="release")
    assert shortened(notes.steps, HOLD_S) == notes.steps


def test_what_happens_while_the_button_is_down_keeps_its_place() -> None:
    notes = Notes()
    notes.speak(1.0, "fan on")
    notes.step(1.0, button="press")
    notes.step(1.5, lose="microphone")
    notes.step(2.0, button="release")
    assert shortened(notes.steps, HOLD_S) == notes.steps
