"""Lets the timeline of a scenario happen, step by step, each when its time has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from controller.app import Assistant
from controller.audio import read_wav
from controller.clock import VirtualClock
from controller.debounce import Debouncer
from controller.events import ButtonPressed, ButtonReleased, Event
from controller.ports import SAMPLE_RATE_HZ
from controller.simulator.expectations import Shown, wrong_now
from controller.simulator.recording import parse_event
from controller.simulator.scenario import Script, Step
from controller.simulator.surroundings import Surrounded
from controller.simulator.world import spoken_s
from controller.turn import Scene
from controller.view import words
from states.names import IDLE

TAP_S: Final = 0.05
LINGER_S: Final = 0.2
"""How long after the last word the button is let go."""
BY_HAND: Final = ("say", "wav", "button", "contact")
"""What somebody does with the button: not two of them at once. All else may happen meanwhile."""
PATIENCE_S: Final = 300.0
"""Longer than everything that a turn may take: a state that was not reached by then never is."""


@dataclass(frozen=True)
class Mismatch:
    """Something that a scenario expects and that does not hold.

    Attributes:
        line: Of the scenario file, from 1; 0 where it was never written.
        at: Seconds since the start.
    """

    line: int
    at: float
    what: str


class Director:
    """Give `watch` to the assistant and call `begin`; run it until `finished()`.

    Attributes:
        mismatches: What did not hold when it was expected.
        stalled_s: How long the device was held up.
    """

    def __init__(self, script: Script, surrounded: Surrounded, assistant: Assistant, clock: VirtualClock) -> None:
        self.mismatches: list[Mismatch] = []
        self.stalled_s = 0.0
        self._script = script
        self._steps = script.scenario.timeline
        self._surrounded = surrounded
        self._assistant = assistant
        self._clock = clock
        self._next = 0
        self._waiting = False
        self._busy = False
        self._last_at = 0.0
        self._hands_free_at = 0.0
        self._moved_at = 0.0

    def begin(self) -> None:
        """Call once, when the assistant starts."""
        self._plan()

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        self._moved_at = max(event.at, *(timer.ends_at for timer in scene.timers if not timer.rung), 0.0)
        if self._waiting:
            self._plan()

    def finished(self) -> bool:
        """Whether all steps are done and the machine is at rest, or what the next one waits for never comes."""
        now = self._clock.now()
        if self._next == len(self._steps) and now >= self._hands_free_at and self._assistant.controller.state == IDLE:
            return True
        if now <= max(self._moved_at, self._last_at) + PATIENCE_S:
            return False
        self.give_up()
        return True

    def give_up(self) -> None:
        """Nothing more will happen: a step that still waits was in vain."""
        if self._waiting:
            step = self._steps[self._next]
            self._miss(self._next, f"when: {step.when} was not reached; it is {self._assistant.controller.state}")
            self._waiting = False

    def _plan(self) -> None:
        """Have the next step happen when its time comes, unless it waits for a state."""
        if self._next == len(self._steps) or self._busy:
            return
        step = self._steps[self._next]
        self._waiting = step.when not in (None, self._assistant.controller.state)
        if self._waiting:
            return
        earliest = self._clock.now() if step.when else self._last_at
        at = step.at if step.at is not None else earliest + step.after
        if any(getattr(step, deed) is not None for deed in BY_HAND):
            at = max(at, self._hands_free_at)
        self._busy = True
        self._clock.call_at(max(at, self._clock.now()), self._take)

    def _take(self) -> None:
        number, step = self._next, self._steps[self._next]
        now = self._clock.now()
        self._last_at = self._do(number, step, now)
        self._hands_free_at = max(self._hands_free_at, self._last_at)
        self._clock.call_at(self._clock.now(), self._done)

    def _done(self) -> None:
        self._busy = False
        self._next += 1
        self._plan()

    def _do(self, number: int, step: Step, now: float) -> float:
        """Do it; return when it is over."""
        for name, deed in _DEEDS.items():
            if getattr(step, name) is not None:
                return deed(self, number, step, now) or now
        raise AssertionError("the schema lets no step through without a deed")

    def _say(self, number: int, step: Step, now: float) -> float:
        self._surrounded.speak(step.say or "")
        return self._hold(now, step.for_s or spoken_s(step.say or "") + LINGER_S)

    def _wav(self, number: int, step: Step, now: float) -> float:
        clip = read_wav(self._script.folder / (step.wav or ""))
        self._surrounded.world.clip = clip
        return self._hold(now, step.for_s or len(clip) / SAMPLE_RATE_HZ + LINGER_S)

    def _saying(self, number: int, step: Step, now: float) -> None:
        self._surrounded.speak(step.saying or "")

    def _hold(self, now: float, seconds: float) -> float:
        self._assistant.post(ButtonPressed(now))
        self._post_at(ButtonReleased(now + seconds))
        return now + seconds

    def _button(self, number: int, step: Step, now: float) -> float | None:
        if step.button == "tap":
            return self._hold(now, TAP_S)
        self._assistant.post(ButtonPressed(now) if step.button == "press" else ButtonReleased(now))
        return None

    def _contact(self, number: int, step: Step, now: float) -> float:
        """The edges go through the debouncer, as those of the pin do."""
        debouncer = Debouncer(self._window_s)
        pressed = False
        events: list[Event] = []
        for after_s in step.contact or ():
            pressed = not pressed
            events += debouncer.edge(pressed, now + after_s)
        if debouncer.next_settle is not None:
            events += debouncer.settle(debouncer.next_settle)
        for event in events:
            self._post_at(event)
        return max([now, *(event.at for event in events)])

    @property
    def _window_s(self) -> float:
        return self._surrounded.config.roger.button.debounce_ms / 1000

    def _lose(self, number: int, step: Step, now: float) -> None:
        self._surrounded.lose(step.lose or "")

    def _restore(self, number: int, step: Step, now: float) -> None:
        self._surrounded.restore(step.restore or "")

    def _set_wall(self, number: int, step: Step, now: float) -> None:
        self._clock.set_wall(step.clock_s or 0.0)

    def _stall(self, number: int, step: Step, now: float) -> float:
        """The machine's thread is not there for a while; what happens meanwhile waits for it."""
        self.stalled_s += step.stall_s or 0.0
        self._clock.advance_to(now + (step.stall_s or 0.0))
        return self._clock.now()

    def _post(self, number: int, step: Step, now: float) -> None:
        self._assistant.post(parse_event({"at": now, **(step.post or {})}))

    def _expect(self, number: int, step: Step, now: float) -> None:
        if step.expect:
            for what in wrong_now(step.expect, shown(self._assistant, now)):
                self._miss(number, what)

    def _post_at(self, event: Event) -> None:
        self._clock.call_at(event.at, lambda: self._assistant.post(event))

    def _miss(self, number: int, what: str) -> None:
        lines: Sequence[int] = self._script.lines
        self.mismatches.append(Mismatch(lines[number] if number < len(lines) else 0, self._clock.now(), what))


_DEEDS: Final[dict[str, Callable[[Director, int, Step, float], float | None]]] = {
    "say": Director._say,
    "wav": Director._wav,
    "saying": Director._saying,
    "button": Director._button,
    "contact": Director._contact,
    "lose": Director._lose,
    "restore": Director._restore,
    "clock_s": Director._set_wall,
    "stall_s": Director._stall,
    "post": Director._post,
    "expect": Director._expect,
}


def shown(assistant: Assistant, at: float) -> Shown:
    """What can be seen of `assistant` now."""
    scene, view = assistant.controller.scene, assistant.view
    return Shown(scene, words(scene, at, view.screens, view.texts), assistant.actions.outputs())
