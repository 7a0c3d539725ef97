"""Engines that do what a scenario says: each stands behind a port, and takes the time it says it takes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import numpy as np

from config.schema import ChatLimits, Gpio, Output
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.actions import Actions
from controller.adapters.board import simulated_pins
from controller.errors import CODES, RogerError
from controller.ports import SAMPLE_RATE_HZ, Cancellation, Classifier, Frame
from controller.simulator.effort import Effort
from controller.simulator.scenario import Acting, Answering, Hearing, Result, Understanding
from controller.turn import Decision, Slot, StepResult, Transcript

WORD_S: Final = 0.35
"""How long it takes to say a word."""

R = TypeVar("R", bound=Result)


@dataclass
class World:
    """What is around the device, and what happens in it.

    Attributes:
        effort: Where scripted work says how long it takes.
        saying: What is said while the button is held; empty for nothing.
        clip: A recording of it, mono 16 kHz; None where there is none.
        missing: Of "microphone", "display" and "network".
        acted: The actions that ran.
        asked: What was sent to the bigger model.
    """

    effort: Effort = field(default_factory=Effort)
    saying: str = ""
    clip: Frame | None = None
    missing: set[str] = field(default_factory=set)
    acted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def sound(self) -> Frame:
        """What a microphone hears from now on; after it there is silence."""
        return noise(spoken_s(self.saying) if self.saying else 0.0) if self.clip is None else self.clip


@dataclass(frozen=True)
class Usual:
    """How long each stage takes where a scenario does not say, in seconds."""

    hear_s: float = 0.4
    understand_s: float = 0.002
    act_s: float = 0.01
    first_word_s: float = 0.8


def spoken_s(words: str) -> float:
    """How long it takes to say `words`. Korean packs about two English words into one."""
    korean = any("가" <= character <= "힣" for character in words)
    return max(1.0, len(words.split()) * WORD_S * (2 if korean else 1))


def failure(text: str) -> RogerError:
    """The error of "ASR-02 the recogniser crashed; restart Roger"."""
    code, _, rest = text.partition(" ")
    message, _, hint = rest.partition("; ")
    return RogerError(code, message or CODES[code], hint)


class Results(Generic[R]):
    """What one engine makes of its turns, in order; more can be added while it works.

    Attributes:
        waiting: Those still to come; after them it works as usual.
        given: Those that came, the usual ones among them.
    """

    def __init__(self, planned: Iterable[R], usual: R) -> None:
        self.waiting = deque(planned)
        self.given: list[R] = []
        self._usual = usual

    def __next__(self) -> R:
        self.given.append(self.waiting.popleft() if self.waiting else self._usual)
        return self.given[-1]


class _Lines:
    """An engine that is told what to do."""

    def __init__(self, world: World, usual_s: float) -> None:
        self._world = world
        self._usual_s = usual_s

    def _next(self, results: Results[R]) -> R:
        """The next result, once its time is over. Raises what it says."""
        result = next(results)
        self._world.effort.spend(self._usual_s if result.takes_s is None else result.takes_s)
        if result.hangs:
            self._world.effort.spend(math.inf)
        if result.fails:
            raise failure(result.fails)
        return result


class ScriptedRecognizer(_Lines):
    """Implements `controller.ports.Recognizer`: hears what is said, or what the scenario makes of it."""

    def __init__(self, results: Results[Hearing], world: World, usual: Usual) -> None:
        super().__init__(world, usual.hear_s)
        self._results = results
        self.start()

    def start(self) -> None:
        self._heard_s = 0.0
        self._caption = ""
        self._said = self._world.saying

    def feed(self, frame: Frame) -> str | None:
        """A word more every `WORD_S`."""
        self._heard_s += len(frame) / SAMPLE_RATE_HZ
        before, words = self._caption, self._said.split()
        self._caption = " ".join(words[: int(self._heard_s / WORD_S)])
        return self._caption if self._caption != before else None

    def finish(self) -> Transcript:
        result = self._next(self._results)
        text = "" if result.nothing else self._said if result.text is None else result.text
        if not text.strip():
            return Transcript(why_empty=result.nothing or "no speech", audio_s=self._heard_s)
        korean = any("가" <= character <= "힣" for character in text)
        language = result.language or ("ko" if korean else "en")
        return Transcript(text, language, result.confidence, audio_s=round(self._heard_s, 3))

    def cancel(self) -> None:
        self.start()

    def hurry(self) -> None:
        """It never works ahead."""

    def close(self) -> None:
        """There is nothing to let go of."""


class ScriptedClassifier(_Lines):
    """Implements `controller.ports.Classifier`: the real one, unless the scenario knows better."""

    def __init__(self, results: Results[Understanding], real: Classifier, world: World, usual: Usual) -> None:
        super().__init__(world, usual.understand_s)
        self._results = results
        self._real = real

    def classify(self, transcript: Transcript) -> Decision:
        result = self._next(self._results)
        if result.unknown:
            return Decision(reason="the scenario says so")
        if not result.action:
            return self._real.classify(transcript)
        slots = tuple(Slot(name, value, str(value)) for name, value in result.slots.items())
        return Decision(result.action, slots, "scenario", "the scenario says so", 1.0)


class ScriptedActions(_Lines):
    """Runs the user's actions on simulated pins. Programs are not started and nothing is sent."""

    def __init__(self, results: Results[Acting], real: Actions, world: World, usual: Usual) -> None:
        super().__init__(world, usual.act_s)
        self._results = results
        self._real = real

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        self._world.acted.append(action_key)
        self._next(self._results)
        yield from self._real.perform(action_key, slots, language, cancellation)

    def outputs(self) -> dict[str, float]:
        return self._real.outputs()

    def close(self) -> None:
        self._real.close()


class SimulatedStep:
    """Implements `controller.ports.ActionRunner` for what would leave the device: says what would have happened."""

    def __init__(self, kind: str, world: World) -> None:
        self._kind = kind
        self._world = world

    def run(self, step: object, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        if self._kind == "http" and "network" in self._world.missing:
            raise RogerError("ACT-04", "the web server cannot be reached", "is the network up?")
        return StepResult(self._kind, "")


class SimulatedGpio(GpioRunner):
    """Pulses take virtual time."""

    def __init__(self, outputs: Mapping[str, str | Output], effort: Effort) -> None:
        super().__init__(outputs, simulated_pins())
        self._effort = effort

    def run(self, step: Gpio, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        if step.set != "pulse":
            return super().run(step, slots, language, cancellation)
        self._effort.spend(step.seconds)
        return super().run(step.model_copy(update={"seconds": 0.0}), slots, language, cancellation)


class ScriptedChat(_Lines):
    """Implements `controller.ports.ChatModel`, with the limits of roger.yaml and the failures of the real one."""

    def __init__(self, results: Results[Answering], limits: ChatLimits, world: World, usual: Usual) -> None:
        super().__init__(world, usual.first_word_s)
        self._results = results
        self._limits = limits

    def answer(self, question: Transcript, cancellation: Cancellation) -> Iterator[str]:
        cancellation.on_cancel(lambda: None)  # as the real one, it ends at once when its turn does
        result = next(self._results)
        self._connect()
        self._world.asked.append(question.text)
        first_s = self._usual_s if result.takes_s is None else result.takes_s
        self._wait(math.inf if result.hangs and result.stops_after is None else first_s, self._limits.first_token_s)
        if result.fails and result.stops_after is None:
            raise failure(result.fails)
        yield from self._words(result)

    def _connect(self) -> None:
        if "network" in self._world.missing:
            self._world.effort.spend(self._limits.connect_s)
            raise RogerError("CHAT-02", "the chat server cannot be reached", "is the network up?")

    def _words(self, result: Answering) -> Iterator[str]:
        for number, word in enumerate(result.answer.split()):
            if number == result.stops_after and result.fails:
                raise failure(result.fails)
            stalls = number == result.stops_after or "network" in self._world.missing
            if number:
                self._wait(math.inf if stalls else result.between_s, self._limits.between_tokens_s)
            yield word if number == 0 else f" {word}"

    def _wait(self, seconds: float, limit_s: float) -> None:
        """The next word, or the end of patience."""
        self._world.effort.spend(min(seconds, limit_s))
        if seconds > limit_s:
            raise RogerError("CHAT-04", f"no word came for {limit_s:g} s", "ask again")


def noise(seconds: float) -> Frame:
    """Something to hear: a hum whose loudness comes and goes like that of speech."""
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    loudness = 3000 * (0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * times))
    return np.asarray(loudness * np.sin(2 * np.pi * 170 * times), np.int16)
