"""Audio is kept only where the user asked for it, turn by turn, and can be heard again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config.loader import DEFAULT_FOLDER, FILES
from controller.audio import read_wav
from controller.cli import main
from controller.clock import SystemClock
from controller.kept_audio import KeptAudio
from controller.trace import Trace, audio_file, audio_folder, prune
from controller.worker import ThreadWorker
from models.store.fetch import installed
from tests.clips import AUDIO


def configured(folder: Path, audio: bool) -> Path:
    for name in FILES:
        (folder / name).write_text((DEFAULT_FOLDER / name).read_text("utf-8"), "utf-8")
    roger = folder / "roger.yaml"
    text = roger.read_text("utf-8")
    assert "  audio: false" in text
    roger.write_text(text.replace("  audio: false", f"  audio: {str(audio).lower()}"), "utf-8")
    return folder


def test_frames_are_passed_on_and_written_when_the_turn_is_over(tmp_path: Path) -> None:
    kept = KeptAudio(Trace(None, tmp_path / "turn.jsonl"), ThreadWorker("keeping", SystemClock(), lambda event: None))
    heard: list[int] = []
    hear = kept.listening(3, lambda frame: heard.append(int(frame[0])))
    for value in (100, 200):
        hear(np.full(320, value, np.int16))
    kept.finish()
    kept.close()
    samples = read_wav(audio_file(tmp_path / "turn.jsonl", 3))
    assert heard == [100, 200]
    assert samples.tolist() == [100] * 320 + [200] * 320


def test_a_turn_without_a_frame_leaves_no_file(tmp_path: Path) -> None:
    kept = KeptAudio(Trace(None, tmp_path / "turn.jsonl"), ThreadWorker("keeping", SystemClock(), lambda event: None))
    kept.finish()
    kept.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("audio", [False, True])
def test_a_session_keeps_audio_only_if_the_user_said_so(audio: bool, tmp_path: Path) -> None:
    folder, trace = configured(tmp_path, audio), tmp_path / "out" / "turn.jsonl"
    turns = ["--say", "turn on the fan", "--say", "turn off the fan"]
    assert main(["simulate", "--fast", *turns, "--config", str(folder), "--trace", str(trace)]) == 0
    kept = sorted(path.name for path in audio_folder(trace).glob("*"))
    assert kept == (["1.flac", "2.flac"] if audio else [])


def test_old_traces_are_deleted_with_their_audio(tmp_path: Path) -> None:
    for name in ("2026-01-01", "2026-01-02"):
        (tmp_path / f"{name}.jsonl").write_text("")
        audio_folder(tmp_path / f"{name}.jsonl").mkdir()
    prune(tmp_path, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-01-02.audio", "2026-01-02.jsonl"]


@pytest.mark.weights
@pytest.mark.skipif(installed("whisper-tiny.en") is None, reason="no weights: run `roger models fetch whisper-tiny.en`")
def test_the_kept_audio_is_heard_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, trace = configured(tmp_path, True), tmp_path / "turn.jsonl"
    arguments = ["--config", str(folder)]
    assert (
        main(["simulate", "--fast", "--wav", str(AUDIO / "demo_brightness.wav"), "--trace", str(trace), *arguments])
        == 0
    )
    capsys.readouterr()
    assert main(["replay", "--listen", str(trace), *arguments]) == 0
    assert "hears 1 of 1 kept turns as they were heard" in capsys.readouterr().out
    changed = trace.read_text("utf-8").replace('bedroom light to 50%.","language', 'bedroom light to 60%.","language')
    trace.write_text(changed, "utf-8")
    assert main(["replay", "--listen", str(trace), *arguments]) == 1
    assert "recorded 'Set the bedroom light to 60%.'" in capsys.readouterr().out
