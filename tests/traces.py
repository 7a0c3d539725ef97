"""Traces of what no recording is at hand for: events at their times, through the whole machine and its screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.loader import DEFAULT_FOLDER, load
from controller.app import ConfiguredView
from controller.clock import VirtualClock
from controller.core import Core
from controller.events import (
    ActionChosen,
    ActionsDone,
    AnswerCompleted,
    ButtonPressed,
    ButtonReleased,
    DeadlinePassed,
    Event,
    LevelMeasured,
    NothingChosen,
    PartChanged,
    PartialHeard,
    SpeechTranscribed,
    StepDone,
    TimerRang,
    TokenArrived,
)
from controller.loop import VirtualLoop
from controller.screen import Screen
from controller.simulator.recorded import RecordedEffects
from controller.trace import Trace, header
from controller.turn import Decision, Part, Scene, Slot, StepResult, Transcript
from states.guards import Rules
from states.names import IDLE

STARTED = "2026-01-01T12:00:00+00:00"
ANSWER = ("Antoine de ", "Saint-Exupéry ", "wrote ", "The Little Prince, ", "in ", "1943.")


@dataclass
class _TimedEffects(RecordedEffects):
    """Deadlines and kitchen timers come true."""

    loop: VirtualLoop = field(kw_only=True)
    clock: VirtualClock = field(kw_only=True)
    screen: Screen = field(kw_only=True)

    def set_deadline(self, turn_id: int, at: float) -> None:
        self.clock.call_at(at, lambda: self.loop.post(DeadlinePassed(at, turn_id)))

    def start_timer(self, label: str, ends_at: float) -> None:
        self.clock.call_at(ends_at, lambda: self.loop.post(TimerRang(ends_at, label=label)))

    def show(self, scene: Scene, at: float) -> None:
        self.screen.show(scene, at)


def write_trace(path: Path, events: Sequence[Event], rules: Rules | None = None) -> Path:
    """What a device writes that these events happen to; deadlines, timers and pictures come by themselves.

    Ends as soon as the last event has happened and the machine is idle.
    """
    events = [*(PartChanged(part=Part(name, "ready")) for name in ("recognizer", "classifier")), *events]
    coming = list(events)
    config = load(DEFAULT_FOLDER)
    rules = rules or Rules(may_ask=True)
    clock = VirtualClock()
    with path.open("w", encoding="utf-8") as stream:
        trace = Trace(stream)
        trace.write(header(config, rules, STARTED))
        loop = VirtualLoop(clock, lambda event: _handle(core, event, coming))
        screen = Screen(ConfiguredView(config.screens, "en"), clock, loop.post, trace.frame)
        core = Core(_TimedEffects(loop=loop, clock=clock, screen=screen), screen, trace, rules)
        core.start(0.0)
        for event in events:
            _post_at(clock, loop, event)
        loop.run(lambda: core.controller.state == IDLE and not coming)
    return path


def _handle(core: Core, event: Event, coming: list[Event]) -> None:
    core.handle(event)
    if event in coming:
        coming.remove(event)


def _post_at(clock: VirtualClock, loop: VirtualLoop, event: Event) -> None:
    clock.call_at(event.at, lambda: loop.post(event))


def said(at: float, turn_id: int, text: str, held_s: float = 2.0, transcribe_s: float = 0.4) -> list[Event]:
    """A press, words that become clearer, the release and the transcript."""
    words = text.split()
    levels = [LevelMeasured(at + tenth / 10, turn_id, (tenth * 7 % 10) / 10) for tenth in range(2, int(held_s * 10))]
    return [
        ButtonPressed(at),
        *levels,
        PartialHeard(at + held_s * 0.5, turn_id, " ".join(words[:2])),
        PartialHeard(at + held_s * 0.9, turn_id, text),
        ButtonReleased(at + held_s),
        SpeechTranscribed(at + held_s + transcribe_s, turn_id, Transcript(text, "en", 0.9, audio_s=held_s)),
    ]


def light(at: float, turn_id: int, text: str = "turn on the bedroom light") -> list[Event]:
    """A turn that switches a light: held for 2 s, then 0.4 s, 0.1 s and 0.25 s."""
    decision = Decision(
        "light_on", (Slot("room", "bedroom", "bedroom"),), "rules", "phrase en 1: <turn_on> <light>", 1.0
    )
    return [
        *said(at, turn_id, text),
        ActionChosen(at + 2.5, turn_id, decision),
        StepDone(at + 2.7, turn_id, StepResult("gpio", "bedroom_light on")),
        StepDone(at + 2.75, turn_id, StepResult("show", "bedroom: on")),
        ActionsDone(at + 2.75, turn_id),
    ]


def question(at: float, turn_id: int, text: str = "who wrote the little prince") -> list[Event]:
    """A turn that the bigger model answers: first token after 0.9 s, then one every 0.15 s."""
    asked = at + 2.5
    tokens = [TokenArrived(asked + 0.9 + 0.15 * index, turn_id, token) for index, token in enumerate(ANSWER)]
    return [
        *said(at, turn_id, text),
        NothingChosen(asked, turn_id, Decision(reason="no phrase matches")),
        *tokens,
        AnswerCompleted(tokens[-1].at, turn_id),
    ]
