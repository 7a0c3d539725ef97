"""The random Whisper, converted once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.asr.convert import convert_whisper
from models.asr.whisper import WhisperModel
from tests.models.asr.tiny_whisper import write_source


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = write_source(tmp_path_factory.mktemp("source"))
    folder = tmp_path_factory.mktemp("tiny")
    convert_whisper(source, folder, lambda what, share: None)
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> WhisperModel:
    return WhisperModel(tiny_folder, threads=1)
