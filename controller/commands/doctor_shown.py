"""What `roger doctor` prints: a line that says what goes on, and a line or two for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from controller.doctor.examination import Examined
from controller.doctor.finding import Finding, Status

SIGNS: Final = {
    Status.OK: ("✓", "green"),
    Status.SKIPPED: ("–", "dim"),
    Status.IN_USE: ("•", "cyan"),
    Status.WARNING: ("!", "bold yellow"),
    Status.FAULT: ("✗", "bold red"),
}
NAME_WIDTH: Final = 14


class Progress:
    """Prints as the checks come; quiet for programs that read the JSON.

    Use it as a context: the line that moves is taken away at the end, also by Ctrl-C.
    """

    def __init__(self, console: Console, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._name = ""
        self._status = console.status("", spinner="dots")

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def title(self, model: str) -> None:
        if not self._quiet:
            self._console.print(Text.assemble(("Roger doctor", "bold"), f"   {model}" if model else ""), end="\n\n")

    def begun(self, name: str) -> None:
        """A check begins."""
        self._name = name
        self.note("")

    def note(self, text: str) -> None:
        """What goes on within it."""
        line = f"[bold]{escape(self._name)}[/bold]  {escape(text)}" if text else f"[bold]{escape(self._name)}[/bold] …"
        self._status.update(line)

    def done(self, check: Examined) -> None:
        """All that it found."""
        if self._quiet:
            return
        for number, finding in enumerate(check.findings):
            name = check.name if number == 0 else ""
            if self._console.is_terminal:
                self._console.print(_line(name, finding))
            else:
                self._console.print("\n".join(_plain(name, finding)), soft_wrap=True, markup=False)

    def summary(self, examined: Sequence[Examined]) -> None:
        """How many of which, and the time that it took."""
        self._name = ""
        if self._quiet:
            return
        findings = [finding for check in examined for finding in check.findings]
        counts = {status: sum(finding.status == status for finding in findings) for status in Status}
        took_s = sum(check.elapsed_s for check in examined)
        self._console.print(Text.assemble("\n", *_counted(counts), (f" in {took_s:.1f} s", "dim")))


def _counted(counts: dict[Status, int]) -> list[tuple[str, str]]:
    faults, warnings = counts[Status.FAULT], counts[Status.WARNING]
    if not faults and not warnings:
        return [("all well", "bold green")]
    said = [(faults, "fault", SIGNS[Status.FAULT][1]), (warnings, "warning", SIGNS[Status.WARNING][1])]
    parts = [(f"{count} {noun}{'' if count == 1 else 's'}", style) for count, noun, style in said if count]
    return [parts[0], *((f", {text}", style) for text, style in parts[1:])]


def _line(name: str, finding: Finding) -> Table:
    """Sign, name and text, and the remedy under the text."""
    sign, style = SIGNS[finding.status]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=NAME_WIDTH - 1)
    grid.add_column(overflow="fold")
    text = Text(f"{finding.code} " if finding.code else "", style)
    text.append(finding.text, "dim" if finding.status == Status.SKIPPED else "default")
    grid.add_row(Text(sign, style), Text(name, "bold"), text)
    if finding.remedy:
        grid.add_row("", "", Text.assemble(("→ ", style), finding.remedy))
    return grid


def _plain(name: str, finding: Finding) -> Iterator[str]:
    """The same for a file or a pipe, unbroken however long it is."""
    sign = SIGNS[finding.status][0]
    yield f"{sign} {name:<{NAME_WIDTH}}{f'{finding.code} ' if finding.code else ''}{finding.text}"
    if finding.remedy:
        yield f"  {'':<{NAME_WIDTH}}→ {finding.remedy}"
