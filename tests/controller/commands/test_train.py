"""`roger train` learns, and says what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.cli import main
from models.store.fetch import installed


@pytest.mark.weights
@pytest.mark.skipif(installed("e5-small") is None, reason="run: roger models fetch e5-small")
def test_what_was_learnt_is_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["train"]) == 0
    out = capsys.readouterr().out
    assert "actions with" in out
    assert out.count("en ") and out.count("ko ")
    (kept,) = (tmp_path / "roger").glob("*.npz")
    before = kept.stat().st_mtime_ns
    assert main(["train"]) == 0
    assert kept.stat().st_mtime_ns == before


def test_without_the_model_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    assert main(["train"]) == 2
    assert "roger models fetch e5-small" in capsys.readouterr().err
