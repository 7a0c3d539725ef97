"""Reads a trace back: its header, and every input as the event that it was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from controller import events
from controller.errors import RogerError
from controller.events import Event
from controller.trace import VERSION
from controller.turn import Scene
from states.guards import Rules

KINDS: Final[Mapping[str, type[Event]]] = {
    name: kind for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, Event)
}


@dataclass(frozen=True, slots=True)
class Input:
    """What a replay feeds to the machine.

    Attributes:
        line: In the file, from 1.
        event: None for the start.
        at: Seconds on the device's clock.
        scene: From which a trace goes on that began anew; None for a fresh machine.
    """

    line: int
    event: Event | None
    at: float
    scene: Scene | None = None


@dataclass(frozen=True)
class Recording:
    """A trace in memory.

    Attributes:
        lines: The whole file, without line ends; the header is the first.
        changed: Numbers of the lines with inputs that are not as they were written.
        cut: The last line was not written to its end, as after a power cut; it is left out.
    """

    path: Path
    header: Mapping[str, Any]
    rules: Rules
    inputs: Sequence[Input]
    lines: Sequence[str]
    changed: Sequence[int]
    cut: bool


def read(path: Path) -> Recording:
    """Read a trace. Raises `RogerError` TRC-01 (no trace), TRC-02 (another version) or TRC-03 (a broken line)."""
    return parse(path, _text(path))


def parse(path: Path, text: str) -> Recording:
    """As `read`, of a trace in memory; `path` is only its name."""
    *lines, rest = text.split("\n")
    header = _header(path, lines)
    records = [(number, _record(path, number, line)) for number, line in enumerate(lines[1:], 2)]
    return Recording(
        path,
        header,
        _parsed(Rules, header["rules"], path, 1),
        list(_inputs(path, records)),
        lines,
        list(_changed(lines)),
        bool(rest),
    )


def parse_event(record: Mapping[str, Any]) -> Event:
    """The event of a record such as {"event": "ButtonPressed", "at": 1.0}. Raises `ValueError`."""
    fields = {name: value for name, value in record.items() if name not in ("event", "crc")}
    kind = KINDS.get(str(record["event"]))
    if kind is None:
        raise ValueError(f"there is no event {record['event']!r}")
    event: Event = _adapter(kind).validate_python(fields)
    return event


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What checks values of `kind`; made once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RogerError("TRC-01", f"{path} cannot be read: {error.strerror}", "give the file of a trace") from None
    except UnicodeDecodeError:
        raise RogerError("TRC-01", f"{path} is no trace: it is no text", "give the file of a trace") from None


def _header(path: Path, lines: Sequence[str]) -> Mapping[str, Any]:
    try:
        header = json.loads(lines[0]) if lines else None
    except ValueError:
        header = None
    if not isinstance(header, dict) or "trace" not in header:
        hint = "record one with: roger simulate --trace FILE or roger run --trace FILE"
        raise RogerError("TRC-01", f"{path} is no trace: its first line is no header", hint)
    if header["trace"] != VERSION:
        hint = "record it again" if header["trace"] in range(VERSION) else "update Roger"
        message = f"{path} has version {header['trace']} of the format; this Roger reads version {VERSION}"
        raise RogerError("TRC-02", message, hint)
    return header


def _record(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _broken(path, number, str(error)) from None
    if not isinstance(record, dict):
        raise _broken(path, number, "no record")
    return record


def _inputs(path: Path, records: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Input]:
    for number, record in records:
        if "start" in record:
            scene = _parsed(Scene, record["scene"], path, number) if "scene" in record else None
            yield Input(number, None, _parsed(float, record["start"], path, number), scene)
        elif "event" in record:
            event = _event(path, number, record)
            yield Input(number, event, event.at)


def _event(path: Path, number: int, record: Mapping[str, Any]) -> Event:
    try:
        return parse_event(record)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _broken(path, number, f"{record['event']}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise _broken(path, number, str(error)) from None


def _parsed(kind: type[Any], value: object, path: Path, number: int) -> Any:
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise _broken(path, number, error.errors()[0]["msg"]) from None


def _changed(lines: Sequence[str]) -> Iterator[int]:
    """Inputs carry a checksum over themselves and the checksum before: see `controller.trace.Trace.event`."""
    before = 0
    for number, line in enumerate(lines, 1):
        if not line.startswith('{"event":'):
            continue
        content, _, written = line.rpartition(',"crc":')
        crc = int(written[:-1]) if written[:-1].isdecimal() else 0
        if crc != zlib.crc32(content.encode(), before):
            yield number
        before = crc


def _broken(path: Path, number: int, why: str) -> RogerError:
    return RogerError("TRC-03", f"{path.name}:{number} cannot be read: {why}", "record the trace again")
