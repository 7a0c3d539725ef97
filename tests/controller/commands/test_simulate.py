"""`roger simulate`: recorded speech through the real recogniser and the whole machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from controller.cli import main
from controller.trace import VERSION
from models.store.fetch import installed

AUDIO = Path(__file__).parent.parent.parent / "audio"
needs_weights = pytest.mark.skipif(
    installed("whisper-tiny.en") is None, reason="no weights: run `roger models fetch whisper-tiny.en`"
)


def simulate(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["simulate", "--fast", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.weights
@needs_weights
def test_a_spoken_command_with_a_slot_dims_the_light(capsys: pytest.CaptureFixture[str]) -> None:
    out = simulate(capsys, "--wav", str(AUDIO / "demo_brightness.wav"))
    for state in ("recording", "transcribing", "classifying", "acting", "displaying", "idle"):
        assert f"-> {state}" in out
    assert "room=bedroom level=50" in out
    assert "gpio: bedroom_light 50%" in out


@pytest.mark.weights
@needs_weights
def test_a_spoken_question_is_unknown_while_the_bigger_model_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    out = simulate(capsys, "--wav", str(AUDIO / "demo_question.wav"))
    assert "who wrote the little" in out.lower()
    assert "unknown (no phrase matches" in out
    assert "querying" not in out


@pytest.mark.weights
@needs_weights
def test_silence_is_nothing_heard(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing heard" in simulate(capsys, "--wav", str(AUDIO / "demo_silence.wav"))


def test_text_in_place_of_speech_leaves_trace_and_screens(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trace, frames = tmp_path / "new" / "trace.jsonl", tmp_path / "frames"
    out = simulate(
        capsys, "--say", "거실 불 켜 줘", "--say", "good night", "--trace", str(trace), "--frames", str(frames)
    )
    assert "text in place of speech" in out
    assert "room=living_room" in out
    records = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    assert records[0]["trace"] == VERSION
    assert sum("frame" in record for record in records) == len(list(frames.glob("frame-*.png")))
    with Image.open(frames / "turn.gif") as gif:
        assert getattr(gif, "n_frames", 1) > 3


def test_without_a_turn_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["simulate"])
    assert caught.value.code == 2
    assert "--wav" in capsys.readouterr().err


def test_the_microphone_is_for_use_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["simulate", "--mic", "--say", "hi"])
    assert caught.value.code == 2
    assert "--mic is for use by hand" in capsys.readouterr().err


def test_a_recording_that_is_not_there_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--wav", "nowhere.wav"]) == 2
    assert capsys.readouterr().err.startswith("ASR-01 nowhere.wav")


def test_a_model_that_is_not_there_is_on_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    out = simulate(capsys, "--model", "no-such-model", "--wav", str(AUDIO / "demo_silence.wav"))
    assert "MDL-01" in out


def test_a_broken_configuration_is_shown_line_by_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("roger.yaml", "actions.yaml", "screens.yaml"):
        (tmp_path / name).write_text("langage: en\n")
    assert main(["simulate", "--config", str(tmp_path), "--say", "hi"]) == 2
    err = capsys.readouterr().err
    assert "roger.yaml:1:1 CFG-04" in err
    assert 'did you mean "language"' in err
