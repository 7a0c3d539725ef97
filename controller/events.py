"""What can happen to the machine: small frozen facts, the same in memory and in a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from controller.errors import Problem
from controller.turn import Decision, Part, Picture, StepResult, Transcript


@dataclass(frozen=True, slots=True)
class Event:
    """A fact from outside the machine.

    Attributes:
        trigger: The name that the transition table knows it by.
        at: When it happened (not when it was handled), in seconds on the machine's clock.
        turn_id: The turn that asked for it; 0 for what nobody asked for, such as a button.
    """

    trigger: ClassVar[str] = ""
    at: float = 0.0
    turn_id: int = 0


@dataclass(frozen=True, slots=True)
class ButtonPressed(Event):
    trigger: ClassVar[str] = "press"


@dataclass(frozen=True, slots=True)
class ButtonReleased(Event):
    trigger: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class TextTyped(Event):
    """Words that were written instead of said.

    Attributes:
        text: May be empty where a picture waits: then that is described.
    """

    trigger: ClassVar[str] = "typed"
    text: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class PictureGiven(Event):
    """An image for the next question came, or None takes it away."""

    trigger: ClassVar[str] = "picture"
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class PictureTaken(Event):
    """The camera took the image that the question goes with."""

    trigger: ClassVar[str] = "taken"
    picture: Picture = Picture("")


@dataclass(frozen=True, slots=True)
class StopPressed(Event):
    """Somebody wants it to stop whatever it does, and nothing else."""

    trigger: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class LevelMeasured(Event):
    """The microphone's level while it is open, at most ten times a second."""

    trigger: ClassVar[str] = "level"
    level: float = 0.0


@dataclass(frozen=True, slots=True)
class PartialHeard(Event):
    """What the recogniser has heard so far."""

    trigger: ClassVar[str] = "partial"
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpeechTranscribed(Event):
    trigger: ClassVar[str] = "transcribed"
    transcript: Transcript = Transcript()


@dataclass(frozen=True, slots=True)
class ActionChosen(Event):
    trigger: ClassVar[str] = "chosen"
    decision: Decision = Decision()


@dataclass(frozen=True, slots=True)
class NothingChosen(Event):
    trigger: ClassVar[str] = "unknown"
    decision: Decision = Decision()


@dataclass(frozen=True, slots=True)
class StepDone(Event):
    """One step of the action ran; a step with a problem is the last one."""

    trigger: ClassVar[str] = "step"
    result: StepResult = StepResult("")


@dataclass(frozen=True, slots=True)
class ActionsDone(Event):
    trigger: ClassVar[str] = "done"


@dataclass(frozen=True, slots=True)
class TokenArrived(Event):
    trigger: ClassVar[str] = "token"
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCompleted(Event):
    trigger: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True)
class JobFailed(Event):
    """A microphone, recogniser, classifier, action or server gave up.

    Attributes:
        job: The state that had asked for the work; in any other it changes nothing.
    """

    trigger: ClassVar[str] = "failed"
    problem: Problem = Problem("SYS-01", "")
    job: str = ""


@dataclass(frozen=True, slots=True)
class DeadlinePassed(Event):
    trigger: ClassVar[str] = "timeout"


@dataclass(frozen=True, slots=True)
class TimerRang(Event):
    """A kitchen timer's time has come."""

    trigger: ClassVar[str] = "ring"
    label: str = ""


@dataclass(frozen=True, slots=True)
class PartChanged(Event):
    """A part of the device came up, went away or came back."""

    trigger: ClassVar[str] = "part"
    part: Part = Part("", "ready")


@dataclass(frozen=True, slots=True)
class ScreenDue(Event):
    """Time to draw again: something on the screen moves."""

    trigger: ClassVar[str] = "tick"
