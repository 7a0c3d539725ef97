"""What can be written in roger.yaml, actions.yaml and screens.yaml: names, kinds, ranges, defaults."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Language: TypeAlias = Literal["en", "ko"]
Pin: TypeAlias = Annotated[str, Field(pattern=r"^GPIO([0-9]|1[0-9]|2[0-7])$")]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=86_400)]


class Settings(BaseModel):
    """A mapping in the YAML: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# ---- roger.yaml ----


class ButtonSettings(Settings):
    """The one button: hold to talk, or tap to start and tap again to send."""

    pin: Pin = "GPIO21"
    pull_up: bool = True
    debounce_ms: int = Field(30, ge=0, le=200)
    tap: bool = Field(True, description="A short press starts recording until the next press.")
    hold_s: float = Field(0.3, ge=0.05, le=2, description="Shorter presses are taps.")


class MicrophoneSettings(Settings):
    name: str = Field(
        "", description="Part of the device's name as `roger doctor` shows it; empty: the system's default."
    )
    preroll_ms: int = Field(
        300, ge=0, le=1000, description="Audio kept from before the press: the first word is whole."
    )


class RecognizerSettings(Settings):
    engine: Literal["whisper", "vosk"] = "whisper"
    model: str = Field("whisper-tiny.en", description="A name of `roger models list`, or a folder.")
    language: Literal["en", "ko", "auto"] = "en"
    threads: int = Field(2, ge=1, le=8)
    partials: bool = Field(True, description="Show the words while the button is held.")


class DisplaySettings(Settings):
    driver: Literal["ssd1306", "sh1106", "ssd1309", "emulator", "terminal", "none"] = "ssd1306"
    bus: int = Field(1, ge=0, le=20)
    address: int = Field(0x3C, ge=0x03, le=0x77)
    rotate: Literal[0, 180] = 0
    contrast: int = Field(128, ge=0, le=255)


class ChatLimits(Settings):
    connect_s: Seconds = 5
    first_token_s: Seconds = 20
    between_tokens_s: Seconds = 10
    total_s: Seconds = 60


class ChatSettings(Settings):
    """The bigger model: any server that speaks OpenAI's chat protocol."""

    enabled: bool = Field(False, description="Off: nothing that you say leaves the device.")
    base_url: str = Field("https://api.openai.com/v1", pattern=r"^https?://")
    model: str = "gpt-4o-mini"
    api_key: SecretStr | None = Field(None, description="Only as !env NAME or !file PATH.")
    system: str = (
        "You are Roger, a voice assistant on a tiny screen. "
        "Answer in one or two short plain sentences, in the user's language."
    )
    max_tokens: int = Field(300, ge=1, le=8192)
    limits: ChatLimits = ChatLimits()


class Limits(Settings):
    """How long each state may last, in seconds. Every state but idle has an end."""

    recording_s: Seconds = 30
    transcribing_s: Seconds = 20
    classifying_s: Seconds = 10
    acting_s: Seconds = 30
    querying_s: Seconds = 75
    displaying_s: Seconds = Field(6, description="At least; longer texts stay as long as they take to read.")


class TraceSettings(Settings):
    folder: str = Field("", description="Where traces are kept; empty: none.")
    keep: int = Field(50, ge=1, le=10_000, description="How many traces are kept.")


class RogerSettings(Settings):
    """roger.yaml."""

    language: Language = Field("en", description="Of the screen; also how numbers are said.")
    button: ButtonSettings = ButtonSettings()
    microphone: MicrophoneSettings = MicrophoneSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    display: DisplaySettings = DisplaySettings()
    chat: ChatSettings = ChatSettings()
    limits: Limits = Limits()
    trace: TraceSettings = TraceSettings()


# ---- actions.yaml ----


class Output(Settings):
    """Something on a GPIO pin that can be switched; with `pwm` also dimmed."""

    pin: Pin
    pwm: bool = False
    active_high: bool = True


class ListSlot(Settings):
    """Named values, each with its words in every language: {living_room: {en: [living room, lounge], ko: [거실]}}."""

    type: Literal["list"] = "list"
    values: dict[str, dict[Language, list[str]]] = Field(min_length=1)


class IntegerSlot(Settings):
    type: Literal["integer"]
    min: int = 0
    max: int = Field(100, le=9_999)


class PercentSlot(Settings):
    """0 to 100, said with or without "percent"."""

    type: Literal["percent"]


class DurationSlot(Settings):
    """A length of time, in seconds: "an hour and a half", "한 시간 반"."""

    type: Literal["duration"]


class TextSlot(Settings):
    """Any words: a name, a search. The value is what was said."""

    type: Literal["text"]


SlotKind: TypeAlias = Annotated[
    ListSlot | IntegerSlot | PercentSlot | DurationSlot | TextSlot, Field(discriminator="type")
]

LocalText: TypeAlias = str | dict[Language, str]
"""One text for all languages, or one for each. {slot} is its value, {slot.text} the words it was said in."""


class Gpio(Settings):
    """Switch an output, or dim one that has `pwm`."""

    output: str = Field(description='An output\'s name; may hold slots: "{room}_light".')
    set: Literal["on", "off", "toggle", "pulse"] | None = None
    level: str | None = Field(
        None, description='Brightness in percent: "50", "{brightness}", or relative: "+20", "-20".'
    )
    seconds: Seconds = Field(0.5, description="How long a pulse is.")


class Command(Settings):
    """Run a program. A list of arguments, never a shell; a slot is always one argument or part of one."""

    argv: list[str] = Field(min_length=1)
    limit_s: Seconds = 10
    show: bool = Field(True, description="Show what it prints.")


class Http(Settings):
    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    url: str = Field(pattern=r"^https?://", description="Slots are percent-encoded.")
    headers: dict[str, str | SecretStr] = {}
    json_body: dict[str, object] | None = Field(None, alias="json")
    limit_s: Seconds = 10
    show: bool = Field(False, description="Show the answer's text.")


class Timer(Settings):
    """Counts down on the screen and rings."""

    duration: str = Field(description='A duration slot, "{duration}", or seconds: "90".')
    label: LocalText = ""


class TellTime(Settings):
    """Show the time of day or the date."""

    tell: Literal["time", "date"]


class Step(Settings):
    """One step of a `do:` list: exactly one of these keys."""

    gpio: Gpio | None = None
    command: Command | None = None
    http: Http | None = None
    timer: Timer | None = None
    say: LocalText | None = Field(None, description="Said and shown.")
    show: LocalText | None = Field(None, description="Shown only.")
    clock: TellTime | None = None


class Action(Settings):
    """Something that can be asked for, and what is then done."""

    title: LocalText = ""
    phrases: dict[Language, list[str]] = {}
    patterns: list[str] = Field([], description="Regular expressions (RE2) with named groups for slots.")
    slots: dict[Name, SlotKind | Name] = Field({}, description="A kind of slot, or the name of one under `slots:`.")
    do: list[Step] = Field(min_length=1)


class ActionsFile(Settings):
    """actions.yaml."""

    outputs: dict[Name, Pin | Output] = {}
    slots: dict[Name, SlotKind] = {}
    rules: dict[Language, dict[Name, str]] = Field({}, description="Parts of phrases by name, used as <name>.")
    actions: dict[Name, Action] = {}
