"""roger.yaml: the device, its models and its limits."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from config.schema_types import Language, Pin, Seconds, Settings, Url, wrong


class ButtonSettings(Settings):
    """The one button: hold to talk, or tap to start and tap again to send."""

    pin: Pin = "GPIO21"
    pull_up: bool = True
    debounce_ms: int = Field(30, ge=0, le=200)
    tap: bool = Field(True, description="A short press starts recording until the next press.")
    hold_s: float = Field(0.3, ge=0.05, le=2, description="Shorter presses are taps.")


class MicrophoneSettings(Settings):
    """Which microphone, and how much is kept from before the press."""

    name: str = Field(
        "", description="Part of the device's name as `arecord -l` shows it; empty: the system's default."
    )
    preroll_ms: int = Field(
        300, ge=0, le=1000, description="Audio kept from before the press: the first word is whole."
    )


class RecognizerSettings(Settings):
    """Speech to text."""

    engine: Literal["whisper", "vosk"] = "whisper"
    model: str = Field("whisper-tiny.en", description="A name of `roger models list`, or a folder.")
    language: Literal["en", "ko", "auto"] = "en"
    threads: int = Field(2, ge=1, le=8)
    partials: bool = Field(True, description="Show the words while the button is held.")
    load: float = Field(
        0.6, ge=0.1, le=8.0, description="Processor cores that it may keep busy while the button is held."
    )
    grammar: bool = Field(True, description="Hold what is heard against what actions.yaml can be asked (Whisper).")

    @model_validator(mode="after")
    def _model_fits(self) -> Self:
        if self.model.startswith("whisper-") and self.engine != "whisper":
            hint = 'set engine: whisper, or a model of "roger models list" that this engine runs'
            raise wrong("CFG-05", f'the engine "{self.engine}" cannot run the model "{self.model}"', "engine", hint)
        if self.model.endswith(".en") and self.language != "en":
            hint = "a model whose name does not end with .en hears other languages too, for example whisper-base"
            raise wrong("CFG-05", f'the model "{self.model}" only understands English', "language", hint)
        return self


class UnderstandingSettings(Settings):
    """The intent stage. Phrases and patterns always go first."""

    meaning: bool = Field(True, description="Also understand other wordings, where the model is installed.")
    model: str = Field("e5-small", description="A name of `roger models list`, or a folder.")
    english_model: str = Field("minilm-l6", description="Asked beside it where English is spoken; empty: none.")
    llm: Literal["off", "local", "remote"] = Field(
        "off", description="Who is asked what is still uncertain: a model on this device, or the server of `chat:`."
    )
    llm_model: str = Field(
        "smollm2-135m-instruct", description="For local: a name of `roger models list`, or a GGUF file."
    )
    llm_memory_mb: int = Field(1_500, ge=100, description="A model that needs more is left out.")
    llm_threads: int = Field(2, ge=1, le=64)


class DisplaySettings(Settings):
    """The OLED on the I2C bus, or what stands in for it on a PC."""

    driver: Literal["ssd1306", "sh1106", "ssd1309", "emulator", "terminal", "none"] = "ssd1306"
    bus: int = Field(1, ge=0, le=20)
    address: int = Field(0x3C, ge=0x03, le=0x77)
    rotate: Literal[0, 180] = 0
    contrast: int = Field(128, ge=0, le=255)


class ChatLimits(Settings):
    """How long the server may take, in seconds."""

    connect_s: Seconds = 5
    first_token_s: Seconds = 20
    between_tokens_s: Seconds = 10
    total_s: Seconds = 60


class ChatServer(Settings):
    """One of several servers."""

    name: str = Field("", description="What it is called in the log; empty: its address.")
    base_url: Url
    model: str = "any"
    api_key: SecretStr | None = Field(None, description="Only as !env NAME or !file PATH.")
    vision: bool = Field(True, description="It understands images.")
    free: bool = Field(False, description="Its tokens are not counted for tokens_per_day.")


Handler = Literal[
    "",
    "llava-1-5",
    "llava-1-6",
    "obsidian",
    "moondream",
    "nanollava",
    "llama-3-vision-alpha",
    "minicpm-v-2.6",
    "qwen2.5-vl",
    "mtmd",
]
"""The ways of llama-cpp-python's server with images; mtmd is for models that bring a chat template of their own."""


class LocalModel(Settings):
    """A model that llama.cpp runs on this device."""

    model: str = Field(description="A GGUF file, or a name of `roger models list`.")
    mmproj: str = Field("", description="The GGUF file with its eyes, for images.")
    handler: Handler = Field("", description="llama.cpp's name for its way with images; empty: llava-1-5.")
    context: int = Field(4_096, ge=256, le=131_072, description="Tokens of question, memory and answer together.")
    threads: int = Field(2, ge=1, le=64)
    memory_mb: int = Field(4_000, ge=100, description="A model that needs more is left out.")

    @model_validator(mode="after")
    def _handler_has_eyes(self) -> Self:
        if self.handler and not self.mmproj:
            hint = "name the mmproj, too"
            raise wrong("CFG-05", "handler is for models that look at images", "handler", hint)
        return self


class MemorySettings(Settings):
    """What of a conversation goes along with the next question."""

    turns: int = Field(6, ge=0, le=100)
    tokens: int = Field(1_000, ge=0, le=100_000, description="At most, estimated.")
    forget_after_s: Seconds = Field(300, description="After so long a silence a new conversation begins.")


class ChatSettings(Settings):
    """The bigger model: any server that speaks OpenAI's chat protocol."""

    enabled: bool = Field(False, description="Off: nothing that you say leaves the device.")
    base_url: Url = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini"
    api_key: SecretStr | None = Field(None, description="Only as !env NAME or !file PATH.")
    servers: list[ChatServer] = Field([], description="Several, in place of these three, the preferred one first.")
    local: LocalModel | None = Field(None, description="A model on this device, asked before any server.")
    language: Literal["auto", "en", "ko"] = Field("auto", description="Of the answers; auto: that of the question.")
    memory: MemorySettings = MemorySettings()
    tokens_per_day: int = Field(0, ge=0, description="At most so many tokens a day; 0: no limit.")
    system: str = (
        "You are Roger, a voice assistant on a tiny screen. "
        "Answer in one or two short plain sentences, in the user's language."
    )
    max_tokens: int = Field(300, ge=1, le=8192)
    limits: ChatLimits = ChatLimits()

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        single = sorted({"base_url", "model", "api_key"} & self.model_fields_set)
        if self.servers and single:
            hint = "write it into the entry of servers that it belongs to"
            raise wrong("CFG-05", f'"{single[0]}" is for a single server, and there are servers', single[0], hint)
        return self

    @property
    def preferred(self) -> list[ChatServer]:
        """The servers, the preferred one first. Those that run here by `local` are not among them."""
        if self.servers or (self.local and not {"base_url", "model"} & self.model_fields_set):
            return self.servers
        return [ChatServer(base_url=self.base_url, model=self.model, api_key=self.api_key)]

    def of(self, server: ChatServer) -> ChatSettings:
        """The same settings for one server."""
        chosen = {"base_url": server.base_url, "model": server.model, "api_key": server.api_key}
        return self.model_copy(update={**chosen, "servers": [], "local": None})


class SpeechEndpoint(Settings):
    """A server that speaks OpenAI's protocol for speech."""

    base_url: Url = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini-tts"
    api_key: SecretStr | None = Field(None, description="Only as !env NAME or !file PATH.")


class SpeechSettings(Settings):
    """Answers that are spoken as well as shown."""

    engine: Literal["off", "espeak", "piper", "endpoint"] = Field(
        "off", description="Who speaks: a program on this device, or a server."
    )
    voices: dict[Language, str] = Field(
        {}, description="For each language: espeak-ng's name of a voice, a model of Piper's, or a name of the server's."
    )
    rate: float = Field(1.0, ge=0.5, le=2, description="Faster or slower than usual.")
    program: str = Field("", description="Where espeak-ng or Piper is; empty: where programs are looked for.")
    speaker: str = Field("", description="Part of the device's name as `aplay -l` shows it; empty: the default.")
    endpoint: SpeechEndpoint = SpeechEndpoint()


class CameraSettings(Settings):
    """What takes a picture where an action asks for one."""

    source: Literal["off", "v4l2", "rpicam", "file"] = Field(
        "off", description="v4l2: a USB camera; rpicam: the Raspberry Pi's own; file: an image or a folder."
    )
    device: str = Field(
        "/dev/video0", min_length=1, description="For v4l2: a path, or part of the name that `v4l2-ctl` shows."
    )
    path: str = Field("", description="For file: an image, or a folder of which the newest is taken.")
    rotate: Literal[0, 90, 180, 270] = Field(0, description="Clockwise, in degrees.")
    limit_s: Seconds = Field(10, description="How long a picture may take.")

    @model_validator(mode="after")
    def _file_has_a_path(self) -> Self:
        if self.source == "file" and not self.path:
            raise wrong("CFG-06", 'source: file needs a "path"', "source", "path: an image, or a folder of images")
        return self


class WebSettings(Settings):
    """The web page of `roger web`."""

    host: str = Field("127.0.0.1", description="Who may reach it: 127.0.0.1 this computer only, 0.0.0.0 the network.")
    port: int = Field(7860, ge=0, le=65_535, description="0 takes a free one.")
    password: SecretStr | None = Field(None, description="Only as !env NAME or !file PATH; else a token is made.")
    visitors: int = Field(8, ge=1, le=100, description="How many pages may be open at a time.")


class HistorySettings(Settings):
    """What is kept of every turn."""

    enabled: bool = True
    folder: str = Field("", description="Where history.db is; empty: with the device's other state.")
    keep_days: int = Field(30, ge=1, le=36_500)
    keep_turns: int = Field(10_000, ge=1, le=10_000_000)


class Limits(Settings):
    """How long each state may last, in seconds. Every state but idle has an end."""

    recording_s: Seconds = 30
    transcribing_s: Seconds = 20
    classifying_s: Seconds = 10
    acting_s: Seconds = 30
    querying_s: Seconds = 75
    displaying_s: Seconds = Field(6, description="At least; longer texts stay as long as they take to read.")


class TraceSettings(Settings):
    """Recordings of what happened, to replay on a PC."""

    folder: str = Field("", description="Where traces are kept; empty: none, or those of a service with its state.")
    keep: int = Field(50, ge=1, le=10_000, description="How many traces are kept.")
    audio: bool = Field(False, description="Also keep what the microphone heard while the button was held.")


class RogerSettings(Settings):
    """roger.yaml."""

    language: Language = Field("en", description="Of the screen; also how numbers are said.")
    private: bool = Field(False, description="Nothing leaves the device: only servers on itself are asked.")
    button: ButtonSettings = ButtonSettings()
    microphone: MicrophoneSettings = MicrophoneSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    display: DisplaySettings = DisplaySettings()
    chat: ChatSettings = ChatSettings()
    speech: SpeechSettings = SpeechSettings()
    camera: CameraSettings = CameraSettings()
    history: HistorySettings = HistorySettings()
    web: WebSettings = WebSettings()
    limits: Limits = Limits()
    trace: TraceSettings = TraceSettings()
