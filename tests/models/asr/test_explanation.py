"""What stands behind a transcript."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from config.loader import DEFAULT_FOLDER, load
from controller.turn import Transcript
from models.asr.explanation import ExplainingRecognizer, Explanation
from models.asr.recognizer import NOTHING_NEAR, WhisperRecognizer
from models.intent.compiled import grammars_of
from tests.clips import clip
from tests.models.asr.tiny_whisper import WEIGHTS

GRAMMARS = grammars_of(load(DEFAULT_FOLDER).actions)


def heard(recognizer: WhisperRecognizer, audio: NDArray[np.int16]) -> tuple[Transcript, Explanation | None]:
    recognizer.start()
    for start in range(0, len(audio), 320):
        recognizer.feed(audio[start : start + 320])
    return recognizer.finish(), recognizer.explain()


@pytest.mark.parametrize("partials", [False, True])
def test_text_that_is_not_kept_is_explained_too(tiny_folder: Path, partials: bool) -> None:
    recognizer = WhisperRecognizer(tiny_folder, "en", 1, partials)
    transcript, explained = heard(recognizer, clip("demo_lamp.wav"))
    assert isinstance(recognizer, ExplainingRecognizer)
    assert explained is not None
    assert explained.plausible == bool(transcript.text)
    assert explained.nearest is None
    assert all(0 < word.probability <= 1 and word.text.strip() for word in explained.words)
    assert (explained.language, 0 <= explained.no_speech <= 1) == ("en", True)


def test_where_nobody_spoke_there_is_nothing_to_explain(tiny_folder: Path) -> None:
    recognizer = WhisperRecognizer(tiny_folder, "en", 1, True)
    assert recognizer.explain() is None
    assert heard(recognizer, np.zeros(16_000, np.int16))[1] is None
    heard(recognizer, clip("demo_lamp.wav"))
    recognizer.cancel()
    assert recognizer.explain() is None


@pytest.fixture(scope="module")
def recognizer() -> WhisperRecognizer:
    if not (WEIGHTS / "whisper-tiny.en").is_dir():
        pytest.skip("run: roger models fetch whisper-tiny.en")
    return WhisperRecognizer(WEIGHTS / "whisper-tiny.en", "en", 2, True, GRAMMARS, load=99.0)


@pytest.mark.weights
def test_the_words_are_those_of_the_transcript(recognizer: WhisperRecognizer) -> None:
    transcript, explained = heard(recognizer, clip("demo_lamp.wav"))
    assert explained is not None
    assert " ".join(word.text for word in explained.words) == transcript.text
    assert explained.plausible
    assert explained.confidence == transcript.confidence
    assert explained.nearest is None  # the text is a command as it stands
    assert min(word.probability for word in explained.words) < 0.5 < explained.confidence
    assert any(word.is_doubtful for word in explained.words)


@pytest.mark.weights
def test_the_nearest_command_is_told_with_its_limits(recognizer: WhisperRecognizer) -> None:
    transcript, explained = heard(recognizer, clip("demo_question.wav"))
    assert explained is not None
    nearest = explained.nearest
    assert nearest is not None
    assert not nearest.accepted
    assert GRAMMARS["en"].parse(nearest.text) is not None
    assert transcript.nearest == NOTHING_NEAR or nearest.text in transcript.nearest
    assert [measure.name for measure in nearest.measures] == ["margin", "cost", "contradiction"]
    assert any(not measure.is_kept for measure in nearest.measures)
    for measure in nearest.measures:
        written = f"{measure.name} {measure.value:.2f}"
        assert transcript.nearest == NOTHING_NEAR or written in transcript.nearest
        assert math.isfinite(measure.limit)


@pytest.mark.weights
def test_explaining_changes_nothing(recognizer: WhisperRecognizer) -> None:
    transcript, explained = heard(recognizer, clip("demo_question.wav"))
    again = recognizer.finish()
    assert (again.text, again.command, again.nearest) == (transcript.text, transcript.command, transcript.nearest)
    assert recognizer.explain() == explained
