"""actions.yaml: what can be asked for, in which words, and what is then done."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from config.schema_types import (
    Header,
    Language,
    Level,
    LocalText,
    Name,
    Pin,
    Question,
    RuleName,
    Seconds,
    Settings,
    TimerLength,
    Url,
    text_or_list,
    text_or_mapping,
    wrong,
)


class Output(Settings):
    """Something on a GPIO pin that can be switched; with `pwm` also dimmed."""

    pin: Pin
    pwm: bool = False
    active_high: bool = True


class Slot(Settings):
    """A value that is said."""

    ask: LocalText = Field("", description='What the user is asked where it was not said: "Which room?"')


class ListSlot(Slot):
    """Named values, each with its words in every language: {living_room: {en: [living room, lounge], ko: [거실]}}."""

    type: Literal["list"] = "list"
    values: dict[str, dict[Language, list[str]]] = Field(min_length=1)


class IntegerSlot(Slot):
    """A whole number, said in words or digits."""

    type: Literal["integer"]
    min: int = 0
    max: int = Field(100, le=9_999)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.min > self.max:
            raise wrong("CFG-05", f"min is {self.min} and max is {self.max}: no number lies between", "min")
        return self


class PercentSlot(Slot):
    """0 to 100, said with or without "percent"."""

    type: Literal["percent"]


class DurationSlot(Slot):
    """A length of time, in seconds: "an hour and a half", "한 시간 반"."""

    type: Literal["duration"]


class TextSlot(Slot):
    """Any words: a name, a search. The value is what was said."""

    type: Literal["text"]


SLOT_KINDS = {
    "list": ListSlot,
    "integer": IntegerSlot,
    "percent": PercentSlot,
    "duration": DurationSlot,
    "text": TextSlot,
}


def _slot_tag(written: Any) -> str | None:
    kind = written.get("type", "list") if isinstance(written, dict) else getattr(written, "type", "list")
    return f"({SLOT_KINDS[kind].__name__})" if isinstance(kind, str) and kind in SLOT_KINDS else None


SlotKind: TypeAlias = Annotated[
    Annotated[ListSlot, Tag("(ListSlot)")]
    | Annotated[IntegerSlot, Tag("(IntegerSlot)")]
    | Annotated[PercentSlot, Tag("(PercentSlot)")]
    | Annotated[DurationSlot, Tag("(DurationSlot)")]
    | Annotated[TextSlot, Tag("(TextSlot)")],
    Discriminator(_slot_tag),
]


class Gpio(Settings):
    """Switch an output, or dim one that has `pwm`."""

    output: str = Field(description='An output\'s name; may hold slots: "{room}_light".')
    set: Literal["on", "off", "toggle", "pulse"] | None = None
    level: Level | None = Field(
        None, description='Brightness in percent: "50", "{brightness}", or relative: "+20", "-20".'
    )
    seconds: Seconds = Field(0.5, description="How long a pulse is.")

    @model_validator(mode="after")
    def _set_or_level(self) -> Self:
        if self.set is None and self.level is None:
            raise wrong("CFG-06", 'a gpio step needs "set" or "level"', hint="for example set: on")
        if self.set is not None and self.level is not None:
            raise wrong("CFG-05", 'a gpio step has "set" or "level", not both', "level", "make it two steps")
        return self


class Command(Settings):
    """Run a program. A list of arguments, never a shell; a slot is always one argument or part of one."""

    argv: list[str] = Field(min_length=1)
    limit_s: Seconds = 10
    show: bool = Field(True, description="Show what it prints.")


class Http(Settings):
    """Send a request to a web server, such as one in the house."""

    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    url: Url = Field(description="Slots are percent-encoded.")
    headers: dict[str, Header] = Field({}, description="Whatever signs you in is a secret: !env NAME or !file PATH.")
    json_body: dict[str, object] | None = Field(None, alias="json")
    limit_s: Seconds = 10
    show: bool = Field(False, description="Show the answer's text.")


class Timer(Settings):
    """Counts down on the screen and rings."""

    duration: TimerLength = Field(description='A duration slot, "{duration}", or seconds: "90".')
    label: LocalText = ""


class TellTime(Settings):
    """Show the time of day or the date."""

    tell: Literal["time", "date"]


class Ask(Settings):
    """The bigger model is asked what was said; nothing is carried out here."""

    image: Literal["none", "camera"] = Field("none", description="What it is shown: a picture that is taken then.")


class Step(Settings):
    """One step of a `do:` list: exactly one of these keys."""

    gpio: Gpio | None = None
    command: Command | None = None
    http: Http | None = None
    timer: Timer | None = None
    say: LocalText | None = Field(None, description="Said and shown.")
    show: LocalText | None = Field(None, description="Shown only.")
    clock: TellTime | None = None
    forget: Literal["conversation"] | None = Field(None, description="The bigger model forgets what was said before.")
    ask: Ask | None = Field(None, description="Ask the bigger model; the only step of its action.")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        names = tuple(type(self).model_fields)
        written = sorted(self.model_fields_set, key=names.index)
        if not written:
            raise wrong("CFG-06", f"a step is one of {', '.join(names)}")
        if len(written) > 1:
            message = f"one step has one key, this one has {' and '.join(written)}"
            raise wrong("CFG-05", message, written[1], 'put "- " before the second: it is a step of its own')
        return self


SlotChoice: TypeAlias = Annotated[
    Annotated[SlotKind, Tag("(object)")] | Annotated[Name, Tag("(string)")], Discriminator(text_or_mapping)
]


class HomeAssistant(Settings):
    """An intent of Home Assistant's whose sentences ask for an action."""

    intent: str = Field(description="Such as HassTurnOn.")
    domain: str = Field("", description="What kind of thing the sentences are about: light, fan, cover, ...")
    slots: dict[Name, Name] = Field({}, description="Home Assistant's slots to yours: {area: room}.")
    only: dict[Name, str] = Field({}, description="A slot of Home Assistant's with one value: {device_class: curtain}.")


IntentChoice: TypeAlias = Annotated[
    Annotated[HomeAssistant, Tag("(object)")] | Annotated[str, Tag("(string)")], Discriminator(text_or_mapping)
]


class Action(Settings):
    """Something that can be asked for, and what is then done."""

    title: LocalText = ""
    phrases: dict[Language, list[str]] = Field({}, description="What can be said, in every language.")
    home_assistant: IntentChoice | None = Field(None, description="An intent whose sentences can be said as well.")
    patterns: list[str] = Field([], description="Regular expressions (RE2) with named groups for slots.")
    slots: dict[Name, SlotChoice] = Field({}, description="A kind of slot, or the name of one under `slots:`.")
    confirm: Question = Field(False, description="Ask before it is carried out; a text is the question.")
    confidence: float = Field(0, ge=0, le=1, description="Ask where it was heard less surely than that; noise adds.")
    do: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_said(self) -> Self:
        if not any(self.phrases.values()) and not self.patterns and not self.home_assistant:
            raise wrong(
                "CFG-06", "an action needs phrases, patterns or home_assistant", hint="phrases: {en: [good night]}"
            )
        if len(self.do) > 1 and any(step.ask for step in self.do):
            raise wrong("CFG-05", "an action that asks the bigger model does nothing else", "do", "make it two actions")
        return self


OutputChoice: TypeAlias = Annotated[
    Annotated[Pin, Tag("(string)")] | Annotated[Output, Tag("(object)")], Discriminator(text_or_mapping)
]


Vocabulary: TypeAlias = Literal["home-assistant"]
VocabularyChoice: TypeAlias = Annotated[
    Annotated[Vocabulary, Tag("(string)")] | Annotated[list[Vocabulary], Tag("(array)")], Discriminator(text_or_list)
]


class ActionsFile(Settings):
    """actions.yaml."""

    use: VocabularyChoice = Field([], description="Sentences that come from elsewhere.")
    outputs: dict[Name, OutputChoice] = Field({}, description="What hangs on the GPIO pins, by name.")
    slots: dict[Name, SlotKind] = Field({}, description="Slots that several actions use.")
    rules: dict[Language, dict[RuleName, str]] = Field({}, description="Parts of phrases by name, used as <name>.")
    actions: dict[Name, Action] = Field({}, description="What can be asked for, by name.")
