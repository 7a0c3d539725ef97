"""`roger models` as a user types it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, FILES
from controller.commands import models
from controller.errors import RogerError
from models.store.build import complete
from models.store.catalog import catalogue, find

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
    assert lines["whisper-tiny.en"] == ["whisper", "en", "MIT", "43", "MB", "no,", "in", "use"]
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


def test_verify_looks_at_all_that_is_installed_and_at_the_one_that_is_wanted(
    installed_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roger("verify") == 2
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "vosk-ko: intact"
    assert out[1].startswith("MDL-02")
    assert "roger models fetch whisper-tiny.en" in out[1]
    folder = configuration(tmp_path / "config", "recognizer: {engine: vosk, model: vosk-ko, language: ko}")
    assert roger("verify", "--config", str(folder)) == 0


def configuration(folder: Path, settings: str) -> Path:
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes((DEFAULT_FOLDER / name).read_bytes())
    (folder / "roger.yaml").write_text(settings)
    return folder


def test_fetch_gets_the_one_that_the_configuration_names(root: Path, tmp_path: Path) -> None:
    settings = "recognizer: {engine: vosk, model: vosk-model-small-ko-0.22, language: ko}"
    with pytest.raises(RogerError, match=r"MDL-07 .*vosk-model-small-ko-0\.22"):
        roger("fetch", "--config", str(configuration(tmp_path / "config", settings)))


def test_a_broken_configuration_does_not_hide_the_list(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roger("list", "--config", str(configuration(tmp_path / "config", "recogniser: {}"))) == 0
    assert "in use" not in capsys.readouterr().out


def test_verify_names_the_damage_and_fails(installed_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (installed_model / "final.mdl").write_bytes(b"altered")
    assert roger("verify", NAME) == 2
    out = capsys.readouterr().out
    assert out.startswith("MDL-04 vosk-ko: final.mdl has other content")
    assert "run: roger models fetch vosk-ko" in out


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
    assert "roger models fetch whisper-base" in capsys.readouterr().out
