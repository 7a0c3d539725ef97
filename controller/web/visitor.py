"""One browser: an assistant of its own, and what goes to and fro."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from config.loader import Config
from config.secrecy import hidden
from controller.app import Assistant, Surroundings, keep_history, real_time
from controller.events import ButtonPressed, ButtonReleased, Event, PictureGiven, StopPressed, TextTyped
from controller.pictures import Prepared
from controller.ports import Voice
from controller.trace import Trace
from controller.turn import Scene
from controller.view.fields import FOR_PEOPLE
from controller.web.browser import BrowserDisplay, BrowserMicrophone, BrowserSpeaker, Line, Outbox
from states.names import DISPLAYING, IDLE, RECORDING
from states.speaking import language_of

MOST_CHARACTERS: Final = 2_000
"""Of a question that is typed."""
MOST_TURNS: Final = 50
"""That a page which is loaded anew shows again."""


class Visitor:
    """Everything that one page does. Call `close` in the end.

    Args:
        name: Who knows it is this visitor.
        number: What it is called in the history.
        around: What visitors share; microphone, display and speaker are the browser's.
        make_voice: None where answers are not spoken.
    """

    def __init__(
        self, name: str, number: int, config: Config, around: Surroundings, make_voice: Callable[[], Voice] | None
    ) -> None:
        self.name = name
        self.outbox = Outbox()
        self._microphone = BrowserMicrophone()
        self._display = BrowserDisplay(self.outbox)
        self._config = config
        self._changing = threading.Lock()
        self._turns: dict[int, dict[str, Any]] = {}
        self._turn = 0
        self._timeline = Timeline()
        own = replace(
            around,
            make_microphone=lambda clock, post: self._microphone,
            make_display=lambda clock: self._display,
            make_speaker=lambda: BrowserSpeaker(self.outbox, lambda: self._assistant.controller.turn.id),
            make_voice=make_voice,
        )
        self._assistant = Assistant(config, own, real_time(), Trace(None))
        self._assistant.watchers.append(self._watch)
        self._end_history = keep_history(self._assistant, config, f"web {number}", self._saved)
        self._thread = threading.Thread(target=self._run, name=f"visitor {number}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the assistant; the page is told nothing more."""
        self._assistant.loop.stop()
        self._thread.join(10.0)

    def receive(self, message: str | bytes) -> None:
        """What the page sends: audio as bytes, all else as JSON. What makes no sense is left alone."""
        if isinstance(message, bytes):
            self._microphone.push(message)
            return
        try:
            said = json.loads(message)
        except ValueError:
            return
        if isinstance(said, dict):
            self._take(said)

    def give(self, image: Prepared) -> None:
        """The next question is about this image."""
        self._assistant.give(image)

    def write(self, text: str, language: str) -> None:
        """A question in writing; what goes on is stopped for it."""
        self._post(StopPressed)
        self._post(TextTyped, text=hidden(text.strip())[:MOST_CHARACTERS], language=language)

    def notice(self, text: str) -> None:
        """Something that somebody else has done."""
        self.outbox.send(kind="notice", text=text)

    def attach(self, wake: Callable[[], None] = lambda: None) -> Line:
        """A page has come, or has come back: it is shown everything. `wake` is called whenever there is more."""
        with self._changing:
            line = self.outbox.attach(wake)
            start = self._assistant.controller.scene
            for turn, shown in (self._turns or {start.turn.id: seen(start, self._assistant.view.texts.parts)}).items():
                self.outbox.send(kind="seen", turn=turn, **shown)
            self._display.again()
            return line

    def _take(self, said: dict[str, Any]) -> None:
        match said.get("do"):
            case "press":
                rate_hz = said.get("rate")
                self._microphone.begin(rate_hz if isinstance(rate_hz, int) else 48_000)
                self._post(ButtonPressed)
            case "release":
                self._post(ButtonReleased)
            case "stop":
                self._post(StopPressed)
            case "no image":
                self._post(PictureGiven)
            case "type" if isinstance(said.get("text"), str):
                self.write(said["text"], language_of(said["text"], self._config.roger.language))

    def _post(self, kind: type[Event], **values: Any) -> None:
        self._assistant.post(kind(self._assistant.clock.now(), **values))

    def _run(self) -> None:
        try:
            self._assistant.run()
        finally:
            self._assistant.close()
            self._end_history()

    def _watch(self, event: Event, verdict: str, scene: Scene) -> None:
        """Tell the page what is new."""
        now = seen(scene, self._assistant.view.texts.parts)
        with self._changing:
            now["timeline"] = self._timeline.watch(scene)
            shown = self._turns.setdefault(scene.turn.id, {})
            if len(self._turns) > MOST_TURNS:
                del self._turns[min(self._turns)]
            new = {key: value for key, value in now.items() if shown.get(key) != value}
            shown.update(new)
            if new:
                self.outbox.send(kind="seen", turn=scene.turn.id, **new)
            if verdict.endswith(f"-> {RECORDING}") and not verdict.startswith(RECORDING):
                self.outbox.send(kind="hush")

    def _saved(self, turn: int) -> None:
        with self._changing:
            self._turns.get(turn, {})["saved"] = True
            self.outbox.send(kind="seen", turn=turn, saved=True)


class Timeline:
    """How long a turn spent in each state so far, in order: [["recording", 1.2], ["transcribing", 0.8]]."""

    def __init__(self) -> None:
        self._turn, self._state, self._since = 0, IDLE, 0.0
        self._spent: list[tuple[str, float]] = []

    def watch(self, scene: Scene) -> list[tuple[str, float]]:
        """What it is now; a new list whenever it has changed."""
        if scene.turn.id != self._turn:
            self._turn, self._spent, self._state = scene.turn.id, [], IDLE
        if scene.state != self._state:
            if self._state not in (IDLE, DISPLAYING):
                self._spent = [*self._spent, (self._state, round(scene.since - self._since, 3))]
            self._state, self._since = scene.state, scene.since
        return self._spent


def seen(scene: Scene, names: Mapping[str, str]) -> dict[str, Any]:
    """What a page shows of a scene besides the OLED; `names` are those of the parts in the user's language."""
    turn, heard, decision, problem = scene.turn, scene.turn.transcript, scene.turn.decision, scene.turn.problem
    return {
        "state": scene.state,
        "since": round(scene.since, 3),
        "level": scene.level,
        "caption": turn.caption,
        "heard": (heard.command or heard.text) if heard else "",
        "language": heard.language if heard and heard.text else "",
        "decided": decision.summary if decision and decision.action else "",
        "why": f"{decision.stage}: {decision.reason}" if decision and decision.stage else "",
        "question": decision.question if decision and turn.outcome == "confirm" else "",
        "answer": turn.answer,
        "results": "\n".join(result.text for result in turn.results if result.kind in FOR_PEOPLE and result.text),
        "outcome": turn.outcome,
        "problem": f"{problem.code} {problem.message}" if problem else "",
        "hint": problem.hint if problem else "",
        "image": turn.picture.digest if turn.picture else "",
        "waiting": scene.picture.digest if scene.picture else "",
        "parts": {names.get(part.name, part.name): part.status for part in scene.parts if part.status != "ready"},
    }
