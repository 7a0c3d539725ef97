"""Who complains wants something."""

from __future__ import annotations

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.engines import make_classifier
from controller.turn import Transcript
from models.intent.complaints import meant

CLASSIFIER = make_classifier(load(DEFAULT_FOLDER))


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("It's too dark.", "all_lights_on"),
        ("it is getting so dark in here", "all_lights_on"),
        ("it's too dark in the kitchen", "light_on room=kitchen"),
        ("the bedroom is way too bright", "light_off room=bedroom"),
        ("너무 어두워", "all_lights_on"),
        ("부엌이 너무 어두워요", "light_on room=kitchen"),
    ],
)
def test_what_would_help_is_done(text: str, summary: str) -> None:
    decision = CLASSIFIER.classify(Transcript(text, "ko" if not text.isascii() else "en", 1.0))
    assert (decision.summary, decision.stage) == (summary, "complaints")
    assert decision.reason.startswith('as "')


@pytest.mark.parametrize(
    "text",
    [
        "why is it so dark",
        "the movie is too dark",
        "it was too dark",
        "it is not too dark",
        "이 문제는 너무 어려워",
        "",
    ],
)
def test_not_everything_is_a_complaint(text: str) -> None:
    assert CLASSIFIER.classify(Transcript(text, "en", 1.0)).action == ""


def test_a_very_long_complaint_is_none() -> None:
    assert list(meant("it is too " + "far " * 300_000 + "dark")) == []
