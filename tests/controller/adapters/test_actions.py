"""A whole action: its steps run in order, the first that fails is the last, and none starts for a turn that is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from config.schema import ActionsFile
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.actions import Actions, make_actions
from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.ports import ActionRunner, Cancellation
from controller.turn import Slot, StepResult
from controller.worker import Token

WRITTEN = ActionsFile.model_validate(
    {
        "outputs": {"living_room_light": {"pin": "GPIO17", "pwm": True}, "kitchen_light": "GPIO18"},
        "actions": {
            "light_on": {
                "phrases": {"en": ["light on in the {room}"], "ko": ["{room} 불 켜"]},
                "do": [
                    {"gpio": {"output": "{room}_light", "set": "on"}},
                    {"say": {"en": "The light in {room.text} is on.", "ko": "{room.text} 불을 켰어요."}},
                ],
            },
            "tea": {
                "phrases": {"en": ["tea"]},
                "do": [
                    {"timer": {"duration": "180", "label": "Tea"}},
                    {"clock": {"tell": "time"}},
                    {"show": "See you."},
                ],
            },
            "report": {
                "phrases": {"en": ["report"]},
                "do": [{"command": {"argv": [sys.executable, "-c", "print('all is well')"]}}],
            },
            "fetch": {
                "phrases": {"en": ["fetch"]},
                "do": [{"http": {"url": "http://127.0.0.1:1/"}}, {"say": "Fetched."}],
            },
        },
    }
)
KITCHEN = (Slot("room", "kitchen", "부엌"),)


@pytest.fixture
def actions() -> Iterator[Actions]:
    factory = MockFactory(pin_class=MockPWMPin)
    clock = VirtualClock(datetime(2026, 11, 23, 15, 5, tzinfo=UTC))
    made = make_actions(WRITTEN, factory, clock)
    yield made
    made.close()
    factory.close()


def perform(actions: Actions, key: str, slots: tuple[Slot, ...] = (), language: str = "en") -> list[StepResult]:
    return list(actions.perform(key, slots, language, Token()))


def test_steps_run_in_order_and_in_the_language_of_the_question(actions: Actions) -> None:
    assert perform(actions, "light_on", KITCHEN, "ko") == [
        StepResult("gpio", "kitchen_light on"),
        StepResult("say", "부엌 불을 켰어요."),
    ]
    assert actions.outputs() == {"living_room_light": 0.0, "kitchen_light": 1.0}


def test_every_kind_of_step_has_its_runner(actions: Actions) -> None:
    assert perform(actions, "tea") == [
        StepResult("timer", "Tea", timer_s=180),
        StepResult("clock", "It is 3:05 PM"),
        StepResult("show", "See you."),
    ]
    assert perform(actions, "report") == [StepResult("command", "all is well")]


def test_outputs_keep_their_state_from_turn_to_turn_until_the_end(actions: Actions) -> None:
    perform(actions, "light_on", KITCHEN)
    perform(actions, "tea")
    assert actions.outputs()["kitchen_light"] == 1.0
    actions.close()
    assert actions.outputs()["kitchen_light"] == 0.0


def test_a_step_that_fails_is_the_last(actions: Actions) -> None:
    (only,) = perform(actions, "fetch")
    assert only.kind == "http"
    assert only.problem is not None
    assert only.problem.code == "ACT-04"


def test_a_slot_that_was_not_said_fails_its_step(actions: Actions) -> None:
    (only,) = perform(actions, "light_on")
    assert only.problem is not None
    assert (only.kind, only.problem.code) == ("gpio", "ACT-05")


def test_an_action_that_is_not_declared_is_refused(actions: Actions) -> None:
    with pytest.raises(RogerError) as caught:
        list(actions.perform("make_coffee", (), "en", Token()))
    problem = caught.value.problem
    assert (problem.code, problem.message) == ("CFG-10", 'there is no action "make_coffee"')
    assert "actions.yaml" in problem.hint


def test_nothing_starts_for_a_turn_that_is_over(actions: Actions) -> None:
    token = Token()
    token.cancel()
    assert list(actions.perform("light_on", KITCHEN, "en", token)) == []
    assert actions.outputs()["kitchen_light"] == 0.0


def test_a_turn_that_ends_between_two_steps_starts_no_other(actions: Actions) -> None:
    token = Token()
    steps = actions.perform("tea", (), "en", token)
    assert next(steps).kind == "timer"
    token.cancel()
    assert list(steps) == []


def test_a_turn_that_ends_within_a_step_reports_nothing(actions: Actions) -> None:
    token = Token()
    slow = ActionsFile.model_validate(
        {"actions": {"wait": {"phrases": {"en": ["wait"]}, "do": [{"command": {"argv": ["sleep", "600"]}}]}}}
    )
    clock = VirtualClock()
    running = make_actions(slow, None, clock).perform("wait", (), "en", CancelledOnceItWaits(token))
    assert list(running) == []


class CancelledOnceItWaits:
    """A turn that ends as soon as a step waits for something."""

    def __init__(self, token: Token) -> None:
        self._token = token

    @property
    def cancelled(self) -> bool:
        return self._token.cancelled

    def on_cancel(self, wake: Callable[[], None]) -> None:
        self._token.on_cancel(wake)
        self._token.cancel()


class ScriptedRunner:
    """Stands at the port: does what the test says."""

    def __init__(self, does: Callable[[], StepResult]) -> None:
        self._does = does

    def run(self, step: Any, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        return self._does()


def with_runner(runner: ActionRunner, clock: VirtualClock) -> Actions:
    return Actions(WRITTEN, {"http": runner, "say": runner}, GpioRunner({}, None), clock)


def test_an_unexpected_fault_is_a_result_too() -> None:
    def breaks() -> StepResult:
        raise KeyError("surprise")

    (only,) = perform(with_runner(ScriptedRunner(breaks), VirtualClock()), "fetch")
    assert only.problem is not None
    assert (only.kind, only.problem.code, "surprise" in only.problem.message) == ("http", "SYS-01", True)
    assert only.problem.hint


def test_each_step_says_how_long_it_took() -> None:
    clock = VirtualClock()

    def takes_two_seconds() -> StepResult:
        clock.advance_to(clock.now() + 2)
        return StepResult("http")

    results = perform(with_runner(ScriptedRunner(takes_two_seconds), clock), "fetch")
    assert [result.elapsed_s for result in results] == [2.0, 2.0]
