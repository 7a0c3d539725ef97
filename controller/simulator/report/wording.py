"""Events, durations and outcomes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from controller.simulator.handled import Handled
from controller.simulator.report.sections import Section

OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "done": ("✓", "done"),
    "answer": ("✓", "answered"),
    "unknown": ("?", "not understood"),
    "nothing_heard": ("∅", "nothing heard"),
    "too_short": ("–", "too short"),
    "cancelled": ("–", "cancelled"),
    "confirm": ("?", "asked first"),
    "failed": ("✗", "failed"),
    "timer": ("◷", "timer"),
    "interrupted": ("↷", "interrupted"),
    "unfinished": ("…", "unfinished"),
}
"""A sign and words for each way in which a turn ends."""


def outcome(section: Section) -> str:
    """A key of `OUTCOMES`."""
    known = section.stages.outcome if section.stages else ""
    return known or ("unfinished" if section.last else "interrupted")


def duration(seconds: float) -> str:
    """As short as it still tells: 12.3 s, 0.41 s, 41 ms, 1.4 ms, 0.16 ms."""
    if seconds >= 0.0995:
        return f"{seconds:.{1 if seconds >= 9.95 else 2}f} s"
    milliseconds = seconds * 1000
    digits = 0 if milliseconds >= 9.95 else 1 if milliseconds >= 0.995 else 2
    return f"{milliseconds:.{digits}f} ms"


def of_budget(seconds: float, budget_s: float | None) -> str:
    """A measured time against its limit."""
    return duration(seconds) if budget_s is None else f"{duration(seconds)} of {budget_s:.3g} s"


def details(step: Handled, zero: float) -> str:
    """All of an event, one line each."""
    event = step.event
    lines = [
        f"{type(event).__name__} at {step.at - zero:+.3f} s",
        f"turn {event.turn_id}" if event.turn_id else "",
        f"verdict: {step.verdict}" if step.verdict else "",
        *(f"{name}: {value}" for name, value in _flat(asdict(event)) if name not in ("at", "turn_id")),
        *(f"effect: {name}({', '.join(map(_brief, arguments))})" for name, arguments in step.effects),
        f"line {step.line} of the trace, {step.at:.6f} s on the device's clock",
    ]
    return "\n".join(filter(None, lines))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """What is said of an event, without what is empty."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple | list) else None
    if items is None:
        if value not in ("", None):
            yield name, value
        return
    for key, inner in items:
        yield from _flat(inner, f"{name}.{key}" if name else str(key))


def _brief(argument: Any) -> str:
    if isinstance(argument, dict):
        return str(argument.get("action", "..."))
    return f"{argument:.3f}" if isinstance(argument, float) else str(argument)
