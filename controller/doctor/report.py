"""What was found, for programs. docs/doctor.md says what stands where; `SCHEMA` goes up where that changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from controller.doctor.examination import Examined
from controller.doctor.finding import Finding, Status, worst

SCHEMA: Final = 1


def overall(examined: Sequence[Examined]) -> Status:
    """The worst of all."""
    return worst(finding for check in examined for finding in check.findings)


def exit_status(examined: Sequence[Examined]) -> int:
    """0 all well, 1 warnings, 2 faults."""
    return {Status.WARNING: 1, Status.FAULT: 2}.get(overall(examined), 0)


def as_json(examined: Sequence[Examined], roger: str, model: str, at: datetime) -> dict[str, Any]:
    """One object."""
    return {
        "schema": SCHEMA,
        "roger": roger,
        "model": model,
        "at": at.isoformat(timespec="seconds"),
        "status": str(overall(examined)),
        "checks": [_check(check) for check in examined],
    }


def _check(check: Examined) -> dict[str, Any]:
    return {
        "name": check.name,
        "status": str(check.status),
        "elapsed_s": round(check.elapsed_s, 3),
        "findings": [_finding(finding) for finding in check.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "status": str(finding.status),
        "code": finding.code,
        "text": finding.text,
        "remedy": finding.remedy,
        "figures": dict(finding.figures),
    }
