"""One push of the button and everything that came of it. Values only: replaced, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from controller.errors import Problem


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the recogniser heard.

    Attributes:
        text: The words, with the recogniser's own capitals and punctuation; empty where nothing was heard.
        language: BCP 47 primary tag, "en" or "ko".
        confidence: Geometric mean of the token probabilities, 0 to 1; 0 where nothing was heard.
        why_empty: Why `text` is empty: "too quiet", "no speech" or "unclear".
        audio_s: Length of the utterance in seconds.
        timings_s: Seconds spent a stage after the release, for the trace ("features", "encoder", "decoder").
        snr_db: By how much speech was louder than what was heard before and between, in dB; None where nobody knows.
        command: The sentence of the user's actions that was said, where `text` is not quite one; else empty.
        command_confidence: As `confidence`, of `command`.
        nearest: Why the nearest sentence was taken or refused, with its scores; for the trace.
    """

    text: str = ""
    language: str = "en"
    confidence: float = 0.0
    why_empty: str = ""
    audio_s: float = 0.0
    timings_s: dict[str, float] = field(default_factory=dict)
    snr_db: float | None = None
    command: str = ""
    command_confidence: float = 0.0
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the bigger model is asked.

    Attributes:
        text: May be empty where there is an image: then it is described.
        language: BCP 47 primary tag of the question, and of the answer.
        image: JPEG, already scaled and without metadata; empty for none.
    """

    text: str = ""
    language: str = "en"
    image: bytes = b""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that goes with a question, as far as machine, screen and trace need to know it.

    Attributes:
        digest: First 16 hexadecimal digits of the SHA-256 of its JPEG.
        source: "camera", or where else it came from.
        thumbnail: Rows of the dithered thumbnail, 1 bit a pixel, most significant bit first, as hexadecimal digits.
        width: Of the thumbnail, in pixels, a multiple of 8.
    """

    digest: str
    source: str = "camera"
    thumbnail: str = ""
    width: int = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that was said, such as a room or a duration.

    Attributes:
        name: The slot's name in actions.yaml.
        value: The canonical value: the named value's key, an integer, a percentage, or a duration in seconds.
        text: The words it was said in.
    """

    name: str
    value: str | int | float
    text: str = ""


@dataclass(frozen=True, slots=True)
class StageAnswer:
    """What one stage of the intent stage said.

    Attributes:
        stage: "rules", "meaning" or "llama".
        action: Empty for "unknown".
        score: 0 to 1.
        elapsed_s: How long it took; 0 where time is simulated.
    """

    stage: str
    action: str = ""
    reason: str = ""
    score: float = 0.0
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What the intent stage made of a transcript.

    Attributes:
        action: Key of the action in actions.yaml; empty for "unknown".
        slots: What was filled, in the order it was said.
        stage: Which stage decided: "rules", "meaning" or "llama"; empty for "unknown".
        reason: The pattern or phrase that matched, or why nothing did.
        score: 0 to 1; rules give 1.
        question: What the user is asked before the action is carried out; empty where it is carried out at once.
        missing: The slot that `question` asks for; empty where it asks for a yes.
        then: What the sentence also asks for, to be carried out afterwards.
        stages: All that were asked, in their order.
        asks: Nothing is carried out here, the bigger model is asked: "chat", or "camera" with a picture of now; else
            empty.
    """

    action: str = ""
    slots: tuple[Slot, ...] = ()
    stage: str = ""
    reason: str = ""
    score: float = 0.0
    question: str = ""
    missing: str = ""
    then: tuple[Decision, ...] = ()
    stages: tuple[StageAnswer, ...] = ()
    asks: str = ""

    @property
    def orders(self) -> tuple[Decision, ...]:
        """Everything to carry out, one after the other."""
        return (self, *self.then)

    @property
    def summary(self) -> str:
        """Actions with their slots: "light_on room=kitchen, then fan_off"."""
        return ", then ".join(
            " ".join([order.action or "unknown", *(f"{slot.name}={slot.value}" for slot in order.slots)])
            for order in self.orders
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an earlier turn asked the user about: a tap says yes to it, or words say what was missing.

    Attributes:
        shown_at: When the question came onto the screen, in seconds on the machine's clock.
    """

    transcript: Transcript
    decision: Decision
    shown_at: float


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step of an action's `do:` list did.

    Attributes:
        kind: "gpio", "command", "http", "timer", "say", "show" or "clock".
        text: For the screen; may be empty.
        timer_s: For a timer, how long it runs, in seconds.
        problem: Why the step failed; None where it succeeded.
        elapsed_s: How long it took.
    """

    kind: str
    text: str = ""
    timer_s: float | None = None
    problem: Problem | None = None
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything known of the current turn.

    Attributes:
        id: Counts from 1; 0 before the first press.
        pressed_at: Seconds on the machine's clock.
        latched: The button was tapped, not held: recording goes on until the next press.
        caption: What the recogniser has heard so far, while the button is held.
        transcript: The final words, once known.
        decision: What they mean, once known.
        results: Of the action's steps, as far as they ran.
        answer: The bigger model's answer, as far as it has come.
        outcome: How the turn ended, naming the card that is shown: "done", "failed", "answer", "unknown",
            "nothing_heard", "too_short", "cancelled", "confirm", "timer"; empty while it goes on.
        problem: Why it failed, for `outcome` "failed"; also set where an answer broke off.
        proposal: What the screen asked when the button was pressed; None where it asked nothing.
        picture: What the bigger model is asked about; None for words alone.
        spoken: How many characters of the answer were handed to the voice.
    """

    id: int = 0
    pressed_at: float = 0.0
    latched: bool = False
    caption: str = ""
    transcript: Transcript | None = None
    decision: Decision | None = None
    results: tuple[StepResult, ...] = ()
    answer: str = ""
    outcome: str = ""
    problem: Problem | None = None
    proposal: Proposal | None = None
    picture: Picture | None = None
    spoken: int = 0


@dataclass(frozen=True, slots=True)
class RunningTimer:
    """A kitchen timer that the user set; it rings until a press once `ends_at` has passed."""

    label: str
    ends_at: float
    rung: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The health of one part of the device: "microphone", "recognizer", "button", "display", "chat", ...

    Attributes:
        status: "loading", "ready", "off" (by configuration) or "missing" (with a problem); "joining" is "loading" that
            nobody waits for.
        progress: 0 to 1 while loading; None where it is not known.
        detail: A name or an address that goes with it, in no language.
        since: From then on it is news that the idle screen shows, in seconds on the machine's clock.
        until: And until then.
    """

    name: str
    status: str
    progress: float | None = None
    problem: Problem | None = None
    detail: str = ""
    since: float = 0.0
    until: float = 0.0


LAST_RUN: Final = "last run"
"""A `Part` that is always off; its problem is how the last run ended, where that was badly."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a screen may show: the picture is a pure function of this and of the time.

    Attributes:
        state: The machine's state.
        since: When it was entered, seconds on the machine's clock.
        until: Its deadline on the same clock; None in idle.
        level: Microphone level 0 to 1 (0 is -60 dBFS, 1 is full scale).
        picture: What the next question will go with; None for nothing.
    """

    state: str = "idle"
    since: float = 0.0
    until: float | None = None
    turn: Turn = Turn()
    level: float = 0.0
    timers: tuple[RunningTimer, ...] = ()
    parts: tuple[Part, ...] = ()
    picture: Picture | None = None

    @property
    def trouble(self) -> Problem | None:
        """Why the turn failed; before the first turn, how the last run ended, where that was badly."""
        if self.turn.id or self.turn.problem:
            return self.turn.problem
        return next((part.problem for part in self.parts if part.name == LAST_RUN), None)
