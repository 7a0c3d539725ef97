"""How many sentences are understood as what they ask for, and how many of others are not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from config.schema import ActionsFile
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.simulator.stages import percentile
from controller.simulator.world import is_korean
from controller.turn import Transcript
from models.intent.answering import Stage


@dataclass(frozen=True)
class Sentences:
    """A set of sentences.

    Attributes:
        actions: With the examples as phrases; an action of it only says that it was called.
        asked: (action, sentence) of what is asked for.
        unknown: What must be refused.
    """

    actions: ActionsFile
    asked: Sequence[tuple[str, str]]
    unknown: Sequence[str]


def load_sentences(path: Path) -> Sentences:
    """Read {"train": {action: [sentence]}, "dev" or "test": the same, "unknown": [sentence]}.

    Raises:
        RogerError: CFG-01 where the file cannot be read or is of another form.
    """
    try:
        written: dict[str, Any] = json.loads(path.read_text("utf-8"))
        asked = written["test"] if "test" in written else written["dev"]
        sentences = [(_name(action), text) for action, texts in asked.items() for text in texts]
        return Sentences(_actions(written["train"]), sentences, list(written["unknown"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'the form is {"train": {"action": ["sentence"]}, "dev": {...}, "unknown": ["sentence"]}'
        raise RogerError("CFG-01", f"{path} cannot be read as sentences: {error!r}", hint) from error


def _actions(train: Mapping[str, Sequence[str]]) -> ActionsFile:
    written = {
        _name(action): {
            "phrases": {
                language: [_plain(text) for text in texts if is_korean(text) == (language == "ko")]
                for language in ("en", "ko")
            },
            "do": [{"say": action}],
        }
        for action, texts in train.items()
    }
    return ActionsFile.model_validate({"actions": written})


def _name(action: str) -> str:
    """As actions.yaml writes names."""
    return re.sub(r"[^a-z0-9_]", "_", action.lower())


def _plain(text: str) -> str:
    """Without the signs that mean something in a phrase."""
    return " ".join(re.sub(r"[^\w\s'%]", " ", text).split())


def measured(sentences: Sentences, classifier: Stage) -> dict[str, float]:
    """Counts, and milliseconds for a sentence."""
    times: list[float] = []

    def decided(text: str) -> str:
        elapsed = stopwatch()
        action = classifier.classify(Transcript(text, "ko" if is_korean(text) else "en", 1.0)).action
        times.append(1000 * elapsed())
        return action

    found = [(decided(text), action) for action, text in sentences.asked]
    right = sum(one == wanted for one, wanted in found)
    refused = sum(not one for one, _ in found)
    return {
        "right": right,
        "wrong": len(found) - right - refused,
        "refused": refused,
        "false_accepts": sum(bool(decided(text)) for text in sentences.unknown),
        "in_domain": len(found),
        "unknown": len(sentences.unknown),
        "ms_median": round(median(times), 2) if times else 0.0,
        "ms_p95": round(percentile(times, 95), 2) if times else 0.0,
    }
