"""The recogniser as the machine sees it."""

from __future__ import annotations

import json
import re
import shutil
import threading
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.errors import RogerError
from controller.ports import Recognizer
from controller.turn import Transcript
from models.asr.gate import SpeechGate
from models.asr.recognizer import WhisperRecognizer
from tests.clips import clip, real_clip
from tests.models.asr.tiny_whisper import WEIGHTS

LAMP = clip("demo_lamp.wav")
TIME = clip("demo_time.wav")
SILENCE = np.zeros(16_000, np.int16)


def _frames(audio: NDArray[np.int16]) -> list[NDArray[np.int16]]:
    return [audio[start : start + 320] for start in range(0, len(audio), 320)]


def _hear(recognizer: Recognizer, audio: NDArray[np.int16]) -> tuple[Transcript, list[str]]:
    """-> transcript, partial texts."""
    recognizer.start()
    partials = [text for text in map(recognizer.feed, _frames(audio)) if text is not None]
    return recognizer.finish(), partials


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


def _noise(amplitude: float) -> NDArray[np.int16]:
    return (amplitude * np.random.default_rng(0).normal(size=48_000)).clip(-32768, 32767).astype(np.int16)


def _hum() -> NDArray[np.int16]:
    time = np.arange(48_000) / 16_000
    return (3_000 * (np.sin(100 * np.pi * time) + 0.5 * np.sin(200 * np.pi * time))).astype(np.int16)


# ---- without weights ----


@pytest.mark.parametrize("partials", [False, True])
def test_random_weights_run_from_audio_to_transcript(tiny_folder: Path, partials: bool) -> None:
    recognizer = WhisperRecognizer(tiny_folder, "auto", 1, partials)
    transcript, _ = _hear(recognizer, LAMP)
    assert (transcript.text, transcript.why_empty) == ("", "unclear")
    assert set(transcript.timings_s) == {"features", "encoder", "decoder"}
    assert transcript.audio_s == pytest.approx(len(LAMP) / 16_000)
    assert transcript.language in ("en", "ko")
    recognizer.close()


@pytest.mark.parametrize("audio", [SILENCE, _noise(3_000), SILENCE[:0]], ids=["silence", "noise", "nothing"])
def test_where_nobody_speaks_the_model_is_not_asked(tiny_folder: Path, audio: NDArray[np.int16]) -> None:
    transcript, partials = _hear(WhisperRecognizer(tiny_folder, "ko", 1, True), audio)
    assert (transcript.text, transcript.confidence, transcript.language) == ("", 0.0, "ko")
    assert transcript.why_empty in ("too quiet", "no speech")
    assert transcript.timings_s == {}
    assert partials == []


def test_a_model_for_english_refuses_korean(tiny_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "whisper-tiny.en")
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | {"multilingual": False}))
    with pytest.raises(RogerError, match=r"whisper-tiny\.en knows English only") as raised:
        WhisperRecognizer(folder, "ko", 1, True)
    assert raised.value.problem.code == "ASR-04"
    assert "whisper-base" in raised.value.problem.hint
    transcript, _ = _hear(WhisperRecognizer(folder, "auto", 1, False), LAMP)
    assert transcript.language == "en"


def test_a_folder_without_a_model_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(RogerError) as raised:
        WhisperRecognizer(tmp_path, "en", 1, True)
    assert raised.value.problem.code == "MDL-02"


def test_a_pass_that_missed_the_end_of_a_word_is_not_the_result(tiny_folder: Path) -> None:
    """After a second of speech a partial is decoded at once; what comes then may be a soft end of the word."""
    recognizer, gate = WhisperRecognizer(tiny_folder, "en", 1, True), SpeechGate()
    recognizer.start()
    frames = iter(_frames(LAMP))
    while gate.speech_end - gate.speech_start < 16_000:
        frame = next(frames)
        gate.feed(frame)
        recognizer.feed(frame)
    assert recognizer.finish().timings_s["encoder"] == 0.0
    recognizer.feed(SILENCE[:1_600])
    assert recognizer.finish().timings_s["encoder"] > 0.0


def test_cancel_forgets_and_the_next_utterance_starts_clean(tiny_folder: Path) -> None:
    recognizer = WhisperRecognizer(tiny_folder, "en", 1, False)
    recognizer.start()
    recognizer.feed(LAMP)
    recognizer.cancel()
    transcript, _ = _hear(recognizer, SILENCE)
    assert transcript.why_empty == "too quiet"
    assert transcript.audio_s == 1.0


# ---- with weights ----


def _fetched(
    name: str, language: Literal["en", "ko", "auto"] = "en", partials: bool = False, load: float = 99.0
) -> WhisperRecognizer:
    folder = WEIGHTS / name
    if not (folder / "model.json").exists():
        pytest.skip(f"{name} is not fetched")
    return WhisperRecognizer(folder, language, 2, partials, load=load)


@pytest.fixture(scope="module", params=[False, True], ids=["at once", "with partials"])
def english(request: pytest.FixtureRequest) -> WhisperRecognizer:
    return _fetched("whisper-tiny.en", partials=request.param)


@pytest.fixture(scope="module")
def korean() -> WhisperRecognizer:
    return _fetched("whisper-base", "ko")


@pytest.mark.weights
@pytest.mark.parametrize(("audio", "said"), [(LAMP, "turn on the living room lamp"), (TIME, "what time is it")])
def test_english_is_heard(english: WhisperRecognizer, audio: NDArray[np.int16], said: str) -> None:
    transcript, _ = _hear(english, audio)
    assert _words(transcript.text) == said
    assert (transcript.language, transcript.why_empty) == ("en", "")
    assert 0.5 < transcript.confidence <= 1


@pytest.mark.weights
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("turn_on_the_living_room_lamp.wav", "turn on the living room lamp"),
        ("would_you_please_turn_on_living_room_lamp.wav", "would you please turn on the living room lamp"),
        ("what_time_is_it.wav", "what time is it"),
    ],
)
def test_real_speakers_are_heard(english: WhisperRecognizer, name: str, said: str) -> None:
    transcript, _ = _hear(english, real_clip(name))
    assert _words(transcript.text) == said


@pytest.mark.weights
def test_korean_is_heard(korean: WhisperRecognizer) -> None:
    transcript, _ = _hear(korean, real_clip("test_out_of_context_ko.wav"))
    assert _words(transcript.text) == "나에게 커피를 줘"
    assert transcript.language == "ko"
    living_room, _ = _hear(korean, real_clip("living_room_light_ko.wav"))
    assert _words(living_room.text).startswith("거실 불 켜")


@pytest.mark.weights
@pytest.mark.parametrize(
    ("name", "language"), [("turn_on_the_living_room_lamp.wav", "en"), ("test_out_of_context_ko.wav", "ko")]
)
def test_the_language_is_told_apart(name: str, language: str) -> None:
    transcript, _ = _hear(_fetched("whisper-base", "auto"), real_clip(name))
    assert transcript.language == language
    assert transcript.text


@pytest.mark.weights
@pytest.mark.parametrize("audio", [SILENCE, _noise(30), _noise(300), _noise(10_000), _hum()])
def test_silence_noise_and_hum_are_nothing(
    english: WhisperRecognizer, korean: WhisperRecognizer, audio: NDArray[np.int16]
) -> None:
    for recognizer in (english, korean):
        transcript, partials = _hear(recognizer, audio)
        assert transcript.text == ""
        assert transcript.why_empty in ("too quiet", "no speech", "unclear")
        assert partials == []


@pytest.mark.weights
@pytest.mark.parametrize("audio", [LAMP, TIME], ids=["lamp", "time"])
def test_silence_around_changes_nothing(english: WhisperRecognizer, audio: NDArray[np.int16]) -> None:
    alone, _ = _hear(english, audio)
    between, _ = _hear(english, np.concatenate([SILENCE, SILENCE, audio, SILENCE, SILENCE]))
    assert _words(between.text) == _words(alone.text)


@pytest.mark.weights
def test_the_pass_at_the_pause_is_the_result() -> None:
    recognizer = _fetched("whisper-tiny.en", partials=True)
    transcript, partials = _hear(recognizer, np.concatenate([LAMP, SILENCE]))
    assert partials[-1] == transcript.text
    assert (transcript.timings_s["features"], transcript.timings_s["encoder"]) == (0.0, 0.0)


@pytest.mark.weights
def test_partials_are_new_each_time() -> None:
    recognizer = _fetched("whisper-tiny.en", partials=True)
    _, partials = _hear(recognizer, np.concatenate([LAMP, SILENCE, TIME, SILENCE]))
    assert len(partials) >= 2
    assert all(a != b for a, b in pairwise(partials))


@pytest.mark.weights
def test_how_busy_the_processor_is_kept_is_bounded_but_for_the_first_pass() -> None:
    speech = np.concatenate([LAMP, SILENCE, TIME, SILENCE])
    bounded, heard = _hear(_fetched("whisper-tiny.en", partials=True, load=0.001), speech)
    free, _ = _hear(_fetched("whisper-tiny.en"), speech)
    assert len(heard) == 1
    assert bounded.text == free.text


@pytest.mark.weights
def test_after_the_release_no_partial_is_begun() -> None:
    recognizer = _fetched("whisper-tiny.en", partials=True)
    recognizer.start()
    recognizer.hurry()
    assert [recognizer.feed(frame) for frame in _frames(LAMP)] == [None] * len(_frames(LAMP))
    assert _words(recognizer.finish().text) == "turn on the living room lamp"


@pytest.mark.weights
def test_a_release_in_the_middle_of_a_partial_loses_nothing() -> None:
    """Another thread hurries while a partial is decoded; `finish` goes on from where that stopped."""
    recognizer = _fetched("whisper-tiny.en", partials=True)
    recognizer.start()
    fed = threading.Event()

    def hurry() -> None:
        fed.wait()
        recognizer.hurry()

    thread = threading.Thread(target=hurry)
    thread.start()
    for i, frame in enumerate(_frames(np.concatenate([LAMP, SILENCE]))):
        recognizer.feed(frame)
        if i == 80:
            fed.set()
    thread.join()
    assert _words(recognizer.finish().text) == "turn on the living room lamp"
