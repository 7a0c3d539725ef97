"""Finding models by name or folder, and telling damaged ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import Problem, RogerError
from models.store.build import complete
from models.store.catalog import FOLDER, find
from models.store.fetch import fetch, folder_of, installed, verify
from models.store.installed import MANIFEST, weights_root

NAME = "whisper-tiny.en"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def model(root: Path) -> Path:
    """A folder as an installation leaves it, with files that are no weights."""
    folder = root / NAME
    (folder / "parts").mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(b"encoder")
    (folder / "parts" / "decoder.onnx").write_bytes(b"decoder")
    complete(folder, find(NAME).model_copy(update={"convert": None}), find(NAME).sources[0], {"model.bin": "0" * 64})
    return folder


def refused(name: str) -> Problem:
    with pytest.raises(RogerError) as caught:
        folder_of(name)
    return caught.value.problem


def test_weights_lie_next_to_the_package_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROGER_MODELS", raising=False)
    assert weights_root() == FOLDER / "weights"


def test_an_installed_model_is_found_by_its_name(model: Path) -> None:
    assert folder_of(NAME) == installed(NAME) == model


def test_a_model_that_is_not_installed_names_the_command_to_get_it(root: Path) -> None:
    assert installed(NAME) is None
    assert refused(NAME) == Problem(
        "MDL-02", 'the model "whisper-tiny.en" is not installed', "run: roger models fetch whisper-tiny.en"
    )


def test_an_unknown_name(root: Path) -> None:
    assert installed("whisper") is None
    assert refused("whisper-tiny").code == "MDL-01"


def test_a_folder_of_ones_own_needs_no_manifest(tmp_path: Path) -> None:
    assert folder_of(str(tmp_path)) == tmp_path


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(str(tmp_path / "mine"))
    assert problem.code == "MDL-02"
    assert str(tmp_path / "mine") in problem.message


def test_an_intact_model_verifies(model: Path) -> None:
    assert verify(NAME) == []
    assert verify(str(model)) == []


def test_each_damaged_file_is_named(model: Path) -> None:
    (model / "encoder.onnx").write_bytes(b"Encoder")
    (model / "parts" / "decoder.onnx").unlink()
    problems = verify(NAME)
    assert [problem.code for problem in problems] == ["MDL-04", "MDL-04"]
    assert "encoder.onnx has other content" in problems[0].message
    assert "parts/decoder.onnx is missing" in problems[1].message
    assert {problem.hint for problem in problems} == {"run: roger models fetch whisper-tiny.en"}


def test_a_file_cut_short_is_noticed_before_an_engine_chokes_on_it(model: Path) -> None:
    (model / "encoder.onnx").write_bytes(b"enc")
    problem = refused(NAME)
    assert problem.code == "MDL-04"
    assert "encoder.onnx has 3 bytes instead of 7" in problem.message


def test_a_model_put_there_by_hand_works_but_cannot_be_verified(root: Path) -> None:
    (root / NAME).mkdir()
    assert folder_of(NAME) == root / NAME
    (problem,) = verify(NAME)
    assert problem.code == "MDL-04"
    assert "has no manifest.json" in problem.message


def test_a_damaged_manifest(model: Path) -> None:
    (model / MANIFEST).write_text("{")
    assert [problem.message for problem in verify(NAME)] == ["whisper-tiny.en: manifest.json is damaged"]


def test_verifying_what_is_not_there(root: Path) -> None:
    assert [problem.code for problem in verify(NAME)] == ["MDL-02"]
    assert [problem.code for problem in verify("nothing like it")] == ["MDL-01"]


def test_the_hint_for_a_damaged_model_of_ones_own_is_not_to_fetch_it(model: Path, tmp_path: Path) -> None:
    own = shutil.copytree(model, tmp_path / "mine")
    (own / MANIFEST).unlink()
    assert "get the files from where you had them" in verify(str(own))[0].hint


def test_fetching_refuses_before_it_touches_anything(root: Path) -> None:
    for name, code in (("nobody", "MDL-01"), ("vosk-model-small-en-us-0.15", "MDL-07")):
        with pytest.raises(RogerError) as caught:
            fetch(name, console=Console(quiet=True))
        assert caught.value.problem.code == code
    assert list(root.iterdir()) == []
