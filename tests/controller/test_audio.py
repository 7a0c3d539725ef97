"""Audio of every kind becomes mono 16 kHz, and stays what it was."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from controller.audio import Preroll, Resampler, level, read_wav
from controller.errors import RogerError
from controller.ports import Frame


def sine(hz: float, rate_hz: int, seconds: float = 1.0, peak: float = 16_000.0) -> Frame:
    times = np.arange(int(rate_hz * seconds)) / rate_hz
    return (peak * np.sin(2 * np.pi * hz * times)).astype(np.int16)


def rms(samples: Frame) -> float:
    inner = samples[len(samples) // 10 : -len(samples) // 10].astype(float)
    return float(np.sqrt(np.mean(inner**2)))


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 2)])
def test_every_kind_of_wav_is_read(tmp_path: Path, subtype: str, rate_hz: int, channels: int) -> None:
    path = tmp_path / "tone.wav"
    tone = np.repeat(sine(440, rate_hz)[:, None], channels, axis=1)
    soundfile.write(path, tone, rate_hz, subtype=subtype)
    samples = read_wav(path)
    assert samples.dtype == np.int16
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(16_000, abs=20)
    assert rms(samples) == pytest.approx(16_000 / np.sqrt(2), rel=0.02)


def test_what_is_no_audio_is_named(tmp_path: Path) -> None:
    text, empty = tmp_path / "notes.wav", tmp_path / "empty.wav"
    text.write_text("not a recording")
    with wave.open(str(empty), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    for path in (text, empty, tmp_path / "missing.wav"):
        with pytest.raises(RogerError) as caught:
            read_wav(path)
        assert caught.value.problem.code == "ASR-01"
        assert path.name in caught.value.problem.message
        assert "WAV" in caught.value.problem.hint


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_a_tone_in_the_band_keeps_its_level(rate_hz: int) -> None:
    resampler = Resampler(rate_hz)
    tone = np.concatenate([resampler.feed(sine(1_000, rate_hz)), resampler.finish()])
    assert 20 * np.log10(rms(tone) / rms(sine(1_000, 16_000))) == pytest.approx(0.0, abs=0.1)


def test_a_tone_above_the_band_is_gone() -> None:
    resampler = Resampler(48_000)
    tone = np.concatenate([resampler.feed(sine(11_000, 48_000)), resampler.finish()])
    assert rms(tone) < 16_000 / 1_000


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=20))
def test_how_a_stream_is_cut_changes_nothing(cuts: list[int]) -> None:
    samples = sine(700, 44_100, 0.3)
    whole, pieces = Resampler(44_100), Resampler(44_100)
    expected = np.concatenate([whole.feed(samples), whole.finish()])
    parts = [pieces.feed(part) for part in np.split(samples, np.cumsum(cuts).clip(max=len(samples)))]
    got = np.concatenate([*parts, pieces.finish()])
    assert len(got) == len(expected)
    assert np.abs(got.astype(int) - expected).max() <= 1


def test_stereo_is_averaged() -> None:
    stereo = np.stack([np.full(100, 1_000), np.full(100, 3_000)], axis=1).astype(np.int16)
    assert set(Resampler(16_000, 2).feed(stereo)) == {2_000}


def test_the_level_is_nought_in_silence_and_one_at_full_scale() -> None:
    assert level(np.zeros(320, np.int16)) == 0.0
    assert level(np.zeros(0, np.int16)) == 0.0
    assert level(np.full(320, 32_767, np.int16)) == pytest.approx(1.0, abs=0.001)
    assert level(np.full(320, 1_036, np.int16)) == pytest.approx(0.5, abs=0.01)  # -30 dBFS


def test_the_preroll_keeps_the_last_moments() -> None:
    preroll = Preroll(0.1)
    for number in range(50):
        preroll.push(np.full(320, number, np.int16))
    frames = preroll.take()
    assert [int(frame[0]) for frame in frames] == [45, 46, 47, 48, 49]
    assert preroll.take() == []


def test_a_preroll_of_no_length_keeps_nothing_that_was_long_ago() -> None:
    preroll = Preroll(0.0)
    for number in range(3):
        preroll.push(np.full(320, number, np.int16))
    assert len(preroll.take()) <= 1
