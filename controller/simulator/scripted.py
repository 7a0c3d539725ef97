"""Engines that do what a scenario says: each stands behind a port, and takes the time it says it takes."""

from __future__ import annotations

import io
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np
from PIL import Image

from config.schema import ChatLimits, Gpio, Output
from controller.adapters.action_gpio import GpioRunner
from controller.adapters.actions import Actions
from controller.adapters.board import simulated_pins
from controller.errors import CODES, RogerError
from controller.ports import SAMPLE_RATE_HZ, Cancellation, Classifier, Frame, Sound
from controller.simulator.effort import Effort
from controller.simulator.latencies import Draw, Latencies
from controller.simulator.scenario import Acting, Answering, Hearing, Result, Understanding
from controller.simulator.world import World, is_korean, spoken_s
from controller.turn import Decision, Question, Slot, StepResult, Transcript

R = TypeVar("R", bound=Result)


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

    def __init__(self, world: World, usual: Draw) -> None:
        self._world = world
        self._usual = usual

    def _next(self, results: Results[R]) -> R:
        """The next result, once its time is over. Raises what it says."""
        result = next(results)
        self._world.effort.spend(self._usual() if result.takes_s is None else result.takes_s)
        if result.hangs:
            self._world.effort.spend(math.inf)
        if result.fails:
            raise failure(result.fails)
        return result


class ScriptedRecognizer(_Lines):
    """Implements `controller.ports.Recognizer`: hears what is said, or what the scenario makes of it."""

    def __init__(self, results: Results[Hearing], world: World, latencies: Latencies) -> None:
        super().__init__(world, latencies.hear)
        self._results = results
        self.start()

    def start(self) -> None:
        self._audio_s = 0.0
        self._sound_s = 0.0
        self._caption = ""
        self._said = self._world.saying

    def feed(self, frame: Frame) -> str | None:
        """A word more each time that the sound of one has come in; silence has none."""
        self._audio_s += len(frame) / SAMPLE_RATE_HZ
        self._sound_s += len(frame) / SAMPLE_RATE_HZ if frame.any() else 0.0
        before, words = self._caption, self._said.split()
        self._caption = " ".join(words[: int(self._sound_s / spoken_s(self._said) * len(words) + 1e-6)])
        return self._caption if self._caption != before else None

    def finish(self) -> Transcript:
        result = self._next(self._results)
        text = "" if result.nothing else self._caption if result.text is None else result.text
        audio_s = round(self._audio_s, 3)
        if not text.strip():
            why_empty = "no speech" if self._sound_s else "too quiet"
            return Transcript(why_empty=result.nothing or why_empty, audio_s=audio_s)
        language = result.language or ("ko" if is_korean(text) else "en")
        return Transcript(text, language, result.confidence, audio_s=audio_s)

    def cancel(self) -> None:
        self.start()

    def hurry(self) -> None:
        """It never works ahead."""

    def close(self) -> None:
        """There is nothing to let go of."""


class ScriptedClassifier(_Lines):
    """Implements `controller.ports.Classifier`: the real one, unless the scenario knows better."""

    def __init__(self, results: Results[Understanding], real: Classifier, world: World, latencies: Latencies) -> None:
        super().__init__(world, latencies.understand)
        self._results = results
        self._real = real

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        result = self._next(self._results)
        if result.unknown:
            return Decision(reason="the scenario says so")
        if not result.action:
            return self._real.classify(transcript, lacking)
        slots = tuple(Slot(name, value, str(value)) for name, value in result.slots.items())
        question = f"{result.missing}?" if result.missing else ""
        decision = Decision(result.action, slots, "scenario", "the scenario says so", 1.0)
        return replace(decision, question=question, missing=result.missing)


class ScriptedActions(_Lines):
    """Runs the user's actions on simulated pins. Programs are not started and nothing is sent."""

    def __init__(self, results: Results[Acting], real: Actions, world: World, latencies: Latencies) -> None:
        super().__init__(world, latencies.act)
        self._results = results
        self._real = real

    def perform(
        self, action_key: str, slots: tuple[Slot, ...], language: str, cancellation: Cancellation
    ) -> Iterator[StepResult]:
        self._next(self._results)
        for number, result in enumerate(self._real.perform(action_key, slots, language, cancellation)):
            if number == 0 and not result.problem:
                self._world.acted.append(action_key)
            yield result

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

    def __init__(self, results: Results[Answering], limits: ChatLimits, world: World, latencies: Latencies) -> None:
        super().__init__(world, latencies.first_word)
        self._between_words = latencies.between_words
        self._results = results
        self._limits = limits
        self._waited_s = 0.0

    def answer(self, question: Question, cancellation: Cancellation) -> Iterator[str]:
        cancellation.on_cancel(lambda: None)  # as the real one, it ends at once when its turn does
        result = next(self._results)
        self._waited_s = 0.0
        self._connect(result)
        self._world.asked.append(question.text)
        for word in self._words(result):
            if cancellation.cancelled:
                return
            yield word

    def close(self) -> None:
        """There is nothing to let go of."""

    def _connect(self, result: Answering) -> None:
        if "network" in self._world.missing:
            raise RogerError(
                "CHAT-02", "the chat server cannot be reached: Network is unreachable", "check the network"
            )
        self._wait(result.connects_s, "to connect", self._limits.connect_s)

    def _words(self, result: Answering) -> Iterator[str]:
        words = result.answer.split()
        stops_at = 0 if result.stops_after is None and (result.fails or result.hangs) else result.stops_after
        for number in range(len(words) + 1):
            stops = number == stops_at
            if stops or number < len(words):
                self._wait_for_word(number, result, silent=stops and not result.fails)
            if stops:
                raise failure(result.fails or "")
            if number < len(words):
                yield words[number] if number == 0 else f" {words[number]}"

    def _wait_for_word(self, number: int, result: Answering, silent: bool) -> None:
        if number == 0:
            usual, seconds, awaited, limit_s = self._usual, result.takes_s, "to begin", self._limits.first_token_s
        else:
            usual, seconds = self._between_words, result.between_s
            awaited, limit_s = "to go on", self._limits.between_tokens_s
        if silent or (number and "network" in self._world.missing):
            seconds = math.inf
        self._wait(usual() if seconds is None else seconds, awaited, limit_s)

    def _wait(self, seconds: float, awaited: str, limit_s: float) -> None:
        """Until it has come, or the end of patience: `limit_s`, or what is left of the time for a whole answer."""
        total_s = self._limits.total_s
        left_s = total_s - self._waited_s
        if left_s < limit_s:
            awaited, limit_s = "for the whole answer", total_s
        waited_s = min(seconds, limit_s, left_s)
        self._waited_s += waited_s
        self._world.effort.spend(waited_s)
        if seconds > waited_s:
            message = f"the chat server took longer than {limit_s:g} s {awaited}"
            raise RogerError("CHAT-04", message, "ask again, or raise chat.limits")


class ScriptedCamera:
    """Implements `controller.ports.Camera`: takes about as long as a server to begin, and sees grey."""

    def __init__(self, world: World, latencies: Latencies) -> None:
        self._world = world
        self._usual = latencies.first_word

    def take(self, cancellation: Cancellation) -> bytes:
        cancellation.on_cancel(lambda: None)  # as the real one, it ends at once when its turn does
        self._world.effort.spend(self._usual())
        content = io.BytesIO()
        Image.linear_gradient("L").save(content, "PNG")
        return content.getvalue()


class ScriptedVoice:
    """Implements `controller.ports.Voice` and `Speaker`: takes its time, and is not heard."""

    def __init__(self, world: World) -> None:
        self._world = world

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        cancellation.on_cancel(lambda: None)  # as the real one, it ends at once when it is hushed
        self._world.effort.spend(spoken_s(text))
        self._world.spoken.append(text)
        yield Sound(np.zeros(0, np.int16), SAMPLE_RATE_HZ)

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        for _ in sounds:
            """Nobody hears it."""

    def close(self) -> None:
        """There is nothing to let go of."""
