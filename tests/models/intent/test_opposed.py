"""What knows only the opposite of what was said is no rival to what does not."""

from __future__ import annotations

import numpy as np

from config.schema import ActionsFile
from models.intent.examples import asked_for
from models.intent.learning import UNTHINKABLE
from models.intent.objections import Objections


def made() -> Objections:
    phrases = {"opening": "open the door", "closing": "close the window", "music": "play some music"}
    written = {name: {"phrases": {"en": [text]}, "do": [{"say": name}]} for name, text in phrases.items()}
    actions = ActionsFile.model_validate({"actions": written})
    return Objections(actions, asked_for(actions))


def test_the_opposite_has_no_score() -> None:
    scores = made().weighed(np.array([2.0, 1.0, -3.0], np.float32), "close the door")
    assert scores.tolist() == [UNTHINKABLE, 1.0, -3.0]


def test_what_is_denied_leaves_nothing() -> None:
    scores = made().weighed(np.array([2.0, 1.0, -3.0], np.float32), "do not close the window")
    assert (scores == UNTHINKABLE).all()
