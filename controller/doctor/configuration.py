"""Is the configuration right?"""

from __future__ import annotations

from collections.abc import Iterator

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok
from controller.settings.status import find_status


def check(case: Case) -> Iterator[Finding]:
    """Each mistake with its line; the other checks then go by the configuration that comes with Roger."""
    for issue in case.issues:
        where = f"{issue.file.name}:{issue.line}: " if issue.line else ""
        yield fault(issue.code, f"{where}{issue.message}", issue.hint or "run: roger check")
    on_the_card = find_status()
    problems = on_the_card.problems if on_the_card else ()
    for told in problems:
        yield fault(told.problem.code, told.problem.message, told.problem.hint or "correct it on the memory card")
    if not case.issues and not problems:
        actions = len(case.config.actions.actions)
        yield ok(f"{case.config.folder}, {actions} actions, language {case.config.roger.language}", actions=actions)
