"""A turn as a person reads it: one line an event, with the time, the state it met, and what came of it."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from controller import events as e
from controller.machine import IGNORED, STALE
from controller.turn import Decision, Scene, Transcript
from states.names import ACTING, CLASSIFYING, DISPLAYING, IDLE, QUERYING, RECORDING, TRANSCRIBING

_QUIET = (e.LevelMeasured, e.PartChanged)
"""Events that come often or say nothing about the turn."""


COLOURS: Final = {
    IDLE: "bright_black",
    RECORDING: "bright_red",
    TRANSCRIBING: "bright_yellow",
    CLASSIFYING: "bright_magenta",
    ACTING: "bright_blue",
    QUERYING: "bright_cyan",
    DISPLAYING: "bright_green",
}
"""Of the states."""


class Timeline:
    """Prints events as they are handled. Give `watch` to the assistant.

    Args:
        console: Where to; None for one who only asks for each `line`.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(quiet=True)
        self._began = 0.0
        self._released = 0.0

    def begin(self, number: int, what: str) -> None:
        """Head a new turn."""
        self._console.print(Text(f"\nturn {number}", "bold"), Text(what, "dim"))

    def watch(self, event: e.Event, verdict: str, scene: Scene) -> None:
        """Print one line, unless the event is of the quiet kinds."""
        line = self.line(event, verdict)
        if line:
            self._console.print(line, soft_wrap=True, highlight=False)

    def line(self, event: e.Event, verdict: str) -> Text | None:
        """The line of an event; None for the quiet kinds."""
        if isinstance(event, _QUIET) or verdict == IGNORED:
            return None
        if verdict == STALE and isinstance(event, e.DeadlinePassed):
            return None  # every state that ends in time leaves one behind
        before, _, after = verdict.partition(" -> ")
        if isinstance(event, e.TextTyped) or (isinstance(event, e.ButtonPressed) and after == RECORDING):
            self._began = event.at
        if isinstance(event, e.ButtonReleased):
            self._released = event.at
        return self._line(event, before, after)

    def _line(self, event: e.Event, before: str, after: str) -> Text:
        line = Text().append(f"{event.at - self._began:8.3f} s  ", "dim")
        line.append(f"{before:<13}", COLOURS.get(before, "dim"))
        line.append(f"{event.trigger:<12}", "dim" if before == after else "")
        if after and after != before:
            line.append(f"-> {after:<14}", f"bold {COLOURS[after]}")
        else:
            line.append(f"{'(stale)' if before == STALE else '':<17}", "dim")
        line.append(self._details(event))
        return line

    def _details(self, event: e.Event) -> str:
        match event:
            case e.PartialHeard(text=text) | e.TokenArrived(text=text):
                return f'"{text}"'
            case e.SpeechTranscribed(transcript=transcript):
                return f"{_heard(transcript)}, {event.at - self._released:.2f} s after release"
            case e.ActionChosen(decision=decision) | e.NothingChosen(decision=decision):
                return _decided(decision)
            case e.StepDone(result=result):
                return f"{result.kind}: {result.text}" if result.text else result.kind
            case e.JobFailed(problem=problem):
                return f"{problem.code} {problem.message}"
            case e.TimerRang(label=label):
                return label
        return ""


def _heard(transcript: Transcript) -> str:
    if not transcript.text:
        return f"nothing heard ({transcript.why_empty})"
    return f'"{transcript.text}" {transcript.language}, confidence {transcript.confidence:.2f}'


def _decided(decision: Decision) -> str:
    return f"{decision.summary} ({decision.reason})"
