"""The tables of `roger phrases`, and the same as facts for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from controller.commands.quantities import counted, readable
from models.intent.counting import Count
from models.intent.samples import Sample, Scope


@dataclass(frozen=True, slots=True)
class Listed:
    """Actions one by one.

    Attributes:
        examples: One sentence for each scope; empty where other actions take all of them.
        patterns: The regular expressions by action: of these nobody can tell how many sentences they match.
    """

    scopes: Sequence[Scope]
    examples: Sequence[str]
    patterns: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sum:
    """All actions of one language."""

    language: str
    actions: int
    phrases: int
    count: Count


def show_listing(listed: Listed, console: Console) -> None:
    table = _table("action", "", ">phrases", ">sentences", ">with politeness", "for example")
    before = ""
    for scope, example in zip(listed.scopes, listed.examples, strict=True):
        name = Text("" if scope.action == before else scope.action, "bold cyan")
        said = Text(example) if example else Text("other actions take all of it", "red")
        figures = (readable(scope.phrases), counted(scope.count), readable(scope.count.polite))
        table.add_row(name, scope.language, *figures, said)
        before = scope.action
    for action, patterns in listed.patterns.items():
        for pattern in patterns:
            table.add_row(Text(action, "bold cyan"), "", "", "regular expression", "", Text(pattern, "dim"))
    console.print(table)


def facts_of_listing(listed: Listed) -> dict[str, object]:
    actions = [
        {"action": scope.action, "language": scope.language, "phrases": scope.phrases}
        | {**_figures(scope.count), "example": example}
        for scope, example in zip(listed.scopes, listed.examples, strict=True)
    ]
    return {"actions": actions, "patterns": dict(listed.patterns)}


def show_samples(samples: Sequence[Sample], console: Console) -> None:
    table = _table()
    for sample in samples:
        slots = ", ".join(f"{slot.name}={slot.value}" for slot in sample.decision.slots)
        table.add_row(Text(sample.text), Text(sample.decision.action, "bold cyan"), Text(slots, "green"))
    console.print(table if samples else "there is nothing to draw: no phrase, or other actions take all of it")


def facts_of_sample(sample: Sample) -> dict[str, object]:
    decision = sample.decision
    meaning = {"action": decision.action, "slots": [asdict(slot) for slot in decision.slots]}
    return {"text": sample.text, "language": sample.language, **meaning, "reason": decision.reason}


def show_sums(sums: Sequence[Sum], compiled_s: float, console: Console) -> None:
    table = _table("language", ">actions", ">phrases", ">sentences", ">with politeness")
    for one in sums:
        figures = (readable(one.actions), readable(one.phrases), counted(one.count), readable(one.count.polite))
        table.add_row(one.language, *figures)
    console.print(table)
    console.print(f"compiled and counted in {compiled_s:.2f} s", style="dim")


def facts_of_sum(one: Sum) -> dict[str, object]:
    return {"language": one.language, "actions": one.actions, "phrases": one.phrases, **_figures(one.count)}


def _figures(count: Count) -> dict[str, object]:
    return {"sentences": count.plain, "with_politeness": count.polite, "any_text": count.has_text}


def _table(*headings: str) -> Table:
    """A heading that begins with > stands at the right, as figures do."""
    table = Table(box=None, pad_edge=False, show_header=bool(headings), header_style="dim")
    for heading in headings:
        table.add_column(heading.lstrip(">"), justify="right" if heading.startswith(">") else "left", overflow="fold")
    return table
