"""Log-mel features."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.asr.features import log_mel, mel_filters

SILENT = (np.log10(1e-10) + 4) / 4
"""-1.5: the floor, scaled as Whisper scales."""


def _sine(hz: int, seconds: float = 1.0, amplitude: float = 10_000) -> NDArray[np.int16]:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.int16)


def test_shape_and_kind() -> None:
    features = log_mel(_sine(440), 150)
    assert features.shape == (1, 80, 150)
    assert features.dtype == np.float32
    assert features.flags.c_contiguous


@pytest.mark.parametrize("n_samples", [0, 1, 100, 160, 16_000])
def test_silence_of_any_length_is_the_floor(n_samples: int) -> None:
    np.testing.assert_allclose(log_mel(np.zeros(n_samples, np.int16), 120), SILENT, atol=1e-6)


@pytest.mark.parametrize("hz", [200, 440, 1000, 2500, 6000])
def test_a_sine_peaks_in_its_own_bin(hz: int) -> None:
    filters = mel_filters(80)
    centres = filters.argmax(axis=0) * 40.0
    peak = int(log_mel(_sine(hz), 100)[0, :, 50].argmax())
    assert abs(centres[peak] - hz) <= max(45.0, 0.06 * hz)


def test_1_khz_lies_where_slaneys_scale_puts_it() -> None:
    """15 mel of the 45.245 that 8 kHz has, over 81 steps: the centre of filter 26, counted from 1."""
    assert int(log_mel(_sine(1000), 100)[0, :, 50].argmax()) + 1 in (26, 27)


def test_filters_have_equal_area() -> None:
    area = mel_filters(80).sum(axis=0) * 40.0
    np.testing.assert_allclose(area, 1.0, atol=0.08)


def test_padding_changes_nothing_in_what_was_heard() -> None:
    audio = _sine(440, 2.0)
    np.testing.assert_allclose(log_mel(audio, 1000)[..., :195], log_mel(audio, 300)[..., :195], atol=1e-5)


def test_a_long_recording_is_cut() -> None:
    assert log_mel(_sine(440, 3.0), 100).shape == (1, 80, 100)


def test_quieter_than_the_loudest_by_80_db_is_silence() -> None:
    audio = np.concatenate([_sine(440, amplitude=20_000), np.zeros(16_000, np.int16)])
    features = log_mel(audio, 200)
    assert features.max() - features.min() == pytest.approx(2.0)
