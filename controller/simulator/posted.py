"""The events that a scenario posts by itself, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from pydantic import ValidationError

from config.issues import did_you_mean
from config.schema_types import wrong
from controller.simulator.recording import KINDS, parse_event

EVENTS: Final = tuple(sorted(KINDS.keys() - {"Event"}))


def checked(post: dict[str, Any]) -> dict[str, Any]:
    """`post`, if it is an event as it stands in a trace; its time may be left out. Raises what `wrong` makes."""
    name = str(post.get("event", ""))
    if name not in EVENTS:
        message = f'there is no event "{name}"' if name else 'what is posted needs an "event"'
        raise wrong("CFG-05", message, "event", did_you_mean(name, EVENTS) or f"one of {', '.join(EVENTS)}")
    try:
        event = parse_event({"at": 0.0, **post})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise wrong("CFG-05", f"{name}: {place}: {first['msg']}", place) from None
    _check_keys({key: value for key, value in post.items() if key != "event"}, event)
    return post


def _check_keys(written: Mapping[str, Any], value: Any, inside: str = "") -> None:
    """Whether `value` has everything that is written of it; what it does not have would be overlooked."""
    known = {field.name: getattr(value, field.name) for field in fields(value)}
    for key, inner in written.items():
        if key not in known:
            message = f'{type(value).__name__} has no "{key}"'
            raise wrong("CFG-04", message, inside + key, did_you_mean(key, known) or f"keys here: {', '.join(known)}")
        if isinstance(inner, dict) and is_dataclass(known[key]):
            _check_keys(inner, known[key], f"{inside}{key}.")
