"""The controller: the one owner of the state machine. Give it an event, it gives back effects; it does nothing else.

It reads no clock: all its times are those of the events, so the same events always have the same effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from transitions import EventData, Machine, State

from controller import events
from controller.errors import Problem
from controller.events import (
    ButtonPressed,
    DeadlinePassed,
    Event,
    JobFailed,
    LevelMeasured,
    PartChanged,
    PictureGiven,
    StepDone,
    StopPressed,
    TextTyped,
    TimerRang,
)
from controller.ports import Effects
from controller.turn import Part, RunningTimer, Scene, Transcript, Turn
from states import acting, displaying, soundness, speaking
from states.behaviour import BEHAVIOUR
from states.guards import GUARDS, Guard, Known, Rules
from states.names import ACTING, ALL, CLASSIFYING, DISPLAYING, IDLE, RECORDING
from states.table import TABLE, Row

STALE = "stale"
"""The verdict on a result of an older turn, or on a deadline that no longer counts."""
IGNORED = "ignored"
"""The verdict on an event that the table has no row for in this state."""

INTERRUPTING = (ButtonPressed, StopPressed, TextTyped)
"""Whoever does this does not want to hear the rest."""

TRIGGERS = frozenset(
    kind.trigger
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind.trigger
) - {"tick"}


class Controller:
    """Owns the machine: give events to `handle`, from one thread.

    Args:
        effects: Where everything goes that the machine wants of the world.
        rules: The user's settings, as far as they matter here.
        table: Raises `RogerError` FSM-01 if it is not sound.
        parts: The parts of the device that the first screen lists.
    """

    state: str

    def __init__(
        self,
        effects: Effects,
        rules: Rules,
        table: Sequence[Row] = TABLE,
        parts: Iterable[Part] = (),
        check: bool = True,
    ) -> None:
        if check:
            soundness.check(table, rules.deadlines_s, TRIGGERS, GUARDS)
        self.turn = Turn()
        self.row: Row | None = None
        """The row that the last event took; None where it took none."""
        self._effects = effects
        self._rules = rules
        self._scene = Scene(parts=tuple(parts))
        self._handled = {(row.source, row.trigger) for row in table}
        self._build(table)

    def _build(self, table: Sequence[Row]) -> None:
        machine = Machine(
            model=self,
            states=[State(name, on_enter=self._enter, on_exit=self._leave) for name in ALL],
            initial=IDLE,
            queued=True,
            auto_transitions=False,
            send_event=True,
        )
        for row in table:
            machine.add_transition(
                row.trigger,
                row.source,
                row.dest,
                conditions=self._asks(GUARDS[row.guard]) if row.guard else None,
                before=self._takes(row),
            )

    @property
    def scene(self) -> Scene:
        """What the screen may show now."""
        return self._scene

    def restore(self, scene: Scene) -> None:
        """Go back to where the machine was when it showed `scene`; the scene is all that it knows."""
        self.state, self.turn, self._scene = scene.state, scene.turn, scene

    def start(self, at: float) -> None:
        """Show the first screen."""
        self._show(at)

    def handle(self, event: Event) -> str:
        """Take one event to completion; return the verdict: "idle -> recording", `STALE` or `IGNORED`."""
        before, self.row = self.state, None
        if self._is_stale(event):
            return STALE
        if (before, event.trigger) not in self._handled:
            return IGNORED
        getattr(self, event.trigger)(event)
        self._show(event.at)
        return f"{before} -> {self.state}"

    def _is_stale(self, event: Event) -> bool:
        if isinstance(event, DeadlinePassed) and event.at != self._scene.until:
            return True
        if isinstance(event, JobFailed) and event.job != self.state:
            return True  # a classifier that fails late must not end the answer that came instead
        return event.turn_id not in (0, self.turn.id)

    def _asks(self, guard: Guard) -> Callable[[EventData], bool]:
        return lambda data: guard(_event(data), Known(self._rules, self.turn, self._scene.timers, self._scene.picture))

    def _takes(self, row: Row) -> Callable[[EventData], None]:
        """What a row does before the state changes: write down what the event brought, and begin or end the turn."""
        return lambda data: self._take(row, _event(data))

    def _take(self, row: Row, event: Event) -> None:
        self.row = row
        self._note_for_all_states(event)
        self.turn = BEHAVIOUR[row.source].note(self.turn, event)
        if self._rules.speaks and isinstance(event, INTERRUPTING):
            self._effects.hush(self.turn.id)
        if row.dest == RECORDING or (row.dest and isinstance(event, TextTyped)):
            self._begin(event)
        if row.dest == CLASSIFYING and self._rules.may_ask:
            self.turn = replace(self.turn, picture=self._scene.picture)
            self._scene = replace(self._scene, picture=None)
        if row.dest == ACTING:
            self.turn = acting.taken_up(self.turn)
        if row.outcome:
            self.turn = replace(self.turn, outcome=row.outcome, problem=self._problem(row, event))
        if self._rules.speaks:
            self._speak(event, row.outcome)

    def _begin(self, event: Event) -> None:
        """The next turn, which may answer what the last one asked."""
        self._effects.cancel(self.turn.id)
        proposal = displaying.proposal(self.turn, self._scene.since, event.at)
        self.turn = Turn(id=self.turn.id + 1, pressed_at=event.at, proposal=proposal)
        if isinstance(event, TextTyped):
            self.turn = replace(self.turn, transcript=Transcript(event.text, event.language, confidence=1.0))

    def _speak(self, event: Event, outcome: str) -> None:
        sentences, spoken = speaking.due(self.turn, event, outcome)
        self.turn = replace(self.turn, spoken=spoken)
        for sentence in sentences:
            self._effects.speak(self.turn.id, sentence, speaking.language(self.turn, sentence))

    def _note_for_all_states(self, event: Event) -> None:
        """What is known of the device does not belong to a turn."""
        scene = self._scene
        match event:
            case LevelMeasured(level=level):
                self._scene = replace(scene, level=level)
            case PartChanged(part=part):
                self._scene = replace(scene, parts=_with_part(scene.parts, part))
            case PictureGiven(picture=picture):
                self._scene = replace(scene, picture=picture)
            case TimerRang():
                self._scene = replace(scene, timers=_with_rung(scene.timers, event.at))
            case ButtonPressed():
                self._scene = replace(scene, timers=tuple(timer for timer in scene.timers if not timer.rung))
            case StepDone(result=result) if result.timer_s is not None:
                timer = RunningTimer(result.text, event.at + result.timer_s)
                self._effects.start_timer(timer.label, timer.ends_at)
                self._scene = replace(scene, timers=(*scene.timers, timer))

    def _problem(self, row: Row, event: Event) -> Problem | None:
        if isinstance(event, JobFailed):
            return event.problem
        if isinstance(event, DeadlinePassed):
            limit = self._rules.deadlines_s[row.source]
            return Problem("FSM-02", f"{row.source} took longer than {limit:g} s", "press the button to try again")
        return self.turn.problem

    def _enter(self, data: EventData) -> None:
        """Arm the state's deadline and ask for its work."""
        at = _event(data).at
        lasts = self._lasts_s()
        until = None if lasts is None else at + lasts
        self._scene = replace(self._scene, state=self.state, since=at, until=until, level=0.0)
        if until is not None:
            self._effects.set_deadline(self.turn.id, until)
        BEHAVIOUR[self.state].enter(self._effects, self.turn)

    def _leave(self, data: EventData) -> None:
        BEHAVIOUR[self.state].leave(self._effects, self.turn)

    def _lasts_s(self) -> float | None:
        limit = self._rules.deadlines_s.get(self.state)
        if self.state != DISPLAYING or not limit:
            return limit
        return displaying.lasts_s(self.turn, limit, self._rules.speaks)

    def _show(self, at: float) -> None:
        self._scene = replace(self._scene, turn=self.turn)
        self._effects.show(self._scene, at)


def _event(data: EventData) -> Any:
    """The event that a transition was triggered with (transitions passes it untyped)."""
    return next(iter(data.args))


def _with_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    if part.name not in {known.name for known in parts}:
        return (*parts, part)
    return tuple(part if known.name == part.name else known for known in parts)


def _with_rung(timers: tuple[RunningTimer, ...], at: float) -> tuple[RunningTimer, ...]:
    return tuple(replace(timer, rung=timer.rung or timer.ends_at <= at) for timer in timers)
