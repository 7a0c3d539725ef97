"""The transition table as arrows between states, with labels for people: what every picture of the machine draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from states.table import TABLE, Row

WIDEST: Final = 19
"""Characters in a line of a label, unless a single trigger or condition is longer."""
INDENT: Final = "\N{EN SPACE}"
"""Begins a line that continues the one above it."""
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


class Arrow(NamedTuple):
    """All rows that lead from one state to another; `label` has their triggers, with conditions, line by line."""

    source: str
    dest: str
    label: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.source} → {self.dest}: {' '.join(line.strip() for line in self.label)}"


def arrows(table: Sequence[Row] = TABLE) -> list[Arrow]:
    """One arrow for each pair of states, in the order of the table."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in table:
        if row.dest is not None:
            pairs.setdefault((row.source, row.dest), []).append(row)
    return [Arrow(source, dest, _label(rows, table)) for (source, dest), rows in pairs.items()]


def staying(table: Sequence[Row] = TABLE) -> str:
    """What the machine takes note of without leaving its state, in one sentence."""
    said = _said((row for row in table if row.dest is None), table)
    return f"Without leaving the state: {', '.join(said).replace(NO_BREAK, ' ')}."


def _label(rows: Iterable[Row], table: Sequence[Row]) -> tuple[str, ...]:
    return tuple(line.replace(NO_BREAK, " ") for text in _said(rows, table) for line in _lines(text))


def _lines(text: str) -> list[str]:
    return wrap(text, WIDEST, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)


def _said(rows: Iterable[Row], table: Sequence[Row]) -> list[str]:
    """The triggers of `rows`, those under the same condition together."""
    triggers: dict[str, dict[str, None]] = {}
    for row in rows:
        triggers.setdefault(_condition(row, table), {})[row.trigger] = None
    return [f"{', '.join(names)} {condition}".rstrip() for condition, names in triggers.items()]


def _condition(row: Row, table: Sequence[Row]) -> str:
    """The guard in brackets; where the guards of other rows do not hold, what that means, in parentheses."""
    if row.guard:
        return f"[{_words(row.guard)}]"
    guarded = any(other[:2] == row[:2] and other.guard for other in table)
    return f"({_words(row.outcome)})" if guarded and row.outcome not in ("", "failed", row.trigger) else ""


def _words(name: str) -> str:
    return name.replace("_", NO_BREAK)
