"""What the doctor says of models: with the real store, a real damage, and the real loader."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER
from controller.doctor import weights
from controller.doctor.loading import load_apart
from controller.worker import Token
from models.store.installed import installed
from tests.controller.doctor.patient import Patient

NEEDED = ("whisper-tiny.en", "e5-small", "minilm-l6")
needs_weights = pytest.mark.skipif(not all(map(installed, NEEDED)), reason="run: roger models fetch")


def test_what_is_not_installed_comes_with_the_command(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    hearing, meaning, *_ = patient.examined(weights.check)
    assert (hearing.status, hearing.code) == ("fault", "MDL-02")
    assert hearing.remedy == "run: roger models fetch whisper-tiny.en"
    assert (meaning.status, meaning.code) == ("warning", "MDL-02")


@needs_weights
@pytest.mark.weights
def test_a_file_with_one_byte_changed_is_found(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = installed("whisper-tiny.en")
    assert whole
    copy = tmp_path / "whisper-tiny.en"
    shutil.copytree(whole, copy)
    largest = max(copy.iterdir(), key=lambda path: path.stat().st_size)
    with largest.open("r+b") as file:
        file.seek(1_000)
        byte = file.read(1)
        file.seek(1_000)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    patient.options["quick"] = False
    damaged = patient.examined(weights.check)[0]
    assert damaged.code == "MDL-04"
    assert largest.name in damaged.text
    patient.options["quick"] = True
    assert patient.examined(weights.check)[0].status == "ok", "quick compares sizes only"


@needs_weights
@pytest.mark.weights
def test_what_is_loaded_says_what_it_took(patient: Patient) -> None:
    patient.options["quick"] = False
    hearing, meaning, *_ = patient.examined(weights.check)
    assert "whisper-tiny.en: intact" in hearing.text
    assert hearing.figures["memory_mb"] == 180
    assert meaning.status == "ok"


@needs_weights
@pytest.mark.weights
def test_a_model_is_not_tried_where_it_would_fill_the_memory(patient: Patient) -> None:
    patient.options["quick"] = False
    patient.write("/proc/meminfo", "MemTotal: 500000 kB\nMemAvailable:   81920 kB\n")
    hearing = patient.examined(weights.check)[0]
    assert (hearing.status, hearing.code) == ("fault", "SYS-02")
    assert "80 MB are free" in hearing.text


@needs_weights
@pytest.mark.weights
def test_a_running_rogers_models_are_not_loaded_twice(patient: Patient) -> None:
    patient.options["quick"] = False
    patient.roger(412)
    assert [finding.status for finding in patient.examined(weights.check)] == ["skipped", "skipped", "skipped"]


@needs_weights
@pytest.mark.weights
def test_a_loader_that_falls_over_is_a_fault_of_the_model(patient: Patient) -> None:
    patient.options["quick"] = False
    patient.ports.loaded = "the process was ended by signal 9"
    hearing = patient.examined(weights.check)[0]
    assert (hearing.code, hearing.status) == ("MDL-06", "fault")
    assert "signal 9" in hearing.text


@needs_weights
@pytest.mark.weights
@pytest.mark.slow
def test_the_real_loader_loads_the_real_recogniser() -> None:
    told = json.loads(load_apart("recognizer", DEFAULT_FOLDER, Token()))
    assert told["seconds"] > 0
    assert 50 < told["memory_mb"] < 1_000


def test_the_loader_says_what_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    assert json.loads(load_apart("recognizer", DEFAULT_FOLDER, Token()))["code"] == "MDL-02"


def test_a_loader_that_is_not_wanted_any_more_is_ended() -> None:
    token = Token()
    token.cancel()
    started = time.monotonic()
    assert "signal 9" in load_apart("recognizer", DEFAULT_FOLDER, token)
    assert time.monotonic() - started < 60
