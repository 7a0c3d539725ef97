"""How many spoken commands are understood, to the last slot, in how much noise."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from controller.bench.spoken import Spoken
from controller.errors import RogerError
from controller.simulator.stages import percentile
from controller.turn import Decision


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


def summed_up(spoken: Sequence[tuple[Spoken, Label | None]]) -> dict[str, float | int]:
    """The figures of one condition; a label of None is speech that must be refused."""
    known = [(one, label) for one, label in spoken if label]
    unknown = [one for one, label in spoken if label is None]
    acted = [(one, label) for one, label in known if one.decision.action]
    right = sum(is_right(one.decision, label) for one, label in acted)
    return {
        "n": len(known),
        "right": right,
        "wrong": len(acted) - right,
        "refused": len(known) - len(acted),
        "free_right": sum(is_right(one.free, label) for one, label in known),
        "unknown_n": len(unknown),
        "false_accepts": sum(bool(one.decision.action) for one in unknown),
        "cpu_ms_median": _ms(median, (one.cpu_s for one, _ in spoken)),
        "release_to_decision_ms_median": _ms(median, (one.late_s for one, _ in spoken)),
        "release_to_decision_ms_p95": _ms(lambda values: percentile(values, 95), (one.late_s for one, _ in spoken)),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _ms(summary: Any, seconds: Iterable[float]) -> float:
    values = list(seconds)
    return round(1000 * summary(values), 1) if values else 0.0


def _snake(name: str) -> str:
    return "".join(f"_{character.lower()}" if character.isupper() else character for character in name)
