"""What happened to a device, read from its trace, as a scenario: to play again with other engines or other settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from controller import events as e
from controller.simulator.handled import Handled, handled
from controller.simulator.recording import Recording
from controller.simulator.scenario import Scenario, Script
from controller.simulator.stages import stages
from states.names import IDLE, TRANSCRIBING

Record = dict[str, Any]


def script_of(recording: Recording) -> Script:
    """The same presses, words and faults. Whoever waited for an answer waits for it again, however long it takes."""
    turns = stages(recording)
    timeline = list(_Reader().steps(recording))
    written: Record = {
        "title": f"what {recording.path.name} recorded",
        "config": _settings(recording),
        "hear": [_heard(step.event) for step in handled(recording) if _hears(step)],
        "answer": [{"answer": turn.answer} for turn in turns if turn.answer],
        "timeline": timeline or [{"expect": {}}],
    }
    return Script(Scenario.model_validate(written), recording.path.stem, recording.path.parent)


def _settings(recording: Recording) -> Record:
    rules = recording.rules
    limits = {f"{state}_s": seconds for state, seconds in rules.deadlines_s.items()}
    button = {"hold_s": rules.hold_s, "tap": rules.tap}
    return {"button": button, "chat": {"enabled": rules.may_ask}, "limits": limits}


def _hears(step: Handled) -> bool:
    heard = isinstance(step.event, e.SpeechTranscribed | e.JobFailed)
    return heard and step.source == TRANSCRIBING and not step.refused


def _heard(event: e.Event) -> Record:
    if isinstance(event, e.JobFailed):
        return {"fails": f"{event.problem.code} {event.problem.message}; {event.problem.hint}"}
    if isinstance(event, e.SpeechTranscribed) and event.transcript.text:
        known = asdict(event.transcript)
        return {name: known[name] for name in ("text", "language", "confidence")}
    return {"nothing": "no speech"}


class _Reader:
    """Turns what the world did into steps, each placed by what the machine was doing then."""

    def __init__(self) -> None:
        self._state = IDLE
        self._since = 0.0
        self._last_at = 0.0

    def steps(self, recording: Recording) -> Iterator[Record]:
        for step in handled(recording):
            deed = _deed(step.event)
            if deed:
                yield {**self._time(step.event), **deed}
                self._last_at = step.at
            if step.dest != self._state:
                self._state, self._since = step.dest, step.at

    def _time(self, event: e.Event) -> Record:
        """After the step before; or, if the machine went on in between, after that."""
        if self._since > self._last_at and not isinstance(event, e.ButtonReleased):
            return {"when": self._state, "after": event.at - self._since}
        return {"after": event.at - self._last_at}


def _deed(event: e.Event) -> Record | None:
    match event:
        case e.ButtonPressed():
            return {"button": "press"}
        case e.ButtonReleased():
            return {"button": "release"}
        case e.PartChanged(part=part) if part.name in ("microphone", "display") and part.status in ("missing", "ready"):
            return {"lose" if part.status == "missing" else "restore": part.name}
    return None
