"""The rules of a step: every output that it can mean exists and can do what is asked, and a timer is given a length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice, product
from typing import Final

from config.issues import Issue, did_you_mean
from config.schema_actions import IntegerSlot
from config.yaml_nodes import Document, Node

MARK: Final = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(\.\w*)?\}")
"""{slot} or {slot.text} in a text; {{ and }} are braces."""

MAX_NAMES: Final = 1000
"""Names that one "{room}_light" is followed to; no board has that many pins."""

KindOf = Callable[[str], Node]
"""The declaration of a slot; an empty node where there is none."""


def check_gpio(document: Document, gpio: Node, kind_of: KindOf) -> Iterator[Issue]:
    """Check that each name which the step's `output` can stand for is an output, and a dimmable one for `level`."""
    output, outputs = gpio.get("output"), document.root.get("outputs").fields
    unfit = [slot for slot in _slots(output) if _values(kind_of(slot)) is None]
    if unfit:
        message = f'the slot "{unfit[0]}" cannot be part of an output\'s name: its type is {_type(kind_of(unfit[0]))}'
        yield document.issue("CFG-10", output.place, message, "use a list slot: each of its values names an output")
        return
    names = _names(output, kind_of)
    missing = [name for name in names if name not in outputs]
    if missing:
        yield _no_output(document, output, names, missing)
    yield from _check_level(document, gpio.get("level"), [name for name in names if name in outputs], kind_of)


def _no_output(document: Document, output: Node, names: Mapping[str, str], missing: list[str]) -> Issue:
    first, more = missing[0], f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    outputs = document.root.get("outputs").fields
    slip = did_you_mean(first, outputs) if len(missing) == len(names) else ""
    hint = slip or f"write {first} under outputs: with its pin"
    message = f'there is no output "{first}"{names[first]}{more}'
    return document.issue("CFG-10", output.place, message, hint)


def _check_level(document: Document, level: Node, outputs: list[str], kind_of: KindOf) -> Iterator[Issue]:
    if not level.text:
        return
    for slot in _slots(level):
        if _type(kind_of(slot)) not in ("", "percent", "integer"):
            message = f'the slot "{slot}" has the type {_type(kind_of(slot))}: a level needs percent'
            yield document.issue("CFG-05", level.place, message, f"declare {slot}: {{type: percent}}")
    fixed = [name for name in outputs if not _is_on(document.root.get("outputs", name, "pwm"))]
    if fixed:
        pin = document.root.get("outputs", fixed[0], "pin").text or document.root.get("outputs", fixed[0]).text
        message = f'the output "{fixed[0]}" cannot be dimmed'
        yield document.issue("CFG-05", level.place, message, f"write {fixed[0]}: {{pin: {pin}, pwm: true}}")


def check_timer(document: Document, timer: Node, kind_of: KindOf) -> Iterator[Issue]:
    """Check that a slot which sets a timer is a duration."""
    duration = timer.get("duration")
    for slot in _slots(duration):
        if _type(kind_of(slot)) not in ("", "duration"):
            message = f'the slot "{slot}" has the type {_type(kind_of(slot))}: a timer needs duration'
            yield document.issue("CFG-05", duration.place, message, f"declare {slot}: {{type: duration}}")


def _slots(node: Node) -> list[str]:
    return [mark[1] for mark in MARK.finditer(node.text) if mark[1]]


def _type(kind: Node) -> str:
    """The type of a declared slot; empty where there is none."""
    return kind.get("type").text or ("list" if kind.fields else "")


def _values(kind: Node) -> list[str] | None:
    """All values of a slot, none where it is not declared; None where they cannot be listed."""
    match _type(kind):
        case "":
            return []
        case "list":
            return list(islice(kind.get("values").fields, MAX_NAMES))
        case "integer":
            low, high = _bound(kind, "min"), _bound(kind, "max")
            return [str(value) for value in range(low, min(high + 1, low + MAX_NAMES))]
    return None


def _bound(kind: Node, key: str) -> int:
    value = kind.get(key).value
    return value if isinstance(value, int) else int(IntegerSlot.model_fields[key].default)


def _names(output: Node, kind_of: KindOf) -> dict[str, str]:
    """Each name that `output` can stand for, and for which values: {"attic_light": ' for the room "attic"'}."""
    slots = list(dict.fromkeys(_slots(output)))
    found: dict[str, str] = {}
    for values in islice(product(*(_values(kind_of(slot)) or [] for slot in slots)), MAX_NAMES):
        said = dict(zip(slots, values, strict=True))
        name = MARK.sub(partial(_filled, said), output.text)
        found.setdefault(name, "".join(f' for the {slot} "{value}"' for slot, value in said.items()))
    return found if output.text else {}


def _filled(said: Mapping[str, str], mark: re.Match[str]) -> str:
    return said[mark[1]] if mark[1] else mark[0][0]


def _is_on(switch: Node) -> bool:
    return switch.value is not None and switch.text.lower() not in ("false", "off", "no", "n", "f", "0")
