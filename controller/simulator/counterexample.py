"""A way through the machine that breaks a promise, as a scenario that breaks it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from controller.events import ButtonPressed, ButtonReleased, DeadlinePassed, TimerRang
from controller.simulator.explore import Report
from controller.simulator.scenario import Scenario
from states.guards import Rules


def scenario_of(report: Report) -> Scenario:
    """What `report` found. All results are posted; deadlines and timers come by themselves, as they do on a device."""
    ends_at = max(max(given_at, event.at) for given_at, event in report.events) + 1
    return Scenario.model_validate(
        {
            "title": f"A broken promise: {report.problems[0]}",
            "about": f"The shortest way to it: {', '.join(report.path)}.",
            "config": _settings(report.rules),
            "answers": "posted",
            "timeline": [*_steps(report), {"at": ends_at, "expect": {}}],
        }
    )


def _settings(rules: Rules) -> dict[str, Any]:
    speech = {"speech": {"engine": "espeak"}} if rules.speaks else {}
    return {"button": {"tap": rules.tap}, "chat": {"enabled": rules.may_ask}, **speech}


def _steps(report: Report) -> Iterator[dict[str, Any]]:
    for given_at, event in report.events:
        match event:
            case ButtonPressed(at=at):
                yield {"at": at, "button": "press"}
            case ButtonReleased(at=at):
                yield {"at": at, "button": "release"}
            case DeadlinePassed(at=at) | TimerRang(at=at) if at == given_at:
                continue
            case _:
                yield {"at": given_at, "post": {"event": type(event).__name__, **asdict(event)}}
