"""Is the configuration right?"""

from __future__ import annotations

from collections.abc import Iterator

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok


def check(case: Case) -> Iterator[Finding]:
    """Each mistake with its line; the other checks then go by the configuration that comes with Roger."""
    for issue in case.issues:
        where = f"{issue.file.name}:{issue.line}: " if issue.line else ""
        yield fault(issue.code, f"{where}{issue.message}", issue.hint or "run: roger check")
    if not case.issues:
        actions = len(case.config.actions.actions)
        yield ok(f"{case.config.folder}, {actions} actions, language {case.config.roger.language}", actions=actions)
