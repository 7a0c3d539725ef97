"""What the machine made of every input of a trace, as it is written there; nothing is run again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from controller.events import Event, TextTyped
from controller.simulator.recording import Input, Recording
from states.names import DISPLAYING, IDLE, RECORDING
from states.table import TABLE

ARROW: Final = " -> "
_OUTCOMES: Final[Mapping[tuple[str, str, str], str]] = {
    (row.source, row.trigger, row.dest or ""): row.outcome for row in TABLE if row.outcome
}


@dataclass(frozen=True, slots=True)
class Handled:
    """An input and what came of it.

    Attributes:
        line: In the file, from 1.
        verdict: As in the trace; empty where only the screen was concerned, and at the end of a cut trace.
        source: The state before.
        dest: The state after.
        effects: What the machine asked for, as (name, arguments).
    """

    line: int
    event: Event
    verdict: str
    source: str
    dest: str
    effects: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def at(self) -> float:
        """Seconds on the device's clock."""
        return self.event.at

    @property
    def refused(self) -> bool:
        """Stale or ignored."""
        return bool(self.verdict) and ARROW not in self.verdict

    @property
    def enters(self) -> bool:
        """Whether a state begins here, if only the same one again."""
        return self.source != self.dest or any(name == "set_deadline" for name, _ in self.effects)

    @property
    def begins_turn(self) -> bool:
        """With the microphone, or with words that were typed."""
        typed = isinstance(self.event, TextTyped) and not self.refused and self.enters
        return typed or self.dest == RECORDING != self.source

    @property
    def outcome(self) -> str:
        """How the turn ends here; empty while it goes on."""
        if self.dest != DISPLAYING or not self.enters:
            return ""
        return _OUTCOMES.get((self.source, self.event.trigger, self.dest), "")


def handled(recording: Recording) -> Iterator[Handled]:
    """Every event of the trace, in order."""
    ends = [given.line for given in recording.inputs[1:]] + [len(recording.lines) + 1]
    state = IDLE
    for given, end in zip(recording.inputs, ends, strict=False):
        if given.event is not None:
            step = _handled(given, given.event, recording.lines[given.line : end - 1], state)
            state = step.dest
            yield step


def _handled(given: Input, event: Event, lines: Sequence[str], state: str) -> Handled:
    records = [json.loads(line) for line in lines]
    verdict = next((record["verdict"] for record in records if "verdict" in record), "")
    source, _, dest = verdict.partition(ARROW)
    effects = tuple((record["effect"], tuple(record["with"])) for record in records if "effect" in record)
    return Handled(given.line, event, verdict, source if dest else state, dest or state, effects)
