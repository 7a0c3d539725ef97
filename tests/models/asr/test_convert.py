"""Converting a random Whisper, from CTranslate2's files to the folder that the recogniser loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from controller.errors import RogerError
from models.asr.convert import convert_whisper
from tests.models.asr.tiny_whisper import random_weights, write_source

FILES = ["decoder.onnx", "embedding.bin", "encoder.onnx", "model.json", "vocabulary.json"]


def _convert(source: Path, destination: Path) -> dict[str, bytes]:
    destination.mkdir()
    convert_whisper(source, destination, lambda what, share: None)
    return {path.name: path.read_bytes() for path in sorted(destination.iterdir())}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    source = write_source(tmp_path / "source")
    first = _convert(source, tmp_path / "first")
    assert list(first) == FILES
    assert _convert(source, tmp_path / "second") == first


def test_model_json_says_what_the_recogniser_needs(tiny_folder: Path) -> None:
    model = json.loads((tiny_folder / "model.json").read_text())
    assert model["multilingual"] is True
    assert model["sizes"]["encoder_layers"] == model["sizes"]["decoder_layers"] == 1
    assert model["tokens"]["languages"] == {"en": 262, "ko": 263}
    assert model["tokens"]["end"] == 260


def test_progress_grows_to_one(tmp_path: Path) -> None:
    shares: list[float] = []
    (tmp_path / "out").mkdir()
    convert_whisper(write_source(tmp_path / "in"), tmp_path / "out", lambda what, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def _without(name: str) -> dict[str, NDArray[Any]]:
    weights = random_weights()
    del weights[name]
    return weights


@pytest.mark.parametrize("missing", ["encoder/conv1/weight", "decoder/layer_0/ffn/linear_1/bias"])
def test_an_incomplete_model_is_refused_and_leaves_no_model_json(tmp_path: Path, missing: str) -> None:
    source = write_source(tmp_path / "source", _without(missing))
    with pytest.raises(RogerError, match=missing) as raised:
        _convert(source, tmp_path / "out")
    assert raised.value.problem.code == "MDL-06"
    assert "fetch" in raised.value.problem.hint
    assert not (tmp_path / "out" / "model.json").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"added_tokens": [], "model": {"vocab": {}}}'])
def test_a_broken_tokeniser_is_named(tmp_path: Path, content: str) -> None:
    source = write_source(tmp_path / "source")
    (source / "tokenizer.json").write_text(content)
    with pytest.raises(RogerError, match=r"tokenizer\.json") as raised:
        _convert(source, tmp_path / "out")
    assert raised.value.problem.code == "MDL-06"
