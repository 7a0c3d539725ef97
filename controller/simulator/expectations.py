"""Compares what a scenario expects with what happened, and says what is different so that it can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from controller.errors import Problem
from controller.events import Event, SpeechTranscribed
from controller.machine import IGNORED, STALE
from controller.simulator.scenario import Ending, Moment
from controller.turn import Scene
from states.names import DISPLAYING, IDLE


@dataclass
class Log:
    """What happened until now. Give `watch` to the assistant.

    Attributes:
        states: In their order, the first one included.
        outcomes: How each turn ended.
        stays: Every stay in a state, as (state, since, until, its deadline).
    """

    states: list[str] = field(default_factory=lambda: [IDLE])
    outcomes: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    stays: list[tuple[str, float, float, float | None]] = field(default_factory=list)
    _last: Scene = field(default_factory=Scene)

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        if isinstance(event, SpeechTranscribed) and verdict not in (STALE, IGNORED):
            self.heard.append(event.transcript.text)
        last, self._last = self._last, scene
        if (scene.state, scene.since) == (last.state, last.since):
            return
        self.states.append(scene.state)
        self.stays.append((last.state, last.since, event.at, last.until))
        if scene.state == DISPLAYING:
            self._turn_ended(scene)

    def _turn_ended(self, scene: Scene) -> None:
        turn = scene.turn
        self.outcomes.append(turn.outcome)
        if turn.problem and turn.outcome == "failed":
            self.codes.append(turn.problem.code)
        if turn.answer and turn.outcome != "timer":  # a bell that rings while an answer is read
            self.answers.append(turn.answer)


@dataclass(frozen=True)
class Shown:
    """What can be seen at one moment."""

    scene: Scene
    words: Sequence[str]
    outputs: dict[str, float]


def wrong_now(expected: Moment, shown: Shown) -> Iterator[str]:
    """What of `expected` does not hold now."""
    scene, turn = shown.scene, shown.scene.turn
    yield from _value("state", expected.state, scene.state)
    yield from _value("outcome", expected.outcome, turn.outcome)
    yield from _value("code", expected.code, _code(turn.problem))
    yield from _screen(expected, shown.words)
    for name, level in expected.outputs.items():
        yield from _value(f"output {name}", level, level_name(shown.outputs.get(name)))
    health = {part.name: part.status for part in scene.parts}
    for name, status in expected.parts.items():
        yield from _value(f"part {name}", status, health.get(name, "ready"))


def wrong_at_last(
    expected: Ending, log: Log, acted: Sequence[str], asked: Sequence[str], spoken: Sequence[str] = ()
) -> Iterator[str]:
    """What of `expected` did not come to pass."""
    yield from _sequence("states", expected.states, log.states)
    yield from _sequence("outcomes", expected.outcomes, log.outcomes)
    yield from _sequence("codes", expected.codes, log.codes)
    yield from _sequence("heard", expected.heard, log.heard)
    yield from _sequence("actions", expected.actions, acted)
    yield from _sequence("asked", expected.asked, asked)
    yield from _sequence("spoken", expected.spoken, spoken)
    yield from _sequence("answers", expected.answers, log.answers)
    for state, longest_s in expected.longest_s.items():
        stayed_s = max((until - since for name, since, until, _ in log.stays if name == state), default=0.0)
        if stayed_s > longest_s + 1e-9:
            yield f"longest_s: {state} lasted {stayed_s:.3f} s, expected at most {longest_s:g} s"


def missed_deadlines(log: Log, stalled_s: float) -> Iterator[str]:
    """Every state that outlasted its deadline by more than the device was held up."""
    for state, since, until, deadline in log.stays:
        if deadline is not None and until > deadline + stalled_s + 1e-6:
            yield f"{state} lasted {until - since:.3f} s; its deadline was at {deadline - since:g} s"


def _value(name: str, expected: str | None, actual: str) -> Iterator[str]:
    if expected is not None and expected != actual:
        yield f"{name}: expected {expected!r}, but it is {actual!r}"


def _screen(expected: Moment, words: Sequence[str]) -> Iterator[str]:
    seen = " ".join(" ".join(words).split())
    for text in _many(expected.screen):
        if text.lower() not in seen.lower():
            yield f"screen: expected {text!r}, but it says {seen!r}"
    for text in _many(expected.not_on_screen):
        if text.lower() in seen.lower():
            yield f"screen: it must not say {text!r}, but it says {seen!r}"


def _many(written: str | Sequence[str]) -> Sequence[str]:
    return [written] if isinstance(written, str) else written


def _code(problem: Problem | None) -> str:
    return problem.code if problem else ""


def level_name(value: float | None) -> str:
    """An output's level as scenarios write it."""
    if value is None:
        return "not there"
    return {0.0: "off", 1.0: "on"}.get(value, f"{round(value * 100)}%")


def _sequence(name: str, expected: Sequence[str] | None, actual: Sequence[str]) -> Iterator[str]:
    """One line: what is the same, -what is missing- and +what came instead+."""
    if expected is None or list(expected) == list(actual):
        return
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, expected, actual, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += [_quoted(item) for item in expected[i:j]]
            continue
        parts += [f"-{_quoted(item)}-" for item in expected[i:j]]
        parts += [f"+{_quoted(item)}+" for item in actual[k:m]]
    yield f"{name}: {' '.join(parts)}    (-expected- +happened+)"


def _quoted(item: str) -> str:
    return item if item.replace("_", "").replace("-", "").isalnum() else repr(item)
