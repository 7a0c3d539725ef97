"""Carries out the actions of actions.yaml: the table of runners, one for each kind of step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from config.schema import ActionsFile, Step
from config.secrecy import hidden
from controller.adapters.action_command import CommandRunner
from controller.adapters.action_forget import ForgetRunner
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.action_http import HttpRunner
from controller.adapters.action_text import ClockRunner, TextRunner
from controller.adapters.action_timer import TimerRunner
from controller.background import Cancelled
from controller.errors import Problem, RogerError
from controller.ports import ActionRunner, Cancellation, Clock
from controller.turn import Slot, StepResult

log = logging.getLogger(__name__)


class Actions:
    """Runs actions, one at a time, from one thread."""

    def __init__(
        self, actions: ActionsFile, runners: Mapping[str, ActionRunner], gpio: GpioRunner, clock: Clock
    ) -> None:
        self._actions = actions.actions
        self._runners = runners
        self._gpio = gpio
        self._clock = clock

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        """Run the action's steps in order and yield what each did.

        A step that fails yields its problem and is the last. Nothing starts once the turn is cancelled.

        Raises:
            RogerError: CFG-10 for an action that is not declared.
        """
        if action_key not in self._actions:
            hint = "say it in other words; what there is stands in actions.yaml"
            raise RogerError("CFG-10", f'there is no action "{action_key}"', hint)
        by_name = {slot.name: slot for slot in slots}
        for step in self._actions[action_key].do:
            if cancellation.cancelled:
                return
            try:
                result = self._run(step, by_name, language, cancellation)
            except Cancelled:
                return
            yield result
            if result.problem:
                return

    def outputs(self) -> dict[str, float]:
        """Each output's level, 0 (off) to 1 (on)."""
        return self._gpio.states()

    def close(self) -> None:
        """Let go of the pins."""
        self._gpio.close()

    def _run(self, step: Step, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        kind, settings = _kind(step)
        started = self._clock.now()
        try:
            result = self._runners[kind].run(settings, slots, language, cancellation)
        except Cancelled:
            raise
        except RogerError as error:
            result = StepResult(kind, problem=error.problem)
        except Exception as error:  # an action must not end the assistant
            log.exception("the %s step failed", kind)
            result = StepResult(kind, problem=Problem("SYS-01", f"{kind}: {error}", "see the log"))
        return replace(_discreet(result), elapsed_s=self._clock.now() - started)


def _kind(step: Step) -> tuple[str, Any]:
    """The one key that a step has, and its settings."""
    return next((kind, settings) for kind, settings in step if settings is not None)


def _discreet(result: StepResult) -> StepResult:
    """Servers and programs may repeat the key that they were called with."""
    problem = result.problem and replace(result.problem, message=hidden(result.problem.message))
    return replace(result, text=hidden(result.text), problem=problem)


def make_actions(
    actions: ActionsFile, pin_factory: Any | None, clock: Clock, forget: Callable[[], None] = lambda: None
) -> Actions:
    """Actions that do what they say.

    Args:
        pin_factory: gpiozero's, for the outputs; None where the computer has no pins.
        forget: Ends the conversation with the bigger model.
    """
    gpio = GpioRunner(actions.outputs, pin_factory)
    return Actions(actions, runners(gpio, clock, forget), gpio, clock)


def runners(gpio: GpioRunner, clock: Clock, forget: Callable[[], None] = lambda: None) -> dict[str, ActionRunner]:
    """What runs each kind of step."""
    return {
        "gpio": gpio,
        "command": CommandRunner(),
        "http": HttpRunner(),
        "timer": TimerRunner(),
        "say": TextRunner("say"),
        "show": TextRunner("show"),
        "clock": ClockRunner(clock),
        "forget": ForgetRunner(forget),
    }
