"""The recogniser with grammars: the free text stays what it is, a command comes beside it."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from controller.ports import Frame
from controller.turn import Transcript
from models.asr.recognizer import NOTHING_NEAR, WhisperRecognizer
from models.intent.grammar import Grammar
from tests.clips import clip
from tests.models.asr.grammars import compiled, shipped
from tests.models.asr.tiny_whisper import WEIGHTS

pytestmark = pytest.mark.weights

CLIPS = ["demo_lamp.wav", "demo_time.wav", "demo_brightness.wav", "demo_question.wav", "demo_silence.wav"]
LAMP = clip("demo_lamp.wav")
SILENCE = np.zeros(16_000, np.int16)
HOME = {language: shipped(language) for language in ("en", "ko")}
OTHER = {"en": compiled("en", "turn off the living room lamp", "turn on the kitchen lamp", "what day is it")}
"""None of the clips says one of these."""


def recogniser(grammars: Mapping[str, Grammar] | None, partials: bool = False) -> WhisperRecognizer:
    folder = WEIGHTS / "whisper-tiny.en"
    if not (folder / "model.json").exists():
        pytest.skip("whisper-tiny.en is not fetched")
    return WhisperRecognizer(folder, "en", 2, partials, grammars, load=99.0)


@cache
def hearing(kind: str, partials: bool = False) -> WhisperRecognizer:
    return recogniser({"free": None, "home": HOME, "other": OTHER, "none": {}}[kind], partials)


def frames(audio: Frame) -> list[Frame]:
    return [audio[start : start + 320] for start in range(0, len(audio), 320)]


def hear(recognizer: WhisperRecognizer, audio: Frame) -> Transcript:
    recognizer.start()
    for frame in frames(audio):
        recognizer.feed(frame)
    return recognizer.finish()


def freely(transcript: Transcript) -> Transcript:
    """What the free search alone says."""
    return replace(transcript, timings_s={}, command="", nearest="")


@pytest.mark.parametrize("kind", ["home", "other", "none"])
@pytest.mark.parametrize("name", CLIPS)
def test_grammars_do_not_change_the_free_text(kind: str, name: str) -> None:
    assert freely(hear(hearing(kind), clip(name))) == freely(hear(hearing("free"), clip(name)))


def test_without_grammars_there_is_no_command() -> None:
    for kind in ("free", "none"):
        transcript = hear(hearing(kind), LAMP)
        assert (transcript.command, transcript.nearest) == ("", "")


@pytest.mark.parametrize("name", CLIPS[:3])
def test_a_free_text_that_is_a_command_is_not_held_against_others(name: str) -> None:
    transcript = hear(hearing("home"), clip(name))
    assert shipped("en").parse(transcript.text)
    assert (transcript.command, transcript.nearest) == ("", "")


@pytest.mark.parametrize(("kind", "name"), [("home", "demo_question.wav"), *(("other", name) for name in CLIPS[:4])])
def test_what_the_grammar_lacks_is_refused_and_the_trace_says_why(kind: str, name: str) -> None:
    transcript = hear(hearing(kind), clip(name))
    assert transcript.text
    assert transcript.command == ""
    assert transcript.nearest == NOTHING_NEAR or re.match("not '.+': too much ", transcript.nearest)


def test_where_nobody_speaks_nothing_is_searched_for() -> None:
    transcript = hear(hearing("home"), clip("demo_silence.wav"))
    assert (transcript.text, transcript.command, transcript.nearest) == ("", "", "")


@pytest.mark.parametrize("at", [60, 90, 110, 125, 140])
def test_hurry_at_any_time_leaves_the_same_result(at: int) -> None:
    """Another thread hurries while frames come and the search for a command runs; `finish` goes on from there."""
    audio = np.concatenate([LAMP, SILENCE])
    recognizer = hearing("other", partials=True)
    expected = hear(recognizer, audio)
    recognizer.start()
    fed = threading.Event()

    def hurry() -> None:
        fed.wait()
        recognizer.hurry()

    thread = threading.Thread(target=hurry)
    thread.start()
    for i, frame in enumerate(frames(audio)):
        if i == at:
            fed.set()
        recognizer.feed(frame)
    thread.join()
    hurried = recognizer.finish()
    assert hurried.text == expected.text
    assert hurried.command == expected.command == ""
    assert hurried.nearest.split(":")[0] == expected.nearest.split(":")[0]
    assert hurried.nearest


def test_one_utterance_leaves_nothing_for_the_next() -> None:
    recognizer = hearing("other", partials=True)
    assert hear(recognizer, LAMP).nearest
    assert hear(recognizer, SILENCE).nearest == ""
    recognizer.start()
    recognizer.feed(LAMP)
    recognizer.cancel()
    assert recognizer.finish().nearest == ""
