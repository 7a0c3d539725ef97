"""Vosk as a recogniser, on the real engine and the Korean model where that is installed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.errors import Problem, RogerError
from controller.ports import SAMPLE_RATE_HZ, Frame, Recognizer
from controller.turn import Transcript
from models.asr.vosk import VoskRecognizer
from models.intent.samples import speakers_of
from models.store.fetch import installed
from tests.clips import real_clip

MODEL = installed("vosk-ko")
ORDER = "living_room_light_ko.wav"
FRAME = SAMPLE_RATE_HZ * 30 // 1000
COMPLETE = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/disambig_tid.int",
)

needs_weights = [
    pytest.mark.weights,
    pytest.mark.skipif(MODEL is None, reason="vosk-ko is not installed: roger models fetch vosk-ko"),
]


def refused(folder: Path) -> Problem:
    with pytest.raises(RogerError) as caught:
        VoskRecognizer(folder, "ko")
    return caught.value.problem


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(tmp_path / "vosk")
    assert problem.code == "MDL-02"
    assert str(tmp_path / "vosk") in problem.message
    assert "roger models list" in problem.hint


def test_the_folder_above_the_model_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "vosk-model-small-ko-0.22" / "am").mkdir(parents=True)
    problem = refused(tmp_path)
    assert problem.code == "MDL-06"
    assert "no Vosk model: it has no am/final.mdl" in problem.message
    assert "itself holds am/, conf/ and graph/" in problem.hint


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_model_with_a_file_missing_does_not_reach_the_engine(tmp_path: Path, missing: str) -> None:
    for file in COMPLETE:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    (tmp_path / missing).unlink()
    problem = refused(tmp_path)
    assert problem.code == "MDL-06"
    assert missing in problem.message


def test_files_that_are_no_model_are_refused_by_the_engine(tmp_path: Path) -> None:
    for file in COMPLETE:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b"")
    problem = refused(tmp_path)
    assert problem.code == "MDL-06"
    assert f"Vosk cannot load {tmp_path}" in problem.message
    assert "get them again" in problem.hint


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    assert MODEL is not None
    return VoskRecognizer(MODEL, "auto")


def hear(recognizer: Recognizer, audio: Frame) -> tuple[list[str], Transcript]:
    """Partial texts in the order they came, and the transcript."""
    recognizer.start()
    partials = [recognizer.feed(audio[i : i + FRAME]) for i in range(0, len(audio), FRAME)]
    return [text for text in partials if text is not None], recognizer.finish()


def silence(seconds: float) -> Frame:
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), np.int16)


class TestKorean:
    pytestmark = needs_weights

    def test_an_order_is_heard_as_badly_as_measured(self, recognizer: Recognizer) -> None:
        """Said is "거실 불 켜줘" (turn on the living room light); without a grammar this small model never gets it."""
        partials, transcript = hear(recognizer, real_clip(ORDER))
        assert "불" in partials[-1]
        assert transcript.text.startswith("컷이")
        assert transcript.language == "ko"
        assert 0.4 < transcript.confidence < 0.95
        assert transcript.audio_s == pytest.approx(2.23, abs=0.01)
        assert set(transcript.timings_s) == {"decoder"}

    def test_each_partial_is_news(self, recognizer: Recognizer) -> None:
        partials, _ = hear(recognizer, real_clip(ORDER))
        assert len(partials) >= 2
        assert all(one != next_one for one, next_one in pairwise(partials))

    def test_a_pause_ends_a_sentence_but_not_the_utterance(self, recognizer: Recognizer) -> None:
        speech = real_clip(ORDER)
        _, transcript = hear(recognizer, np.concatenate([speech, silence(1.5), speech]))
        assert transcript.text.split()[0] == "컷이"  # what follows differs with what was heard before: Vosk adapts
        assert len(transcript.text.split()) >= 3

    def test_after_a_cancelled_utterance_the_next_starts_afresh(self, recognizer: Recognizer) -> None:
        speech = real_clip(ORDER)
        recognizer.start()
        recognizer.feed(speech[: len(speech) // 2])
        recognizer.cancel()
        _, transcript = hear(recognizer, silence(1))
        assert (transcript.text, transcript.audio_s) == ("", 1.0)

    def test_hurry_ends_the_partial_texts_but_not_the_transcript(self, recognizer: Recognizer) -> None:
        speech = real_clip(ORDER)
        recognizer.start()
        recognizer.hurry()
        assert {recognizer.feed(speech[i : i + FRAME]) for i in range(0, len(speech), FRAME)} == {None}
        assert recognizer.finish().text != ""

    def test_silence_is_no_speech(self, recognizer: Recognizer) -> None:
        partials, transcript = hear(recognizer, silence(2))
        assert partials == []
        assert (transcript.text, transcript.why_empty, transcript.confidence) == ("", "no speech", 0.0)

    def test_nothing_at_all_is_no_speech(self, recognizer: Recognizer) -> None:
        recognizer.start()
        assert recognizer.finish().why_empty == "no speech"

    def test_auto_takes_the_language_of_the_manifest(self, recognizer: Recognizer) -> None:
        recognizer.start()
        assert recognizer.finish().language == "ko"

    def test_the_engine_keeps_its_log_to_itself(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert MODEL is not None
        VoskRecognizer(MODEL, "ko").close()
        assert capfd.readouterr() == ("", "")

    def test_a_damaged_setting_is_an_error_and_no_crash(self, tmp_path: Path) -> None:
        assert MODEL is not None
        damaged = tmp_path / "damaged"
        for path in MODEL.rglob("*"):
            if path.is_file():
                link = damaged / path.relative_to(MODEL)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path)
        settings = damaged / "conf" / "model.conf"
        text = settings.read_text(encoding="utf-8").replace("1:2:3:4:5:6:7:8:9:10", "1:")
        settings.unlink()
        settings.write_text(text, encoding="utf-8")
        recognizer = VoskRecognizer(damaged, "ko")
        recognizer.start()
        with pytest.raises(RogerError) as caught:
            recognizer.feed(silence(1))
        assert caught.value.problem.code == "ASR-02"
        assert "Vosk gave up" in caught.value.problem.message
        assert "roger models verify" in caught.value.problem.hint

    def test_held_to_what_can_be_asked_it_hears_the_order(self, recognizer: VoskRecognizer) -> None:
        assert recognizer.grammar is None
        assert MODEL is not None
        held = VoskRecognizer(MODEL, "auto", speakers_of(load(DEFAULT_FOLDER).actions))
        assert held.grammar is not None
        assert held.grammar.missing == []
        _, transcript = hear(held, real_clip(ORDER))
        assert transcript.text.startswith("컷이"), "the free text is always there, too"
        assert transcript.command == "거실 불 켜 죠"
        assert transcript.command_confidence > 0.6
        for other in ("test_ko.wav", "test_within_context_ko.wav", "what_time_is_it.wav"):
            _, transcript = hear(held, real_clip(other))
            assert (transcript.command, bool(transcript.nearest)) == ("", True)
        held.close()
