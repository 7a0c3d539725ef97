"""What people say that the user may have no action for: the examples of "unknown"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import yaml

from config.language_grammar import LOCALES
from models.intent.wordings import Encode


@dataclass(frozen=True, slots=True)
class Topic:
    """Sentences about one thing.

    Attributes:
        own_above: The user's actions are about it if more than this share of its sentences are closest to theirs.
    """

    name: str
    language: str
    texts: tuple[str, ...]
    own_above: float


OWN_ABOVE: Final = {"home": 0.15, "topics": 0.5, "always": 1.0}
"""By the keys of unrelated.yaml: who has one order for a light has all; some sentences ask nobody for anything."""


@cache
def topics() -> tuple[Topic, ...]:
    """Of config/locale/*/unrelated.yaml."""
    return tuple(topic for file in sorted(LOCALES.glob("*/unrelated.yaml")) for topic in _read(file.parent.name))


def _read(language: str) -> Iterator[Topic]:
    written = yaml.safe_load((LOCALES / language / "unrelated.yaml").read_text(encoding="utf-8"))
    for key, own_above in OWN_ABOVE.items():
        for name, texts in written[key].items():
            yield Topic(name, language, tuple(texts), own_above)


def foreign(said: Sequence[str], encode: Encode) -> list[Topic]:
    """The topics that none of the user's sentences is about: whoever has an action for the weather asks about it.

    A sentence counts for that if it is closer to one of theirs than to any of the other topics.

    Args:
        said: What the user's actions are asked for with.
    """
    if not said:
        return list(topics())
    of_user = encode(said)
    vectors = {(topic.language, topic.name): encode(topic.texts) for topic in topics()}

    def is_own(topic: Topic) -> bool:
        sentences = vectors[topic.language, topic.name]
        others = np.vstack([found for (_, name), found in vectors.items() if name != topic.name])
        near_other = (sentences @ others.T).max(axis=1)
        return bool(((sentences @ of_user.T).max(axis=1) > near_other).mean() > topic.own_above)

    return [topic for topic in topics() if not is_own(topic)]
