"""How far an installation is: a bar on a terminal, a line every 10 % elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars

from controller.clock import stopwatch


def megabytes(size_bytes: float) -> str:
    """Decimal megabytes, as shops and download pages count: "70.7 MB"."""
    return f"{size_bytes / 1e6:.1f} MB"


class _Job:
    """One thing that goes from nothing to `total`, in bytes or in shares of one."""

    def __init__(self, done: float, total: float) -> None:
        self.total = total
        self._first = self._done = done
        self._elapsed = stopwatch()
        self._lines = int(self.tenths)

    @property
    def tenths(self) -> float:
        return 10 * self._done / self.total

    def advance(self, done: float) -> None:
        self._done = done

    def line_due(self) -> bool:
        """Whether another tenth is full since the last time that this was true."""
        due = int(self.tenths) > self._lines
        self._lines = max(self._lines, int(self.tenths))
        return due

    def amount(self) -> str:
        """Size, speed and the time that is left; empty for shares."""
        elapsed, came = self._elapsed(), self._done - self._first
        if self.total <= 1:
            return ""
        size = f"{self._done / 1e6:.1f} of {megabytes(self.total)}"
        if came <= 0 or elapsed <= 0:
            return size
        speed = came / elapsed
        left = (self.total - self._done) / speed
        return f"{size}, {megabytes(speed)}/s" + (f", {left:.0f} s left" if left else "")


class Progress:
    """Shows jobs by their label. A context: what it draws ends with it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._jobs: dict[str, _Job] = {}
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[amount]}"),
        )
        self._bars = Bars(*columns, console=console, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def update(self, label: str, done: float, total: float = 1.0) -> None:
        """`label` has come to `done` of `total`: bytes, or a share of one."""
        job = self._jobs.get(label)
        if job is None or job.total != total:
            job = self._jobs[label] = _Job(done, max(total, 1e-9))
        job.advance(done)
        if self._console.is_terminal:
            self._draw(label, done, job)
        elif job.line_due():
            self._console.print(
                f"{label}: {10 * int(job.tenths)} % {job.amount()}".rstrip(), highlight=False, soft_wrap=True
            )

    def _draw(self, label: str, done: float, job: _Job) -> None:
        if label not in self._tasks:
            self._tasks[label] = self._bars.add_task(label, total=job.total, amount="")
        self._bars.update(self._tasks[label], completed=done, total=job.total, amount=job.amount())
