"""Reading CTranslate2's model.bin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from controller.errors import RogerError
from models.asr.ct2 import read_ct2
from tests.models.asr.tiny_whisper import ct2_bytes, random_weights


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "model.bin"
    path.write_bytes(data)
    return path


def test_every_variable_comes_back_with_its_shape_kind_and_alias(tmp_path: Path) -> None:
    weights = random_weights()
    read = read_ct2(_written(tmp_path, ct2_bytes(weights)), "WhisperSpec")
    assert set(read) == set(weights) | {"decoder/projection/weight"}
    for name, value in weights.items():
        assert read[name].dtype == value.dtype
        np.testing.assert_array_equal(read[name], value)
    np.testing.assert_array_equal(read["decoder/projection/weight"], weights["decoder/embeddings/weight"])


GOOD = ct2_bytes(random_weights())
BAD = {
    "empty": b"",
    "no model": b"hello, this is some text and no model at all",
    "another model": ct2_bytes(random_weights(), spec="TransformerSpec"),
    "another version": ct2_bytes(random_weights(), version=99),
    "cut in the header": GOOD[:9],
    "cut in the weights": GOOD[: len(GOOD) // 2],
    "cut in the aliases": GOOD[:-5],
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_a_damaged_file_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RogerError, match=r"model\.bin") as raised:
        read_ct2(_written(tmp_path, data), "WhisperSpec")
    assert raised.value.problem.code == "MDL-06"
    assert "fetch" in raised.value.problem.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RogerError, match=r"MDL-06 model\.bin"):
        read_ct2(tmp_path / "model.bin", "WhisperSpec")
