"""The converted graphs compute Whisper, and a folder that they cannot be loaded from is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.errors import RogerError
from models.asr.convert import convert_whisper
from models.asr.layout import FILES
from models.asr.whisper import Encoded, WhisperModel
from tests.models.asr.reference_whisper import ReferenceWhisper
from tests.models.asr.tiny_whisper import random_weights, write_source

TOKENS = [261, 262, 265, 269, 30, 40, 50]


@pytest.fixture(scope="module")
def features() -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(1, 80, 60)).astype(np.float32)


@pytest.fixture(scope="module")
def encoded(tiny: WhisperModel, features: NDArray[np.float32]) -> Encoded:
    return tiny.encode(features)


def _alike(a: NDArray[Any], b: NDArray[Any]) -> float:
    """int8 rounds, so values differ a little; what they say must not."""
    return float(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


def test_logits_are_those_of_the_reference(tiny: WhisperModel, features: NDArray[np.float32], encoded: Encoded) -> None:
    reference = ReferenceWhisper(random_weights())
    expected = reference.logits(reference.encode(features[0].astype(np.float64)), TOKENS)
    logits, _ = tiny.prefill(encoded, TOKENS)
    assert logits.shape == expected.shape
    assert _alike(logits, expected) > 0.995


def test_later_tokens_do_not_change_earlier_logits(tiny: WhisperModel, encoded: Encoded) -> None:
    whole, _ = tiny.prefill(encoded, TOKENS)
    beginning, _ = tiny.prefill(encoded, TOKENS[:3])
    assert _alike(whole[:3], beginning) > 0.995


def test_one_token_at_a_time_gives_what_all_at_once_gives(tiny: WhisperModel, encoded: Encoded) -> None:
    whole, whole_cache = tiny.prefill(encoded, TOKENS)
    _, cache = tiny.prefill(encoded, TOKENS[:4])
    for token in TOKENS[4:]:
        last, cache = tiny.step(encoded, [token], cache)
    assert cache.entries.shape == whole_cache.entries.shape
    assert _alike(last[0], whole[-1]) > 0.99
    several, _ = tiny.extend(encoded, TOKENS[4:], tiny.prefill(encoded, TOKENS[:4])[1])
    assert _alike(several, whole[4:]) > 0.99


def test_beams_share_the_audio_and_have_caches_of_their_own(tiny: WhisperModel, encoded: Encoded) -> None:
    _, cache = tiny.prefill(encoded, TOKENS[:4])
    logits, beams = tiny.step(encoded, [30, 77, 30], cache.select([0, 0, 0]))
    assert logits.shape == (3, tiny.sizes.vocabulary)
    np.testing.assert_array_equal(logits[0], logits[2])
    assert not np.array_equal(logits[0], logits[1])
    swapped = beams.select([1, 0])
    np.testing.assert_array_equal(swapped.entries[:, 0], beams.entries[:, 1])
    after, _ = tiny.step(encoded, [40, 40], swapped)
    alone, _ = tiny.step(encoded, [40], beams.select([1]))
    assert _alike(after[0], alone[0]) > 0.99


def test_features_fill_the_window_but_never_more_than_the_model_has_positions_for(tiny: WhisperModel) -> None:
    audio = np.zeros(16_000, np.int16)
    assert tiny.features(audio, 2.5).shape == (1, 80, 250)
    assert tiny.features(audio, 99.0).shape == (1, 80, 3000)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_means_not_installed(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "whisper-tiny.en")
    (folder / name).unlink()
    with pytest.raises(RogerError, match=name) as raised:
        WhisperModel(folder, threads=1)
    assert raised.value.problem.code == "MDL-02"
    assert raised.value.problem.hint == "run: roger models fetch whisper-tiny.en"


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_cannot_be_loaded(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "damaged")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(RogerError, match="damaged") as raised:
        WhisperModel(folder, threads=1)
    assert raised.value.problem.code == "MDL-06"
    assert "fetch" in raised.value.problem.hint


def test_a_folder_of_another_format_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "newer")
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | {"format": 99}))
    with pytest.raises(RogerError, match="format 99") as raised:
        WhisperModel(folder, threads=1)
    assert raised.value.problem.code == "MDL-06"


def test_parts_of_different_models_fail_with_a_code(
    tiny_folder: Path, tmp_path: Path, features: NDArray[np.float32]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    convert_whisper(write_source(tmp_path / "source", random_weights(width=32)), other, lambda what, share: None)
    mixed = shutil.copytree(tiny_folder, tmp_path / "mixed")
    shutil.copy(other / "encoder.onnx", mixed)
    model = WhisperModel(mixed, threads=1)
    with pytest.raises(RogerError, match="failed") as raised:
        model.prefill(model.encode(features), TOKENS)
    assert raised.value.problem.code == "ASR-02"
    assert "fetch" in raised.value.problem.hint
