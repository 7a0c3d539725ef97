"""What counts as heard."""

from __future__ import annotations

import pytest

from models.asr.plausibility import is_plausible


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech"),
    [
        ("Turn on the lamp.", 0.8, 0.05),
        ("five five", 0.36, 0.24),
        ("Turn on the lamp.", 0.8, 0.7),
        ("Thank you.", 0.9, 0.05),
        ("감사합니다.", 0.8, 0.02),
    ],
)
def test_speech_passes(text: str, confidence: float, no_speech: float) -> None:
    assert is_plausible(text, confidence, no_speech)


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech"),
    [
        ("", 0.0, 0.1),
        (" . ", 0.9, 0.1),
        ("I'm going to go to the left.", 0.14, 0.9),
        ("물을 넣어줄게요", 0.16, 0.7),
        ("No, no, no.", 0.31, 0.72),
        ("Thank you for watching!", 0.9, 0.4),
        ("Thank you.", 0.5, 0.1),
        ("MBC 뉴스 이덕영입니다.", 0.5, 0.1),
        ("시청해 주셔서 감사합니다.", 0.9, 0.5),
    ],
)
def test_what_silence_is_turned_into_does_not(text: str, confidence: float, no_speech: float) -> None:
    assert not is_plausible(text, confidence, no_speech)
