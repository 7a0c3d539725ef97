"""`roger say` as a user meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import soundfile

from controller.cli import main

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


@needs_espeak
@pytest.mark.parametrize("text", ["The light is on. It is bright.", "불을 켰어요."])
def test_it_is_in_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "said.wav"
    assert main(["say", "--engine", "espeak", "--wav", str(path), *text.split()]) == 0
    samples, rate_hz = soundfile.read(path)
    assert 0.5 < len(samples) / rate_hz < 5
    assert abs(samples).max() > 0.1


def test_without_a_voice_it_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "hello"]) == 2
    shown = capsys.readouterr().err
    assert "SPK-01" in shown
    assert "--engine espeak" in shown


@needs_espeak
def test_a_file_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "--engine", "espeak", "--wav", "/proc/nowhere.wav", "hello"]) == 2
    assert "SPK-05" in capsys.readouterr().err
