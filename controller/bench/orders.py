"""How many spoken commands are understood, to the last slot, in how much noise."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from controller.bench.spoken import Spoken
from controller.errors import RogerError
from controller.simulator.stages import percentile
from controller.turn import Decision, Transcript


@dataclass(frozen=True, slots=True)
class Label:
    """What was asked for; names and values as in the actions file."""

    action: str
    slots: Mapping[str, str]


def load_labels(path: Path) -> dict[str, Label]:
    """Read {"clip.wav": {"intent": "orderDrink", "slots": {"coffeeDrink": "latte"}}}; orderDrink is order_drink here.

    Raises:
        RogerError: CFG-01 where the file cannot be read or is of another form.
    """
    try:
        written: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return {
            name: Label(
                _snake(label["intent"]), {_snake(key): str(value).strip() for key, value in label["slots"].items()}
            )
            for name, label in written.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'the form is {"clip.wav": {"intent": "...", "slots": {"name": "value"}}}'
        raise RogerError("CFG-01", f"{path} cannot be read as labels: {error!r}", hint) from error


def is_right(decision: Decision, label: Label) -> bool:
    """The action and every slot of the label."""
    said = {slot.name: str(slot.value) for slot in decision.slots}
    return decision.action == label.action and all(said.get(name) == value for name, value in label.slots.items())


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording that was heard; without a label it asks for nothing, and `kind` says of what kind it is."""

    spoken: Spoken
    label: Label | None
    kind: str = ""


def summed_up(heard: Sequence[Heard]) -> dict[str, Any]:
    """The figures of one condition. RSS is the highest so far."""
    known = [(one.spoken, one.label) for one in heard if one.label]
    unknown = [one for one in heard if not one.label]
    acted = [(spoken, label) for spoken, label in known if spoken.decision.action]
    right = sum(is_right(spoken.decision, label) for spoken, label in acted)
    every = [one.spoken for one in heard]
    return {
        "n": len(known),
        "right": right,
        "wrong": len(acted) - right,
        "refused": len(known) - len(acted),
        "free_right": sum(is_right(spoken.free, label) for spoken, label in known),
        "unknown_n": len(unknown),
        "false_accepts": sum(bool(one.spoken.decision.action) for one in unknown),
        "false_accepts_by_kind": by_kind(unknown),
        "cpu_ms_median": _ms(median, (one.cpu_s for one in every)),
        "listening_cpu_share_median": round(median(one.listening_cpu_share for one in every), 2),
        "listening_cpu_share_max": round(max(one.listening_cpu_share for one in every), 2),
        "release_to_decision_ms_median": _ms(median, (one.late_s for one in every)),
        "release_to_decision_ms_p95": _ms(lambda values: percentile(values, 95), (one.late_s for one in every)),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def repaired_too(heard: Sequence[Heard], repaired: Callable[[Transcript], Decision]) -> dict[str, int]:
    """The same recordings, where a text that asks for nothing is repaired to the nearest sentence."""
    decided = [(one.label, one.spoken.free) for one in heard if one.spoken.free.action]
    decided += [(one.label, repaired(one.spoken.transcript)) for one in heard if not one.spoken.free.action]
    return {
        "fuzzy_right": sum(is_right(decision, label) for label, decision in decided if label),
        "fuzzy_false_accepts": sum(bool(decision.action) for label, decision in decided if not label),
    }


def by_kind(unknown: Sequence[Heard]) -> dict[str, str]:
    """{"negated": "1 of 40"}: how many of each kind were taken for a command."""
    kinds = sorted({one.kind for one in unknown})
    groups = {kind: [bool(one.spoken.decision.action) for one in unknown if one.kind == kind] for kind in kinds}
    return {kind: f"{sum(taken)} of {len(taken)}" for kind, taken in groups.items()}


def _ms(summary: Any, seconds: Iterable[float]) -> float:
    values = list(seconds)
    return round(1000 * summary(values), 1) if values else 0.0


def _snake(name: str) -> str:
    return "".join(f"_{character.lower()}" if character.isupper() else character for character in name)
