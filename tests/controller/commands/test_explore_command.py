"""`roger explore` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.cli import main
from states import recording
from states.behaviour import BEHAVIOUR


def test_it_prints_what_was_covered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "--ignored"]) == 0
    shown = capsys.readouterr().out
    assert "configurations" in shown
    assert "74 of 74 rows taken" in shown
    assert "every promise holds everywhere" in shown
    assert "all but recording" in shown
    assert "never" not in shown


def test_a_broken_promise_is_explained_and_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Forgetful:
        enter, note = recording.enter, recording.note

        @staticmethod
        def leave(effects: object, turn: object) -> None:
            """The microphone stays open."""

    monkeypatch.setitem(BEHAVIOUR, "recording", Forgetful)
    saved = tmp_path / "new" / "found.yaml"
    assert main(["explore", "--save", str(saved)]) == 1
    shown = capsys.readouterr().out
    assert "the microphone is open in" in shown
    assert f"roger simulate {saved}" in shown
    assert main(["simulate", str(saved)]) == 1
    assert "the microphone is open in" in capsys.readouterr().out
