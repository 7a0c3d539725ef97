"""What {fields} in screens.yaml stand for at one moment, and when the next of them changes by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from controller.errors import Problem
from controller.turn import Part, RunningTimer, Scene, StepResult, Transcript
from controller.view.texts import Texts

IDLE: Final = "idle"
LAST_SECONDS: Final = 10
TIME_LEFT_S: Final = 0.5
"""How often what is left of a state's time is drawn."""
FOR_PEOPLE: Final = ("say", "show", "clock", "command", "http")
"""Steps whose text is meant to be read; that of the others is for the record."""


class Fields:
    """Looks fields up in a scene.

    Attributes:
        change: When a field that was looked up will be another one; None while none will.
        since: When what is shown began: the state, or the news.
        until: When it will end; None for never.
    """

    def __init__(self, scene: Scene, at: float, texts: Texts) -> None:
        self.change: float | None = None
        self.scene = scene
        self.news = news(scene, at)
        self.since = self.news.since if self.news else scene.since
        self.until = self.news.until if self.news else scene.until
        for when in _turns(scene):
            if when > at:
                self.will_change(when)
        self.at = at
        self._texts = texts

    def text(self, name: str) -> str:
        """The field, or the message "t.name"."""
        if name.startswith("t."):
            return self._texts.messages[name.removeprefix("t.")]
        return _TEXTS[name](self)

    def number(self, name: str) -> float:
        """From 0 to 1."""
        return min(1.0, max(0.0, _NUMBERS[name](self)))

    def name_of(self, part: Part) -> str:
        """In the user's language."""
        return self._texts.parts.get(part.name, part.name)

    def will_change(self, when: float) -> None:
        """Something that was drawn is different at `when`."""
        self.change = when if self.change is None else min(self.change, when)

    def _caption(self) -> str:
        return self.scene.turn.caption

    def _heard(self) -> str:
        transcript = self.scene.turn.transcript
        return transcript.command or transcript.text if transcript else self.scene.turn.caption

    def _understood(self) -> str:
        orders = self.scene.turn.decision.orders if self.scene.turn.decision else ()
        return "\n".join(slot.text or str(slot.value) for order in orders for slot in order.slots)

    def _question(self) -> str:
        return self.scene.turn.decision.question if self.scene.turn.decision else ""

    def _reply(self) -> str:
        decision = self.scene.turn.decision
        if not decision or not decision.question:
            return ""
        return self._texts.messages["hold_and_say" if decision.missing else "tap_for_yes"]

    def _answer(self) -> str:
        return self.scene.turn.answer

    def _results(self) -> str:
        return "\n".join(filter(None, map(_result, self.scene.turn.results)))

    def _shown_problem(self) -> Problem | None:
        return self.news.problem if self.news else self.scene.trouble

    def _code(self) -> str:
        problem = self._shown_problem()
        return problem.code if problem else ""

    def _problem(self) -> str:
        problem = self._shown_problem()
        return self._texts.errors.get(problem.code, problem.message) if problem else ""

    def _hint(self) -> str:
        problem = self._shown_problem()
        return self._texts.hints.get(problem.code, problem.hint) if problem else ""

    def _why(self) -> str:
        reason = (self.scene.turn.transcript or Transcript()).why_empty
        return self._texts.why.get(reason, reason)

    def _seconds_left(self) -> str:
        if self.scene.until is None:
            return ""
        left = _seconds(self.scene.until - self.at)
        if left > 0:
            self.will_change(self.scene.until - min(left - 1, LAST_SECONDS))
        return str(left) if left <= LAST_SECONDS else ""

    def _latched(self) -> str:
        return "yes" if self.scene.turn.latched else ""

    def _timer(self) -> str:
        return next(iter(self._running()), "")

    def _timers(self) -> str:
        return "\n".join(self._running())

    def _running(self) -> list[str]:
        """The timers that have not rung yet, the next one first."""
        running = (timer for timer in self.scene.timers if not timer.rung)
        return [self._countdown(timer) for timer in sorted(running, key=lambda timer: timer.ends_at)]

    def _countdown(self, timer: RunningTimer) -> str:
        left = _seconds(timer.ends_at - self.at)
        if left > 0:
            self.will_change(timer.ends_at - (left - 1))
        return f"{timer.label} {clock_text(left)}".strip()

    def _ringing(self) -> str:
        return ", ".join(timer.label for timer in self.scene.timers if timer.rung and timer.label)

    def _loading(self) -> str:
        return self._with_status("loading")

    def _missing(self) -> str:
        names = self._with_status("missing")
        return self._texts.messages["missing"].format(parts=names) if names else ""

    def _with_status(self, status: str) -> str:
        return ", ".join(self.name_of(part) for part in self.scene.parts if part.status == status)

    def _chat_off(self) -> str:
        return "yes" if any(part.name == "chat" and part.status == "off" for part in self.scene.parts) else ""

    def _picture(self) -> str:
        """It makes room for the answer."""
        turn = self.scene.turn
        return "yes" if turn.picture and turn.picture.thumbnail and not turn.answer else ""

    def _asking(self) -> str:
        return "yes" if self.scene.state == "querying" and not (self.scene.turn.answer or self._picture()) else ""

    def _news(self) -> str:
        """What the news is about."""
        part = self.news
        return self._texts.messages.get(f"{part.name}_{part.status}", self.name_of(part)) if part else ""

    def _detail(self) -> str:
        """An error's own words name it already."""
        problem = self._shown_problem()
        if self.news is None or (problem and problem.code not in self._texts.errors):
            return ""
        return self.news.detail

    def _level(self) -> float:
        return self.scene.level

    def _time_left(self) -> float:
        scene = self.scene
        if scene.until is None or scene.until <= scene.since or self.at >= scene.until:
            return 0.0
        steps = math.floor((self.at - scene.since) / TIME_LEFT_S + 1e-6)
        self.will_change(scene.since + (steps + 1) * TIME_LEFT_S)
        return 1.0 - steps * TIME_LEFT_S / (scene.until - scene.since)

    def _loaded(self) -> float:
        parts = [part for part in self.scene.parts if part.status != "off"]
        return sum(map(_loaded, parts)) / len(parts) if parts else 1.0


def news(scene: Scene, at: float) -> Part | None:
    """What the device has to tell while nobody speaks with it; of several the one whose part was there first."""
    if scene.state != IDLE or any(timer.rung for timer in scene.timers):
        return None
    told = next((part for part in scene.parts if part.since <= at < part.until), None)
    is_new = scene.turn.id == 0
    return None if told and not told.problem and is_new and scene.trouble else told


def _turns(scene: Scene) -> Iterator[float]:
    """The times at which something becomes news, or is none any more."""
    for part in scene.parts:
        if scene.state == IDLE and part.until > part.since:
            yield from (part.since, part.until)


def clock_text(seconds: float) -> str:
    """A length of time as on a kitchen timer: "1:30:00", "10:00", "0:05"."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _seconds(left_s: float) -> int:
    """Whole seconds that are left: 3 from 3.0 down to just over 2.0, never below 0."""
    return max(0, math.ceil(left_s - 1e-6))


def _result(result: StepResult) -> str:
    if result.timer_s is not None:
        return f"{result.text} {clock_text(result.timer_s)}".strip()
    return result.text if result.kind in FOR_PEOPLE else ""


def _loaded(part: Part) -> float:
    return (part.progress or 0.0) if part.status == "loading" else 1.0


_TEXTS: Final[Mapping[str, Callable[[Fields], str]]] = {
    "caption": Fields._caption,
    "heard": Fields._heard,
    "understood": Fields._understood,
    "question": Fields._question,
    "reply": Fields._reply,
    "answer": Fields._answer,
    "results": Fields._results,
    "code": Fields._code,
    "problem": Fields._problem,
    "hint": Fields._hint,
    "why": Fields._why,
    "seconds_left": Fields._seconds_left,
    "latched": Fields._latched,
    "timer": Fields._timer,
    "timers": Fields._timers,
    "ringing": Fields._ringing,
    "loading": Fields._loading,
    "missing": Fields._missing,
    "chat_off": Fields._chat_off,
    "picture": Fields._picture,
    "asking": Fields._asking,
    "news": Fields._news,
    "detail": Fields._detail,
}

_NUMBERS: Final[Mapping[str, Callable[[Fields], float]]] = {
    "level": Fields._level,
    "time_left": Fields._time_left,
    "loaded": Fields._loaded,
}
