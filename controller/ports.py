"""The seams between the machine and the world. Everything real, scripted or recorded stands behind one of these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from controller.events import Event
from controller.turn import Decision, Picture, Question, Scene, Slot, StepResult, Transcript

Frame: TypeAlias = NDArray[np.int16]
"""Mono 16 kHz audio of 10 to 50 ms, shape (samples,)."""

SAMPLE_RATE_HZ = 16_000

Post: TypeAlias = Callable[[Event], None]
"""How anything reports to the machine; safe from every thread, returns at once."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> float:
        """Seconds since the clock was made; never goes back."""

    def wall(self) -> datetime:
        """Date and time of day, with the time zone."""

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        """Run `callback` on the machine's thread once `now()` has reached `when`."""


class Cancellation(Protocol):
    """Tells a job that its turn is over. A job that blocks registers how to be woken."""

    @property
    def cancelled(self) -> bool: ...

    def on_cancel(self, wake: Callable[[], None]) -> None:
        """Call `wake` when the turn is cancelled, at once if it has been. `wake` may come from another thread."""


class Microphone(Protocol):
    """Hands out frames between `open` and `close`, first the pre-roll. Raises `RogerError` MIC-xx."""

    def open(self, sink: Callable[[Frame], None], lost: Callable[[Exception], None], fresh: bool = False) -> None:
        """Frames go to `sink`, which returns at once; a microphone that goes away calls `lost` once.

        `fresh` leaves the pre-roll out: the assistant's own voice is in it.
        """

    def close(self) -> None:
        """Hand out no more frames."""

    def shut_down(self) -> None:
        """Let go of the device for good."""


class Recognizer(Protocol):
    """Speech to text, one utterance at a time, called from one thread only (but for `hurry`).

    `start`, then `feed` for each frame, then `finish` or `cancel`. Raises `RogerError` ASR-xx.
    """

    def start(self) -> None: ...

    def feed(self, frame: Frame) -> str | None:
        """Take one frame; return what has been heard so far where that is new, else None."""

    def finish(self) -> Transcript: ...

    def cancel(self) -> None: ...

    def hurry(self) -> None:
        """The button was released: drop work on partial text soon. May come from any thread."""

    def close(self) -> None: ...


class Classifier(Protocol):
    """Transcript to declared actions, or to unknown (a `Decision` without action)."""

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        """What `transcript` asks for; it may say the slot that the user was just asked for, that of `lacking`."""


class ActionRunner(Protocol):
    """Runs one kind of step of an action's `do:` list."""

    def run(self, step: Any, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        """Carry out `step` (the settings model of this kind in config/schema.py). Raises `RogerError` ACT-xx."""


class ChatModel(Protocol):
    """The bigger model. Raises `RogerError` CHAT-xx, also in the middle of an answer."""

    def answer(self, question: Question, cancellation: Cancellation) -> Iterator[str]:
        """Stream the answer in pieces of text, as they come."""

    def close(self) -> None:
        """Let go of what it holds, such as a server of its own."""


class Camera(Protocol):
    """Takes one picture at a time. Raises `RogerError` CAM-xx."""

    def take(self, cancellation: Cancellation) -> bytes:
        """A picture as the camera encodes it, JPEG or PNG."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of speech: mono samples of any length, shape (samples,), at a rate in Hz."""

    samples: NDArray[np.int16]
    rate_hz: int


class Voice(Protocol):
    """Text to speech. Raises `RogerError` SPK-xx."""

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        """Speak `text`, a sentence or so, in pieces as they come; ends at once when cancelled."""

    def close(self) -> None: ...


class Speaker(Protocol):
    """Where speech comes out. Raises `RogerError` SPK-xx."""

    def play(self, sounds: Iterable[Sound], cancellation: Cancellation) -> None:
        """Play them one after the other; return once they were heard, or within 100 ms of the cancellation."""

    def close(self) -> None: ...


class Display(Protocol):
    """A 1-bit screen of 128x64 pixels. Raises `RogerError` DSP-xx."""

    def draw(self, picture: Image.Image) -> None:
        """Show `picture` (mode "1", 128x64)."""

    def close(self) -> None: ...


class Supervisor(Protocol):
    """Who started Roger, watches it and starts it again. Its methods never raise and never wait."""

    watchdog_s: float | None
    """It ends and restarts a Roger that was not `alive` for so many seconds; None where it does not watch."""

    def ready(self) -> None:
        """Roger can be used."""

    def status(self, text: str) -> None:
        """What it does now, in a line for people."""

    def alive(self) -> None: ...

    def stopping(self) -> None:
        """Roger was told to end, and does."""


class Effects(Protocol):
    """What a state can ask of the world. Every call returns at once; results come back as events with the turn's id."""

    def listen(self, turn_id: int) -> None:
        """Open the microphone into the recogniser."""

    def stop_listening(self, turn_id: int) -> None: ...

    def transcribe(self, turn_id: int) -> None: ...

    def classify(self, turn_id: int, transcript: Transcript, lacking: Decision | None, picture: Picture | None) -> None:
        """`picture` goes with the words: then nothing is carried out, and the bigger model is asked."""

    def act(self, turn_id: int, decision: Decision, language: str) -> None: ...

    def ask(self, turn_id: int, question: Transcript, picture: Picture | None, asks: str) -> None:
        """Ask the bigger model, about `picture` or, where `asks` is "camera", about one that is taken now."""

    def speak(self, turn_id: int, text: str, language: str) -> None:
        """Say a sentence once those before it were said."""

    def hush(self, turn_id: int) -> None:
        """Say no more."""

    def cancel(self, turn_id: int) -> None:
        """Nothing that this turn still has under way is wanted any more, but what it says."""

    def set_deadline(self, turn_id: int, at: float) -> None:
        """Post `DeadlinePassed` at that time on the machine's clock."""

    def start_timer(self, label: str, ends_at: float) -> None:
        """Post `TimerRang` at that time on the machine's clock."""

    def show(self, scene: Scene, at: float) -> None: ...
