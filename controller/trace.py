"""The trace: everything that came in, what the machine made of it, and what it did, as one JSON object a line."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, TextIO

from PIL import Image

from config.loader import Config
from config.screens import ScreensFile
from controller.events import Event
from controller.ports import Effects
from controller.turn import Decision, Picture, Scene, Transcript
from states.guards import Rules

VERSION: Final = 2
PACKAGES: Final = ("roger-assistant", "transitions", "onnxruntime", "vosk", "hassil", "google-re2", "Pillow", "numpy")


def header(config: Config, rules: Rules, started: str, seed: int | None = None, note: str = "") -> dict[str, object]:
    """What a reader of the trace must know first: all that the machine itself depends on, but no other setting.

    Args:
        rules: The settings that the machine runs by.
        started: Date and time in ISO 8601.
        seed: Of the randomness of a simulation.
    """
    return {
        "trace": VERSION,
        "started": started,
        "config": config.digest,
        "screens": screens_digest(config.screens),
        "language": config.roger.language,
        "rules": asdict(rules),
        "seed": seed,
        "packages": _versions(PACKAGES),
        "note": note,
    }


def screens_digest(screens: ScreensFile) -> str:
    """Traces with the same digest show the same scenes as the same pictures."""
    return _digest(screens.model_dump_json().encode())


def frame_digest(picture: Image.Image) -> str:
    return _digest(picture.tobytes())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _versions(names: Iterable[str]) -> Mapping[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def prune(folder: Path, keep: int) -> None:
    """Delete the oldest traces in `folder` until at most `keep` are left; their names begin with their time."""
    for path in sorted(folder.glob("*.jsonl"))[:-keep]:
        shutil.rmtree(audio_folder(path), ignore_errors=True)
        path.unlink(missing_ok=True)


def audio_folder(trace: Path) -> Path:
    """Where the audio of a trace is, if it was kept: turn.jsonl has turn.audio/1.flac, turn.audio/2.flac ..."""
    return trace.with_suffix(".audio")


def audio_file(trace: Path, turn_id: int) -> Path:
    return audio_folder(trace) / f"{turn_id}.flac"


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=lambda value: asdict(value))


def line(record: Mapping[str, object]) -> str:
    """A record as it stands in the file; half of a character, as some servers send, becomes a question mark."""
    return _ENCODER.encode(record).encode("utf-8", "replace").decode() + "\n"


class Trace:
    """Writes records in the order in which things happened; `None` instead of a stream writes nothing.

    Attributes:
        path: The file's; None where there is none.
    """

    def __init__(self, stream: TextIO | None, path: Path | None = None) -> None:
        self.path = path
        self._stream = stream
        self._crc = 0

    @property
    def is_on(self) -> bool:
        return self._stream is not None

    def write(self, record: Mapping[str, object]) -> None:
        if self._stream:
            self._put(line(record))

    @property
    def is_full(self) -> bool:
        """Whether it should begin anew as soon as the machine is idle."""
        return False

    def renew(self) -> None:
        """Begin anew, with a header."""

    def start(self, at: float, scene: Scene | None = None) -> None:
        """The machine shows its first screen; where the trace began anew, it goes on from `scene`."""
        self.write({"start": at, "scene": scene} if scene else {"start": at})

    def event(self, event: Event) -> None:
        """An input, with a checksum over itself and the checksum before, so that none can be changed unnoticed."""
        if self._stream:
            text = line({"event": type(event).__name__, **_fields(event)}).removesuffix("}\n")
            self._crc = zlib.crc32(text.encode(), self._crc)
            self._put(f'{text},"crc":{self._crc}}}\n')

    def verdict(self, verdict: str) -> None:
        """What the machine made of the last event; its effects stand between the two."""
        if self._stream:
            self.write({"verdict": verdict})

    def broken(self, promise: str) -> None:
        """Something that must always hold does not."""
        self.write({"broken": promise})

    def effect(self, name: str, *arguments: object) -> None:
        if self._stream:
            self.write({"effect": name, "with": list(arguments)})

    def frame(self, picture: Image.Image, at: float) -> None:
        if self._stream:
            self.write({"frame": frame_digest(picture), "at": at})

    def flush(self) -> None:
        if self._stream:
            self._stream.flush()

    def _put(self, text: str) -> None:
        if self._stream:
            self._stream.write(text)


def _fields(event: Event) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _digests(picture: Picture | None) -> list[str]:
    return [picture.digest] if picture else []


class NotedEffects:
    """Notes every effect and passes it on. What is shown is noted as frames, not here.

    Args:
        notes: Each is told the name of an effect and its arguments.
    """

    def __init__(self, effects: Effects, *notes: Callable[..., None]) -> None:
        self._effects = effects
        self._notes = notes

    def listen(self, turn_id: int) -> None:
        self._note("listen", turn_id)
        self._effects.listen(turn_id)

    def stop_listening(self, turn_id: int) -> None:
        self._note("stop_listening", turn_id)
        self._effects.stop_listening(turn_id)

    def transcribe(self, turn_id: int) -> None:
        self._note("transcribe", turn_id)
        self._effects.transcribe(turn_id)

    def classify(self, turn_id: int, transcript: Transcript, lacking: Decision | None, picture: Picture | None) -> None:
        goes_with = [lacking.action, lacking.missing] if lacking else []
        self._note("classify", turn_id, transcript.text, *goes_with, *_digests(picture))
        self._effects.classify(turn_id, transcript, lacking, picture)

    def act(self, turn_id: int, decision: Decision, language: str) -> None:
        self._note("act", turn_id, decision, language)
        self._effects.act(turn_id, decision, language)

    def ask(self, turn_id: int, question: Transcript, picture: Picture | None, asks: str) -> None:
        self._note("ask", turn_id, question.text, *_digests(picture), *filter(None, [asks]))
        self._effects.ask(turn_id, question, picture, asks)

    def speak(self, turn_id: int, text: str, language: str) -> None:
        self._note("speak", turn_id, text, language)
        self._effects.speak(turn_id, text, language)

    def hush(self, turn_id: int) -> None:
        self._note("hush", turn_id)
        self._effects.hush(turn_id)

    def cancel(self, turn_id: int) -> None:
        self._note("cancel", turn_id)
        self._effects.cancel(turn_id)

    def set_deadline(self, turn_id: int, at: float) -> None:
        self._note("set_deadline", turn_id, at)
        self._effects.set_deadline(turn_id, at)

    def start_timer(self, label: str, ends_at: float) -> None:
        self._note("start_timer", label, ends_at)
        self._effects.start_timer(label, ends_at)

    def show(self, scene: Scene, at: float) -> None:
        self._effects.show(scene, at)

    def _note(self, name: str, *arguments: object) -> None:
        for note in self._notes:
            note(name, *arguments)
