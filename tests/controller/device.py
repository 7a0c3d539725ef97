"""A whole assistant in real time: a button to hold, everything that it has shown and said, a trace, a history."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from config.loader import DEFAULT_FOLDER, Config, load
from config.schema import RogerSettings
from controller.adapters.microphone_wav import WavMicrophone
from controller.adapters.speaker_wav import WavSpeaker
from controller.app import Assistant, Surroundings, keep_history, real_time
from controller.commands.tracing import open_trace
from controller.engines import make_classifier
from controller.events import ButtonPressed, ButtonReleased, Event
from controller.ports import Frame, Recognizer
from controller.simulator.playlist import PlaylistRecognizer, Utterance
from controller.turn import Scene

PATIENCE_S = 60
SECOND = np.zeros(16_000, np.int16)


class Screens:
    """A display that keeps what it was given to draw."""

    def __init__(self) -> None:
        self.drawn: list[Image.Image] = []

    def draw(self, picture: Image.Image) -> None:
        self.drawn.append(picture)

    def close(self) -> None:
        """What was drawn is kept."""


class Device:
    """An assistant and everything that it has shown and said."""

    def __init__(self, assistant: Assistant, spoken: list[bytes], screens: Screens) -> None:
        self.assistant = assistant
        self.spoken = spoken
        self.screens = screens
        self.scenes: list[Scene] = []
        self._changed = threading.Condition()
        assistant.watchers.append(self._watch)

    def post(self, kind: type[Event], **values: Any) -> None:
        self.assistant.post(kind(self.assistant.clock.now(), **values))

    def until(self, found: Callable[[Scene], bool]) -> Scene:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(found, self.scenes)), PATIENCE_S), self.scenes[-1]
            return next(filter(found, self.scenes))

    def hold_and_say(self, for_s: float = 0.5) -> None:
        turn = self.scenes[-1].turn.id + 1 if self.scenes else 1
        self.post(ButtonPressed)
        self.until(lambda scene: scene.turn.id == turn and scene.state == "recording")
        threading.Event().wait(for_s)
        self.post(ButtonReleased)

    def forget(self) -> None:
        """What was seen up to now, so that nobody looks through it again."""
        with self._changed:
            del self.scenes[:-1]
            self.screens.drawn.clear()

    def _watch(self, event: Event, verdict: str, scene: Scene) -> None:
        with self._changed:
            self.scenes.append(scene)
            self._changed.notify_all()


def configured(**settings: Any) -> Config:
    """The configuration that comes with Roger, understanding by rules alone, with other settings in roger.yaml."""
    roger = RogerSettings.model_validate({"understanding": {"meaning": False}, **settings})
    return replace(load(DEFAULT_FOLDER), roger=roger)


@contextmanager
def device(tmp_path: Path, said: str, **settings: Any) -> Iterator[Device]:
    """One that hears `said` each time."""
    with running(tmp_path, configured(**settings), PlaylistRecognizer([Utterance(text=said)] * 999, None)) as made:
        yield made


@contextmanager
def running(tmp_path: Path, config: Config, recognizer: Recognizer, audio: Frame = SECOND) -> Iterator[Device]:
    """One with that recogniser, and `audio` in front of its microphone each time."""
    spoken: list[bytes] = []
    screens = Screens()
    around = Surroundings(
        make_microphone=lambda clock, post: WavMicrophone([audio], clock),
        make_recognizer=lambda: recognizer,
        make_display=lambda clock: screens,
        make_classifier=lambda: make_classifier(config),
        make_speaker=lambda: WavSpeaker(spoken.append),
    )
    time = real_time()
    with open_trace(tmp_path / "trace.jsonl", config, time.clock) as trace:
        assistant = Assistant(config, around, time, trace)
        end_history = keep_history(assistant, config)
        made = Device(assistant, spoken, screens)
        working = threading.Thread(target=assistant.run)
        working.start()
        try:
            yield made
        finally:
            assistant.loop.stop()
            working.join()
            assistant.close()
            end_history()
