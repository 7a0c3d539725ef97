"""What a check found: a line for people, a code and a remedy where something is to be mended, figures for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from controller.errors import Problem, RogerError

Figure: TypeAlias = str | int | float | bool


class Status(StrEnum):
    """From good to bad."""

    OK = "ok"
    SKIPPED = "skipped"
    """Not needed by this configuration, or not there on a computer that need not have it."""
    IN_USE = "in use"
    """A running Roger holds it, and says itself what is wrong with it."""
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Attributes:
        text: What was found, naming the thing.
        code: For warnings and faults, one of `controller.errors.CODES`.
        remedy: For warnings and faults: a command or a wire.
        figures: What was measured, by name with its unit; the names never change.
    """

    status: Status
    text: str
    code: str = ""
    remedy: str = ""
    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def problem(self) -> Problem:
        """The same, for a screen."""
        return Problem(self.code, self.text, self.remedy)


def ok(text: str, **figures: Figure) -> Finding:
    """Nothing is to be done."""
    return Finding(Status.OK, text, figures=figures)


def skipped(text: str) -> Finding:
    """Not looked at, and why."""
    return Finding(Status.SKIPPED, text)


def in_use(pid: int, what: str = "") -> Finding:
    """Roger runs and has it."""
    return Finding(Status.IN_USE, f"in use by Roger ({pid}){f': {what}' if what else ''}", figures={"pid": pid})


def warning(code: str, text: str, remedy: str, **figures: Figure) -> Finding:
    """It works, but not well, or not for long."""
    return Finding(Status.WARNING, text, code, remedy, figures)


def fault(code: str, text: str, remedy: str, **figures: Figure) -> Finding:
    """It does not work."""
    return Finding(Status.FAULT, text, code, remedy, figures)


def fault_of(error: RogerError | Problem, remedy: str = "") -> Finding:
    """What an adapter raised, with its own hint unless there is a better remedy."""
    problem = error.problem if isinstance(error, RogerError) else error
    return fault(problem.code, problem.message, remedy or problem.hint)


def worst(findings: Iterable[Finding]) -> Status:
    """The worst status; ok where there is none."""
    order = list(Status)
    return max((finding.status for finding in findings), key=order.index, default=Status.OK)
