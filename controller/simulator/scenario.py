"""Scenarios: what happens to a device, what its engines make of it, and what must come of it, in YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from config.issues import ConfigError, Issue
from config.schema import RogerSettings
from config.schema_types import Language, Settings, text, wrong
from config.secret_tags import secrets_of
from config.validation import validate
from config.yaml_nodes import Document, Node
from config.yaml_reader import read_document
from controller.audio import read_wav
from controller.errors import CODES, RogerError
from controller.simulator.posted import checked

State: TypeAlias = Literal["idle", "recording", "transcribing", "classifying", "acting", "querying", "displaying"]
Outcome: TypeAlias = Literal[
    "done", "failed", "answer", "unknown", "nothing_heard", "too_short", "cancelled", "confirm", "timer"
]
Source: TypeAlias = Literal["microphone", "display", "network"]
Time: TypeAlias = Annotated[float, Field(ge=0, le=86_400)]
PartName: TypeAlias = Literal["microphone", "recognizer", "classifier", "button", "display", "chat"]
_CODE: Final = "|".join(sorted(CODES))
Code: TypeAlias = Annotated[str, text(rf"^({_CODE})$", "an error code such as MIC-02")]
Failure: TypeAlias = Annotated[
    str,
    text(
        rf"^({_CODE})( |$)",
        'an error code and, if you like, its words: "ASR-02 the recogniser crashed; restart Roger"',
    ),
]
Level: TypeAlias = Annotated[str, text(r"^(on|off|(100|[1-9]?[0-9])%)$", "on, off or a percentage such as 50%")]
Many: TypeAlias = list[str]


class Result(Settings):
    """What an engine makes of one turn: it takes its time and answers, fails, or never ends."""

    takes_s: Time | None = Field(None, description="Seconds until it answers; without it, as it usually is.")
    fails: Failure | None = Field(None, description="An error code and its words instead of an answer.")
    hangs: bool = Field(False, description="It never answers.")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.fails and self.hangs:
            raise wrong("CFG-05", 'what "hangs" never gets to where it "fails"', "hangs", "leave one of them out")
        return self


class Hearing(Result):
    """What the recogniser makes of an utterance; without `text`, the words that were said while it listened."""

    text: str | None = None
    language: Language | None = None
    confidence: float = Field(1.0, ge=0, le=1)
    nothing: Literal["", "too quiet", "no speech", "unclear"] = Field("", description="Why it heard nothing.")


class Understanding(Result):
    """What the intent stage makes of the words; without `action` or `unknown`, what the real one makes of them."""

    action: str = ""
    slots: dict[str, str | int | float] = Field({}, description="Values by slot.")
    missing: str = Field("", description="A slot that was not said, and is asked for.")
    unknown: bool = False


class Acting(Result):
    """How the chosen action goes; its own steps run if it does not fail. Programs and web requests never run here."""


class Answering(Result):
    """The bigger model's answer; `takes_s` is the time to the first word. Limits are those of `chat.limits`."""

    answer: str = "This answer is part of the simulation."
    between_s: Time | None = Field(None, description="Seconds from word to word; without it, as it usually is.")
    connects_s: Time = Field(0, description="Seconds until the server takes the call.")
    stops_after: int | None = Field(None, ge=0, description="After that many words it fails, or says nothing more.")


class Moment(Settings):
    """What must hold at one moment."""

    state: State | None = None
    screen: str | Many = Field([], description="Words that are on the screen, in any spelling of capitals.")
    not_on_screen: str | Many = Field([], description="Words that are not.")
    outcome: Outcome | None = Field(None, description='How the turn ended: "done", "failed", "unknown" ...')
    code: Code | None = Field(None, description="The error code that the turn failed with.")
    outputs: dict[str, Level] = Field({}, description="What hangs on the pins.")
    parts: dict[PartName, Literal["loading", "ready", "off", "missing"]] = Field({}, description="Their health.")


class Ending(Moment):
    """What must hold at the end, and what must have happened until then."""

    states: list[State] | None = Field(None, description="All states, in their order.")
    outcomes: list[Outcome] | None = Field(None, description="How each turn ended, in order.")
    codes: list[Code] | None = Field(None, description="The codes of all failed turns, in order.")
    heard: Many | None = Field(None, description="What the recogniser gave, in order.")
    actions: Many | None = Field(None, description="The actions that ran, in order.")
    asked: Many | None = Field(None, description="What was sent to the bigger model, in order.")
    spoken: Many | None = Field(None, description="What the voice began to say, in order.")
    answers: Many | None = Field(None, description="What it answered, as far as it came.")
    longest_s: dict[State, Time] = Field({}, description="No stay in a state is longer.")


DEEDS: Final = ("say", "wav", "saying", "button", "contact", "lose", "restore", "clock_s", "stall_s", "post", "expect")


class Step(Settings):
    """One thing that happens, or must hold; at a time, some time after the one before, or once a state is reached.

    While somebody speaks or presses, steps with `at` or `when` go on.
    """

    at: Time | None = Field(None, description="Seconds since the start.")
    after: Time = Field(0, description="Seconds after the end of the step before, or after `when`.")
    when: State | None = Field(None, description="Not before the machine is in this state.")
    say: str | None = Field(None, description="Hold the button and speak.")
    wav: str | None = Field(None, description="Hold the button and play a recording, through the real recogniser.")
    saying: str | None = Field(None, description="What is said from here on while `button` is down.")
    for_s: Time | None = Field(None, description="How long `say` or `wav` holds the button; else as long as it takes.")
    button: Literal["press", "release", "tap"] | None = None
    contact: list[Time] | None = Field(None, description="When the contact closes, opens, closes ... from here on.")
    lose: Source | None = None
    restore: Source | None = None
    clock_s: float | None = Field(None, description="The clock on the wall is set by so many seconds.")
    stall_s: Time | None = Field(None, description="A slow disk holds everything up.")
    post: Annotated[dict[str, Any], AfterValidator(checked)] | None = Field(
        None, description="An event as it stands in a trace."
    )
    expect: Moment | None = None

    @model_validator(mode="after")
    def _one_deed(self) -> Self:
        deeds = [name for name in DEEDS if getattr(self, name) is not None]
        if not deeds:
            raise wrong("CFG-06", f"a step needs one of {', '.join(DEEDS)}")
        if len(deeds) > 1:
            raise wrong("CFG-05", f"a step is one thing, this one is {' and '.join(deeds)}", deeds[1])
        if self.at is not None and self.when is not None:
            raise wrong("CFG-05", 'a step has "at" or "when", not both', "when")
        if self.for_s is not None and deeds[0] not in ("say", "wav"):
            raise wrong("CFG-05", f'"for_s" belongs to "say" or "wav", not to "{deeds[0]}"', "for_s")
        return self


class Scenario(Settings):
    """A scenario file."""

    title: str
    about: str = ""
    config: dict[str, Any] = Field({}, description="What differs from roger.yaml.")
    answers: Literal["scripted", "posted"] = Field(
        "scripted", description='"posted": the engines say nothing by themselves, all their results are `post` steps.'
    )
    load_s: Time = Field(0, description="How long the recogniser takes to load.")
    load_fails: Failure | None = Field(None, description="Why the recogniser cannot be loaded.")
    without: list[Source] = Field([], description="What is missing from the start.")
    hear: list[Hearing] = Field([], description="One for each utterance, in order; then what was said is heard.")
    understand: list[Understanding] = Field([], description="One for each transcript; then as the real one does.")
    act: list[Acting] = Field([], description="One for each action; then they succeed.")
    answer: list[Answering] = Field([], description="One for each question; then a fixed answer comes.")
    timeline: list[Step] = Field(min_length=1)
    expect: Ending = Ending()


@dataclass(frozen=True)
class Script:
    """A scenario, and where it was written.

    Attributes:
        folder: Where recordings are looked for.
        lines: The line of each step of the timeline, from 1; empty for a scenario that was never written.
    """

    scenario: Scenario
    name: str
    folder: Path
    lines: Sequence[int] = ()
    expect_line: int = 0


def load_script(path: Path) -> Script:
    """Read a scenario file. Raises `ConfigError` with everything that is wrong, in its line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        issue = Issue("CFG-01", f"{path} cannot be read: {error.strerror}", "give the file of a scenario", path)
        raise ConfigError([issue]) from None
    document, issues = read_document(path, content, secrets_of(path.parent))
    scenario, found = validate(Scenario, document) if document.readable else (None, [])
    issues = [*issues, *found, *_settings(document), *_recordings(document)]
    if scenario is None or issues:
        raise ConfigError(issues)
    return _script(scenario, path, document)


def _settings(document: Document) -> list[Issue]:
    """What is wrong with the changes to roger.yaml."""
    changes = document.root.get("config")
    return validate(RogerSettings, replace(document, root=changes))[1] if changes.fields else []


def _recordings(document: Document) -> Iterator[Issue]:
    """The recordings that cannot be played."""
    for step in document.root.get("timeline").items:
        recording = step.get("wav")
        if not recording.text:
            continue
        try:
            read_wav(document.path.parent / recording.text)
        except RogerError as error:
            problem = error.problem
            yield document.issue(problem.code, recording.place, problem.message, problem.hint)


def _script(scenario: Scenario, path: Path, document: Document) -> Script:
    lines = [_line(node) for node in document.root.get("timeline").items]
    return Script(scenario, path.stem, path.parent, lines, _line(document.root.get("expect")))


def _line(node: Node) -> int:
    return node.place.line
