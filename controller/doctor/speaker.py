"""The speaker: a tone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, fault_of, in_use, ok, skipped
from controller.doctor.holders import sound_holders
from controller.errors import RogerError
from controller.ports import SAMPLE_RATE_HZ, Sound

TONES_HZ: Final = (440.0, 660.0)
TONE_S: Final = 0.25
LOUD: Final = 0.2
FADE_S: Final = 0.01
"""Without it each tone begins and ends with a click."""


def check(case: Case) -> Iterator[Finding]:
    """Two tones; whether they were heard only you can say. Not needed where nothing is said aloud."""
    speech = case.config.roger.speech
    if speech.engine == "off" and "speaker" not in case.asked:
        yield skipped("speech.engine is off; to hear a tone: roger doctor --only speaker")
        return
    try:
        yield from _played(case, speech.speaker)
    except RogerError as error:
        holders = sound_holders(case.host, "p")
        if holders and holders[0].roger:
            yield in_use(holders[0].pid)
        elif holders:
            yield fault("SPK-05", f"{error.problem.message}; {holders[0]} plays", f"sudo kill {holders[0].pid}")
        else:
            yield fault_of(error)


def _played(case: Case, name: str) -> Iterator[Finding]:
    device = case.ports.output_device(name)
    text = f'"{device["name"]}", {int(device["defaultSampleRate"])} Hz'
    if case.quick:
        yield ok(text, name=str(device["name"]))
        return
    case.note("two tones: do you hear them?")
    speaker = case.ports.speaker(name)
    try:
        speaker.play([Sound(tones(), SAMPLE_RATE_HZ)], case.token)
    finally:
        speaker.close()
    yield ok(f"{text}: two tones were played", name=str(device["name"]))


def tones() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Mono 16 kHz, a fifth upwards, at a fifth of full scale."""
    at = np.arange(int(TONE_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    envelope = np.clip(np.minimum(at, TONE_S - at) / FADE_S, 0.0, 1.0) * LOUD * 32_767
    return np.concatenate([(envelope * np.sin(2 * np.pi * hz * at)).astype(np.int16) for hz in TONES_HZ])
