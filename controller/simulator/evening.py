"""What happened to a device, read from its trace, as a scenario: to play again with other engines or other settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from controller import events as e
from controller.simulator.recording import Recording
from controller.simulator.scenario import Scenario, Script
from controller.simulator.stages import handled, stages
from states.names import IDLE

Record = dict[str, Any]


def script_of(recording: Recording) -> Script:
    """The same presses, words and faults. Whoever waited for an answer waits for it again, however long it takes."""
    turns = stages(recording)
    timeline = list(_Reader().steps(recording))
    written: Record = {
        "title": f"what {recording.path.name} recorded",
        "config": _settings(recording),
        "hear": [_heard(event) for event, verdict in handled(recording) if _hears(event, verdict)],
        "answer": [{"answer": turn.answer} for turn in turns if turn.answer],
        "timeline": timeline or [{"expect": {}}],
    }
    return Script(Scenario.model_validate(written), recording.path.stem, recording.path.parent)


def _settings(recording: Recording) -> Record:
    rules = recording.rules
    limits = {f"{state}_s": seconds for state, seconds in rules.deadlines_s.items()}
    button = {"hold_s": rules.hold_s, "tap": rules.tap}
    return {"button": button, "chat": {"enabled": rules.may_ask}, "limits": limits}


def _hears(event: e.Event, verdict: str) -> bool:
    return verdict.startswith("transcribing -> ") and isinstance(event, e.SpeechTranscribed | e.JobFailed)


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
        for event, verdict in handled(recording):
            deed = _deed(event)
            if deed:
                yield {**self._time(event), **deed}
                self._last_at = event.at
            _, _, after = verdict.partition(" -> ")
            if after and after != self._state:
                self._state, self._since = after, event.at

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
