"""The speech gate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.asr.gate import SpeechGate
from tests.clips import clip, real_clip

LAMP = clip("demo_lamp.wav")


def _judged(audio: NDArray[np.int16], frame: int = 320) -> SpeechGate:
    gate = SpeechGate()
    for start in range(0, len(audio), frame):
        gate.feed(audio[start : start + frame])
    return gate


def _noise(amplitude: float) -> NDArray[np.int16]:
    return (amplitude * np.random.default_rng(0).normal(size=32_000)).clip(-32768, 32767).astype(np.int16)


def _hum(amplitude: float) -> NDArray[np.int16]:
    time = np.arange(32_000) / 16_000
    return (amplitude * (np.sin(100 * np.pi * time) + 0.5 * np.sin(200 * np.pi * time))).astype(np.int16)


@pytest.mark.parametrize(
    ("audio", "why"),
    [
        (np.zeros(32_000, np.int16), "too quiet"),
        (np.zeros(0, np.int16), "too quiet"),
        (_noise(30), "too quiet"),
        (_noise(3_000), "no speech"),
        (_noise(10_000), "no speech"),
        (_hum(3_000), "no speech"),
        (LAMP, ""),
        (LAMP // 50, ""),
    ],
    ids=["silence", "nothing", "quiet noise", "noise", "loud noise", "hum", "speech", "quiet speech"],
)
def test_why_there_is_nothing(audio: NDArray[np.int16], why: str) -> None:
    assert _judged(audio).why_empty == why


@pytest.mark.parametrize("name", ["what_time_is_it.wav", "living_room_light_ko.wav", "test_out_of_context_ko.wav"])
def test_speech_of_real_speakers_is_found_in_either_language(name: str) -> None:
    gate = _judged(real_clip(name))
    assert gate.why_empty == ""
    assert gate.speech_s > 0.5


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 5_000))
def test_frames_of_any_length_give_the_same(frame: int) -> None:
    whole, split = _judged(LAMP, len(LAMP)), _judged(LAMP, frame)
    assert (split.bounds(0.3), split.speech_s, split.pause_s) == (whole.bounds(0.3), whole.speech_s, whole.pause_s)


def test_bounds_follow_the_speech_through_silence_around_it() -> None:
    silence = np.zeros(32_000, np.int16)
    alone, between = _judged(LAMP).bounds(0.0), _judged(np.concatenate([silence, LAMP, silence])).bounds(0.0)
    assert abs(between.start - 32_000 - alone.start) <= 1024
    assert abs(between.stop - 32_000 - alone.stop) <= 1024


def test_a_pause_grows_with_silence_and_ends_with_speech() -> None:
    gate = _judged(np.concatenate([LAMP, np.zeros(16_000, np.int16)]))
    assert gate.pause_s > 1.0
    before = gate.pause_s
    gate.feed(LAMP[8_000:24_000])
    assert gate.pause_s < before


def test_reset_forgets() -> None:
    gate = _judged(LAMP)
    gate.reset()
    assert (gate.why_empty, gate.speech_s, gate.speech_end) == ("too quiet", 0.0, 0)


@pytest.mark.parametrize("snr_db", [5, 10, 20])
def test_how_loud_the_room_is_is_measured_before_the_speech(snr_db: int) -> None:
    speech = LAMP.astype(np.float64)
    voiced = _judged(LAMP)
    power = np.mean(speech[voiced.speech_start : voiced.speech_end] ** 2)
    room = np.random.default_rng(1).normal(size=len(speech) + 8_000) * np.sqrt(power / 10 ** (snr_db / 10))
    room[8_000:] += speech
    measured = _judged(room.clip(-32768, 32767).astype(np.int16)).snr_db
    assert measured is not None
    assert abs(measured - snr_db) < 3


def test_nobody_knows_how_loud_the_room_is_where_it_was_not_heard_alone() -> None:
    gate = _judged(LAMP[_judged(LAMP).speech_start + 1_600 :])
    assert gate.why_empty == ""
    assert gate.snr_db is None
    assert _judged(np.zeros(16_000, np.int16)).snr_db is None
