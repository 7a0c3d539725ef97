"""The trace: everything that came in, what the machine made of it, and what it did, as one JSON object a line."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, TextIO

from PIL import Image

from controller.events import Event
from controller.ports import Effects
from controller.turn import Decision, Scene, Transcript

VERSION: Final = 1
PACKAGES: Final = ("roger-assistant", "transitions", "onnxruntime", "vosk", "hassil", "google-re2", "Pillow", "numpy")


def header(config_digest: str, started: str, note: str = "") -> dict[str, object]:
    """What a reader of the trace must know first: versions, the configuration's digest. No settings, no secrets."""
    return {
        "trace": VERSION,
        "started": started,
        "config": config_digest,
        "packages": _versions(PACKAGES),
        "note": note,
    }


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
        path.unlink(missing_ok=True)


class Trace:
    """Writes records in the order in which things happened; `None` instead of a stream writes nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    @property
    def is_on(self) -> bool:
        return self._stream is not None

    def write(self, record: Mapping[str, object]) -> None:
        if self._stream:
            json.dump(record, self._stream, ensure_ascii=False, separators=(",", ":"), default=_plain)
            self._stream.write("\n")

    def event(self, event: Event) -> None:
        if self._stream:
            self.write({"event": type(event).__name__, **_fields(event)})

    def verdict(self, verdict: str) -> None:
        """What the machine made of the last event; its effects stand between the two."""
        if self._stream:
            self.write({"verdict": verdict})

    def effect(self, name: str, *arguments: object) -> None:
        if self._stream:
            self.write({"effect": name, "with": list(arguments)})

    def frame(self, picture: Image.Image, at: float) -> None:
        if self._stream:
            self.write({"frame": hashlib.sha256(picture.tobytes()).hexdigest()[:16], "at": at})

    def flush(self) -> None:
        if self._stream:
            self._stream.flush()


def _fields(event: Event) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _plain(value: Any) -> Any:
    return asdict(value)


class TracedEffects:
    """Notes every effect in the trace and passes it on. What is shown is noted as frames, not here."""

    def __init__(self, effects: Effects, trace: Trace) -> None:
        self._effects = effects
        self._trace = trace

    def listen(self, turn_id: int) -> None:
        self._trace.effect("listen", turn_id)
        self._effects.listen(turn_id)

    def stop_listening(self, turn_id: int) -> None:
        self._trace.effect("stop_listening", turn_id)
        self._effects.stop_listening(turn_id)

    def transcribe(self, turn_id: int) -> None:
        self._trace.effect("transcribe", turn_id)
        self._effects.transcribe(turn_id)

    def classify(self, turn_id: int, transcript: Transcript) -> None:
        self._trace.effect("classify", turn_id, transcript.text)
        self._effects.classify(turn_id, transcript)

    def act(self, turn_id: int, decision: Decision, language: str) -> None:
        self._trace.effect("act", turn_id, decision, language)
        self._effects.act(turn_id, decision, language)

    def ask(self, turn_id: int, question: Transcript) -> None:
        self._trace.effect("ask", turn_id, question.text)
        self._effects.ask(turn_id, question)

    def cancel(self, turn_id: int) -> None:
        self._trace.effect("cancel", turn_id)
        self._effects.cancel(turn_id)

    def set_deadline(self, turn_id: int, at: float) -> None:
        self._trace.effect("set_deadline", turn_id, at)
        self._effects.set_deadline(turn_id, at)

    def start_timer(self, label: str, ends_at: float) -> None:
        self._trace.effect("start_timer", label, ends_at)
        self._effects.start_timer(label, ends_at)

    def show(self, scene: Scene, at: float) -> None:
        self._effects.show(scene, at)
