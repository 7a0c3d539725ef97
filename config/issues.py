"""What is wrong in the user's files, and where: as values, and as the text that `roger check` prints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from controller.errors import RogerError

SHOWN_WIDTH = 100
"""Characters of the user's line that are shown; longer lines are cut around the place."""

_SECRET = re.compile(
    r"""((?:api_?key|authorization|password|passwd|secret|token|cookie)["']?\s*:\s*)(?![!&*\s#])\S.*|\bsk-[\w-]{8,}""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong in one of the three files.

    Attributes:
        code: A CFG code of controller/errors.py.
        message: What is wrong, naming the thing.
        hint: What to write instead; may be empty.
        line: From 1.
        column: From 1, in characters.
        source: That line of the file, with secrets blotted out; empty where there is none.
    """

    code: str
    message: str
    hint: str
    file: Path
    line: int = 1
    column: int = 1
    source: str = ""


class ConfigError(RogerError):
    """A configuration that cannot be used.

    Attributes:
        issues: Everything that is wrong, in the order of the files; its own problem is the first of them.
    """

    def __init__(self, issues: Sequence[Issue]) -> None:
        first = issues[0]
        more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
        super().__init__(first.code, f"{first.file.name}:{first.line} {first.message}{more}", first.hint)
        self.issues = tuple(issues)


def render(issue: Issue) -> str:
    """The issue inside the user's own line, as plain text:

    actions.yaml:12:5 CFG-04 unknown key "phrasess"
      |     phrasess:
      |     ^
      = did you mean "phrases"?
    """
    lines = [f"{place(issue)} {issue.code} {issue.message}"]
    if issue.source.strip():
        shown, before = window(issue)
        lines += [f"  | {shown}", f"  | {' ' * width(before)}^"]
    if issue.hint:
        lines.append(f"  = {issue.hint}")
    return "\n".join(lines)


def place(issue: Issue) -> str:
    """ "actions.yaml:12:5" """
    return f"{issue.file.name}:{issue.line}:{issue.column}"


def window(issue: Issue) -> tuple[str, str]:
    """The line as it can be shown, and the part of it before the place."""
    line = "".join(" " if character == "\t" else _printable(character) for character in issue.source)
    at = issue.column - 1
    start = max(0, at - SHOWN_WIDTH // 2) if len(line) > SHOWN_WIDTH else 0
    left, right = ("…" if start else ""), ("…" if len(line) > start + SHOWN_WIDTH else "")
    return left + line[start : start + SHOWN_WIDTH].rstrip() + right, left + line[start:at]


def width(text: str) -> int:
    """Columns that `text` takes in a terminal: Hangul takes two a character."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def masked(line: str) -> str:
    """`line` without what looks like a secret: these lines end in logs and in bug reports."""
    return _SECRET.sub(lambda match: f"{match[1] or ''}***", line)


def nearest(word: str, options: Iterable[str]) -> str:
    """The option that was probably meant; empty where none is near."""
    by_lower = {option.lower(): option for option in options}
    lower = word.lower()
    near = [lower] if lower in by_lower else get_close_matches(lower, by_lower, n=1, cutoff=0.7)
    near = near or sorted((option for option in by_lower if lower and option.endswith(lower)), key=len)[:1]
    return by_lower[near[0]] if near else ""


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """'did you mean "phrases"?'; empty where nothing is near."""
    near = nearest(word, options)
    return f'did you mean "{near}"?' if near else ""


def _printable(character: str) -> str:
    """Control characters could write over what the terminal shows."""
    return "·" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character
