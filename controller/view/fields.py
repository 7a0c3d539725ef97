"""What {fields} in screens.yaml stand for at one moment, and when the next of them changes by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from controller.turn import Part, RunningTimer, Scene, StepResult, Transcript
from controller.view.texts import Texts

LAST_SECONDS: Final = 10
FOR_PEOPLE: Final = ("say", "show", "clock", "command", "http")
"""Steps whose text is meant to be read; that of the others is for the record."""


class Fields:
    """Looks fields up in a scene.

    Attributes:
        change: When a field that was looked up will be another one; None while none will.
    """

    def __init__(self, scene: Scene, at: float, texts: Texts) -> None:
        self.change: float | None = None
        self._scene = scene
        self._at = at
        self._texts = texts

    def text(self, name: str) -> str:
        """The field or the message "t.name"; "?" for a message that does not exist."""
        if name.startswith("t."):
            return self._texts.messages.get(name.removeprefix("t."), "?")
        return _TEXTS[name](self)

    def number(self, name: str) -> float:
        """From 0 to 1."""
        return min(1.0, max(0.0, _NUMBERS[name](self)))

    def will_change(self, when: float) -> None:
        """Something that was drawn is different at `when`."""
        self.change = when if self.change is None else min(self.change, when)

    def _caption(self) -> str:
        return self._scene.turn.caption

    def _heard(self) -> str:
        transcript = self._scene.turn.transcript
        return transcript.text if transcript else self._scene.turn.caption

    def _answer(self) -> str:
        return self._scene.turn.answer

    def _results(self) -> str:
        return "\n".join(filter(None, map(self._result, self._scene.turn.results)))

    def _result(self, result: StepResult) -> str:
        if result.timer_s is not None:
            return f"{result.text} {clock_text(result.timer_s)}".strip()
        return result.text if result.kind in FOR_PEOPLE else ""

    def _code(self) -> str:
        problem = self._scene.turn.problem
        return problem.code if problem else ""

    def _problem(self) -> str:
        problem = self._scene.turn.problem
        if not problem:
            return ""
        return self._texts.errors.get(problem.code, problem.message)

    def _hint(self) -> str:
        problem = self._scene.turn.problem
        return problem.hint if problem and problem.code not in self._texts.errors else ""

    def _why(self) -> str:
        reason = (self._scene.turn.transcript or Transcript()).why_empty
        return self._texts.why.get(reason, reason)

    def _seconds_left(self) -> str:
        if self._scene.until is None:
            return ""
        left = math.ceil(self._scene.until - self._at - 1e-6)
        self.will_change(self._scene.until - min(left - 1, LAST_SECONDS))
        return str(max(0, left)) if left <= LAST_SECONDS else ""

    def _latched(self) -> str:
        return "yes" if self._scene.turn.latched else ""

    def _timer(self) -> str:
        running = [timer for timer in self._scene.timers if not timer.rung]
        if not running:
            return ""
        timer = min(running, key=lambda timer: timer.ends_at)
        left = math.ceil(timer.ends_at - self._at - 1e-6)
        self.will_change(timer.ends_at - (left - 1))
        return f"{timer.label} {clock_text(max(0, left))}".strip()

    def _ringing(self) -> str:
        return ", ".join(_label(timer) for timer in self._scene.timers if timer.rung)

    def _loading(self) -> str:
        return ", ".join(self._name(part) for part in self._scene.parts if part.status == "loading")

    def _missing(self) -> str:
        names = ", ".join(self._name(part) for part in self._scene.parts if part.status == "missing")
        return self._texts.messages["missing"].format(parts=names) if names else ""

    def _chat_off(self) -> str:
        return "yes" if any(part.name == "chat" and part.status == "off" for part in self._scene.parts) else ""

    def _name(self, part: Part) -> str:
        return self._texts.parts.get(part.name, part.name)

    def _level(self) -> float:
        return self._scene.level

    def _time_left(self) -> float:
        scene = self._scene
        if scene.until is None:
            return 0.0
        self.will_change(self._at + 0.1)
        return (scene.until - self._at) / (scene.until - scene.since)

    def _loaded(self) -> float:
        parts = [part for part in self._scene.parts if part.status != "off"]
        return sum(_loaded(part) for part in parts) / len(parts) if parts else 1.0


def clock_text(seconds: float) -> str:
    """A length of time as on a kitchen timer: "1:30:00", "10:00", "0:05"."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _label(timer: RunningTimer) -> str:
    return timer.label


def _loaded(part: Part) -> float:
    return (part.progress or 0.0) if part.status == "loading" else 1.0


_TEXTS: Final[Mapping[str, Callable[[Fields], str]]] = {
    "caption": Fields._caption,
    "heard": Fields._heard,
    "answer": Fields._answer,
    "results": Fields._results,
    "code": Fields._code,
    "problem": Fields._problem,
    "hint": Fields._hint,
    "why": Fields._why,
    "seconds_left": Fields._seconds_left,
    "latched": Fields._latched,
    "timer": Fields._timer,
    "ringing": Fields._ringing,
    "loading": Fields._loading,
    "missing": Fields._missing,
    "chat_off": Fields._chat_off,
}

_NUMBERS: Final[Mapping[str, Callable[[Fields], float]]] = {
    "level": Fields._level,
    "time_left": Fields._time_left,
    "loaded": Fields._loaded,
}
