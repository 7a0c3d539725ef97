"""What an action would do, step by step, with its slots filled in. Nothing is done."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.schema import ActionsFile, Gpio, Http, Step, Timer
from controller.adapters.action_http import filled_url
from controller.errors import Problem, RogerError
from controller.template import fill, pick
from controller.turn import Decision, Slot


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a `do:` list.

    Attributes:
        kind: As `StepResult.kind`.
        text: What it would do; empty where it cannot.
        problem: Why not.
    """

    kind: str
    text: str = ""
    problem: Problem | None = None


def planned(actions: ActionsFile, decision: Decision, language: str) -> Iterator[PlannedStep]:
    """The steps of what was decided on; one that cannot be carried out is the last, as on the device."""
    for order in decision.orders if decision.action and not decision.missing else ():
        slots = {slot.name: slot for slot in order.slots}
        for step in actions.actions[order.action].do:
            kind = next(iter(step.model_fields_set))
            try:
                yield PlannedStep(kind, _text(step, slots, language, actions))
            except RogerError as error:
                yield PlannedStep(kind, problem=error.problem)
                return


def _text(step: Step, slots: Mapping[str, Slot], language: str, actions: ActionsFile) -> str:
    if step.gpio:
        return _switched(step.gpio, slots, actions)
    if step.command:
        return shlex.join(fill(argument, slots) for argument in step.command.argv)
    if step.http:
        return _requested(step.http, slots)
    if step.timer:
        return _timed(step.timer, slots, language)
    if step.clock:
        return f"tell the {step.clock.tell}"
    return fill(pick(step.say or step.show or "", language), slots)


def _switched(step: Gpio, slots: Mapping[str, Slot], actions: ActionsFile) -> str:
    output = fill(step.output, slots)
    if output not in actions.outputs:
        raise RogerError("ACT-01", f'there is no output "{output}"', "declare it under outputs: in actions.yaml")
    if step.level is not None:
        return f"{output} {fill(step.level, slots)} %"
    return f"{output} pulse of {step.seconds:g} s" if step.set == "pulse" else f"{output} {step.set}"


def _requested(step: Http, slots: Mapping[str, Slot]) -> str:
    return f"{step.method} {filled_url(step.url, slots)}"


def _timed(step: Timer, slots: Mapping[str, Slot], language: str) -> str:
    label = fill(pick(step.label, language), slots)
    return f"{fill(step.duration, slots)} s" + (f", {label}" if label else "")
