"""Around a simulated device: a microphone and a display that can be pulled out, and engines that follow a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

import numpy as np
from PIL import Image

from config.loader import Config
from controller.adapters.actions import Actions, runners
from controller.app import DeviceActions, Surroundings
from controller.engines import make_classifier, make_recognizer
from controller.errors import RogerError
from controller.events import PartChanged
from controller.ports import SAMPLE_RATE_HZ, Classifier, Clock, Frame, Post, Recognizer
from controller.simulator.latencies import Latencies
from controller.simulator.scenario import Acting, Answering, Hearing, Scenario, Understanding
from controller.simulator.scripted import (
    Results,
    ScriptedActions,
    ScriptedCamera,
    ScriptedChat,
    ScriptedClassifier,
    ScriptedRecognizer,
    ScriptedVoice,
    SimulatedGpio,
    SimulatedStep,
    failure,
)
from controller.simulator.world import World
from controller.turn import Part, Transcript

FRAME_S: Final = 0.05
FRAME: Final = round(SAMPLE_RATE_HZ * FRAME_S)
SILENCE: Final = np.zeros(FRAME, np.int16)
MIC_LOST: Final = ("MIC-02", "the microphone is gone", "plug it in again")
DISPLAY_LOST: Final = ("DSP-02", "the display stopped answering", "look at its wires")


class ScriptedMicrophone:
    """Implements `controller.ports.Microphone`: hears what is being said, until it is pulled out.

    Args:
        preroll_s: It has kept so much from before it was opened.
    """

    def __init__(self, world: World, clock: Clock, post: Post, preroll_s: float = 0.3) -> None:
        self._world = world
        self._preroll_s = preroll_s
        self._clock = clock
        self._post = post
        self._opened = 0
        self._lost: Callable[[Exception], None] | None = None
        if "microphone" in world.missing:
            self.lose()

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        if "microphone" in self._world.missing:
            raise RogerError(*MIC_LOST)
        self._lost = lost
        self._opened += 1
        now = self._clock.now()
        began_at = self._world.began_at or now
        preroll_s = 0.0 if fresh else self._preroll_s
        missed = max(0, int((now - preroll_s - began_at) / FRAME_S))  # on a busy computer it opens late
        self._play(islice(_frames(self._world.sound()), missed, None), began_at, missed + 1, sink, self._opened)

    def close(self) -> None:
        self._opened += 1
        self._lost = None

    def shut_down(self) -> None:
        self.close()

    def lose(self) -> None:
        """Somebody pulls it out."""
        error = RogerError(*MIC_LOST)
        self._post(PartChanged(self._clock.now(), part=Part("microphone", "missing", problem=error.problem)))
        if self._lost:
            self._lost(error)
            self.close()

    def restore(self) -> None:
        """Somebody plugs it in again."""
        self._post(PartChanged(self._clock.now(), part=Part("microphone", "ready")))

    def _play(
        self, frames: Iterator[Frame], began: float, number: int, sink: Callable[[Frame], None], opened: int
    ) -> None:
        """Hand out the next frame once it is complete."""

        def hand_out() -> None:
            if opened == self._opened:
                sink(next(frames, SILENCE))
                self._play(frames, began, number + 1, sink, opened)

        self._clock.call_at(began + number * FRAME_S, hand_out)


def _frames(sound: Frame) -> Iterator[Frame]:
    whole = np.pad(sound, (0, -len(sound) % FRAME))
    return iter(whole.reshape(-1, FRAME))


class ScriptedDisplay:
    """Implements `controller.ports.Display`: keeps nothing, and may be pulled out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._check("DSP-01", "there is no display")

    def draw(self, picture: Image.Image) -> None:
        self._check(*DISPLAY_LOST[:2])

    def close(self) -> None:
        """There is nothing to let go of."""

    def _check(self, code: str, message: str) -> None:
        if "display" in self._world.missing:
            raise RogerError(code, message, DISPLAY_LOST[2])


class EitherRecognizer:
    """Implements `controller.ports.Recognizer`: recordings go through the real engine, words past it."""

    def __init__(self, scripted: ScriptedRecognizer, real: Recognizer, world: World) -> None:
        self._scripted = scripted
        self._real = real
        self._world = world
        self._hears: Recognizer = scripted

    def start(self) -> None:
        self._hears = self._real if self._world.clip is not None else self._scripted
        self._hears.start()

    def feed(self, frame: Frame) -> str | None:
        return self._hears.feed(frame)

    def finish(self) -> Transcript:
        return self._hears.finish()

    def cancel(self) -> None:
        self._hears.cancel()

    def hurry(self) -> None:
        self._hears.hurry()

    def close(self) -> None:
        self._real.close()


class Surrounded:
    """The surroundings of a scenario.

    Attributes:
        world: What happens in it.
        microphone: Once the assistant has made it.
        hear, understand, act, answer: What each engine makes of its turns.
    """

    microphone: ScriptedMicrophone

    def __init__(
        self, scenario: Scenario, config: Config, latencies: Latencies, classifier: Classifier | None = None
    ) -> None:
        self.world = World(missing=set(scenario.without))
        self._scenario = scenario
        self.config = config
        self._latencies = latencies
        self._classifier = classifier
        self.hear = Results(scenario.hear, Hearing())
        self.understand = Results(scenario.understand, Understanding())
        self.act = Results(scenario.act, Acting())
        self.answer = Results(scenario.answer, Answering())

    def surroundings(self) -> Surroundings:
        """What the assistant is made with."""
        latencies, world = self._latencies, self.world
        return Surroundings(
            make_microphone=self._make_microphone,
            make_recognizer=self._make_recognizer,
            make_display=lambda clock: ScriptedDisplay(world),
            make_actions=self._make_actions,
            make_classifier=self._make_classifier,
            make_camera=lambda: ScriptedCamera(world, latencies),
            make_voice=lambda: ScriptedVoice(world),
            make_speaker=lambda: ScriptedVoice(world),
            make_chat=lambda: ScriptedChat(self.answer, self.config.roger.chat.limits, world, latencies),
        )

    def speak(self, words: str, began_at: float = 0.0) -> None:
        """Somebody says this each time the button is held, or once from that time on."""
        self.world.saying, self.world.began_at, self.world.clip = words, began_at, None

    def lose(self, what: str) -> None:
        """The microphone, the display or the network goes away."""
        self.world.missing.add(what)
        if what == "microphone":
            self.microphone.lose()

    def restore(self, what: str) -> None:
        """It comes back."""
        self.world.missing.discard(what)
        if what == "microphone":
            self.microphone.restore()

    def _make_microphone(self, clock: Clock, post: Post) -> ScriptedMicrophone:
        self.microphone = ScriptedMicrophone(self.world, clock, post, self.config.roger.microphone.preroll_ms / 1000)
        return self.microphone

    def _make_recognizer(self) -> Recognizer:
        self.world.effort.spend(self._scenario.load_s)
        if self._scenario.load_fails:
            raise failure(self._scenario.load_fails)
        scripted = ScriptedRecognizer(self.hear, self.world, self._latencies)
        if not any(step.wav for step in self._scenario.timeline):
            return scripted
        return EitherRecognizer(scripted, make_recognizer(self.config), self.world)

    def _make_classifier(self) -> Classifier:
        real = self._classifier or make_classifier(self.config)
        return ScriptedClassifier(self.understand, real, self.world, self._latencies)

    def _make_actions(self, clock: Clock, forget: Callable[[], None]) -> DeviceActions:
        gpio = SimulatedGpio(self.config.actions.outputs, self.world.effort)
        safe = {kind: SimulatedStep(kind, self.world) for kind in ("command", "http")}
        actions = Actions(self.config.actions, {**runners(gpio, clock, forget), **safe}, gpio, clock)
        return ScriptedActions(self.act, actions, self.world, self._latencies)
