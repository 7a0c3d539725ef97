"""`roger models` as a user types it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from controller.commands import models
from controller.errors import RogerError
from models.build import complete
from models.catalog import catalogue, find

NAME = "vosk-ko"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def installed_model(root: Path) -> Path:
    folder = root / NAME
    folder.mkdir()
    (folder / "final.mdl").write_bytes(b"weights")
    complete(folder, find(NAME), find(NAME).sources[0], {})
    return folder


def roger(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="roger")
    models.add(parser.add_subparsers(required=True))
    args = parser.parse_args(["models", *words])
    return int(args.run(args))


def test_the_list_shows_what_to_choose_from(installed_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("list") == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines["whisper-tiny.en"] == ["whisper", "en", "MIT", "43", "MB", "no"]
    assert lines[NAME] == ["vosk", "ko", "unknown", "264", "MB", "yes"]
    assert lines["vosk-model-small-ko-0.22"][-3:] == ["no,", "not", "pinned"]


def test_the_list_for_programs(installed_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("list", "--json") == 0
    facts = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert list(facts) == list(catalogue())
    assert facts[NAME]["installed"] == str(installed_model)
    assert facts["whisper-base"]["installed"] is None
    assert facts["whisper-base"]["languages"] == ["en", "ko"]
    assert (facts["vosk-model-small-ko-0.22"]["pinned"], facts["vosk-model-small-ko-0.22"]["tested"]) == (False, False)


def test_verify_looks_at_all_that_is_installed(installed_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("verify") == 0
    assert capsys.readouterr().out == "vosk-ko: intact\n"


def test_verify_names_the_damage_and_fails(installed_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (installed_model / "final.mdl").write_bytes(b"altered")
    assert roger("verify", NAME) == 2
    out = capsys.readouterr().out
    assert out.startswith("MDL-04 vosk-ko: final.mdl has other content")
    assert "run: roger models fetch vosk-ko" in out


def test_verify_with_nothing_installed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("verify") == 0
    assert "no model is installed" in capsys.readouterr().out


def test_verify_of_a_model_that_is_not_installed_fails(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("verify", "whisper-base") == 2
    assert "run: roger models fetch whisper-base" in capsys.readouterr().out


def test_fetch_passes_errors_on(root: Path) -> None:
    with pytest.raises(RogerError, match=r"MDL-01 .*did you mean whisper-base"):
        roger("fetch", "whisper-bass")
    with pytest.raises(RogerError, match=r"MDL-07 .*--unpinned"):
        roger("fetch", "vosk-model-small-en-us-0.15")


def test_help_teaches_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        roger("--help")
    assert ended.value.code == 0
    assert "roger models fetch whisper-tiny.en" in capsys.readouterr().out
