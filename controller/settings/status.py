"""What `roger settings apply` left for `roger run` to tell: what is wrong on the card, and which network is wanted."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from config.card import settings_folder
from config.issues import Issue
from controller.errors import Problem


@dataclass(frozen=True, slots=True)
class CardProblem:
    """Something wrong on the card.

    Attributes:
        detail: Where, and what was probably meant, in no language: "settings.txt:3 → wifi_country".
    """

    problem: Problem
    detail: str


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    wifi_name: str = ""
    problems: tuple[CardProblem, ...] = ()


def find_status() -> Status | None:
    """That of this device; None on a computer that has no card."""
    folder = settings_folder()
    if folder is None:
        return None
    try:
        return read_status((folder / "status.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return Status()


def read_status(text: str) -> Status:
    """Raises `ValueError`, `KeyError` or `TypeError` where `text` is something else."""
    status = json.loads(text)
    problems = (
        CardProblem(Problem(problem["code"], problem["message"], problem["hint"]), problem["detail"])
        for problem in status["problems"]
    )
    return Status(status["wifi_name"], tuple(problems))


def status_text(wifi_name: str, issues: tuple[Issue, ...]) -> str:
    """As `read_status` reads it."""
    problems = [{**asdict(told.problem), "detail": told.detail} for told in map(card_problem, issues)]
    return json.dumps({"wifi_name": wifi_name, "problems": problems}, ensure_ascii=False, indent=1) + "\n"


def card_problem(issue: Issue) -> CardProblem:
    """A fault in one of the user's files, for the screen."""
    return CardProblem(Problem(issue.code, f"{at(issue)}: {issue.message}", issue.hint), _detail(issue))


def at(issue: Issue) -> str:
    """ "settings.txt:12", or "settings.txt" for what is in no line."""
    return f"{issue.file.name}:{issue.line}" if issue.line > 1 or issue.source else issue.file.name


def _detail(issue: Issue) -> str:
    meant = re.search('did you mean "(.*)"', issue.hint)
    return f"{at(issue)} → {meant[1]}" if meant else at(issue)
