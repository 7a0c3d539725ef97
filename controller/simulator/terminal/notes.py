"""Writes down what is done by hand, so that it can be done again: as the steps of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from controller.events import Event, JobFailed, SpeechTranscribed
from controller.simulator.director import LINGER_S
from controller.simulator.expectations import Log, level_name
from controller.simulator.scenario import Ending, Hearing, Scenario, Step
from controller.simulator.scripted import Results
from controller.simulator.surroundings import Surrounded
from controller.simulator.world import spoken_s
from controller.turn import Transcript

ENGINES: Final = ("hear", "understand", "act", "answer")
"""What scenarios call the results of the engines."""


LATER_S: Final = 0.1
"""An answer that nobody waited for any more came that much later; when it really came is not known."""


class Notes:
    """What was done so far. The times are whole milliseconds, as they will stand in the file."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._saying = ""

    def speak(self, at: float, words: str) -> None:
        """From here on this is said while the button is down."""
        if words != self._saying:
            self._saying = words
            self.steps.append(Step(at=at, saying=words))

    def step(self, at: float, **deed: Any) -> None:
        """Something else was done."""
        self.steps.append(Step(at=at, **deed))


def scenario(title: str, notes: Notes, surrounded: Surrounded, ending: Ending) -> Scenario:
    """The scenario in which the same is done, the engines do the same, and the same must come of it."""
    results = {name: _worth_telling(getattr(surrounded, name)) for name in ENGINES}
    steps = shortened(notes.steps, surrounded.config.roger.button.hold_s)
    return Scenario(title=title, timeline=steps, expect=ending, **results)


def came_of(log: Log, surrounded: Surrounded, outputs: Mapping[str, float]) -> Ending:
    """What happened, as what has to happen."""
    return Ending(
        states=log.states,
        outcomes=log.outcomes,
        codes=log.codes,
        heard=log.heard,
        actions=surrounded.world.acted,
        asked=surrounded.world.asked,
        answers=log.answers,
        outputs={name: level_name(value) for name, value in outputs.items()},
    )


def heard(event: Event, took_s: float) -> Hearing:
    """What a real recogniser made of an utterance, if `event` ended the state after `took_s` seconds."""
    match event:
        case SpeechTranscribed(transcript=Transcript(text=text, language=language, confidence=confidence)) if text:
            return Hearing.model_validate(
                {"text": text, "language": language, "confidence": round(confidence, 3), "takes_s": round(took_s, 3)}
            )
        case SpeechTranscribed(transcript=transcript):
            return Hearing.model_validate({"nothing": transcript.why_empty or "no speech", "takes_s": round(took_s, 3)})
        case JobFailed(problem=problem):
            return Hearing(fails=f"{problem.code} {problem.message}; {problem.hint}", takes_s=round(took_s, 3))
    return Hearing(takes_s=round(took_s, 3) + LATER_S)


def shortened(steps: Iterable[Step], shortest_s: float) -> list[Step]:
    """A press and the release that follows it are one `say`, if the button was held for longer than `shortest_s`."""
    told: list[Step] = []
    saying = ""
    for step in steps:
        saying = saying if step.saying is None else step.saying
        held_s = _held_s(told[-1], step) if told else 0.0
        if not saying or held_s <= shortest_s:
            told.append(step)
            continue
        press = told.pop()
        if told and told[-1].saying is not None:
            told.pop()
        told.append(_say(saying, press.at or 0.0, held_s))
    return told


def _held_s(press: Step, release: Step) -> float:
    """0 where these are other steps."""
    if (press.button, release.button) != ("press", "release"):
        return 0.0
    return (release.at or 0.0) - (press.at or 0.0)


def _say(words: str, at: float, held_s: float) -> Step:
    usual = abs(held_s - spoken_s(words) - LINGER_S) < 0.002
    return Step(at=at, say=words, for_s=None if usual else held_s)


def _worth_telling(results: Results[Any]) -> Sequence[Any]:
    """Up to the last one that was not as usual."""
    told = [*results.given, *results.waiting]
    while told and not told[-1].model_fields_set:
        told.pop()
    return told
