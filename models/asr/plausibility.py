"""Tells what was heard from what Whisper makes up where nobody speaks.

Measured (see docs/recognition.md): on clear speech the no-speech probability stays below 0.5, the confidence above
0.3; on noise and hum that were forced through the decoder, it is the other way round.
"""

from __future__ import annotations

from typing import Final

from models.asr.repetition import words_of

NO_SPEECH: Final = 0.6
"""From here on a text has to be sure; the threshold of Whisper's authors."""
SURE: Final = 0.5
WORTHLESS: Final = 0.2
"""Below this confidence a text is guessed, whatever the no-speech probability."""

BOILERPLATE: Final = frozenset(
    {
        "you",
        "thank you",
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "please subscribe",
        "subscribe to my channel",
        "see you next time",
        "bye",
        "bye bye",
        "subtitles by the amara org community",
        "감사합니다",
        "시청해 주셔서 감사합니다",
        "시청해주셔서 감사합니다",
        "구독과 좋아요 부탁드립니다",
        "다음 영상에서 만나요",
        "다음 시간에 만나요",
        "한글자막 by 한효정",
        "자막 제공",
        "자막 by",
        "mbc 뉴스 이덕영입니다",
        "mbc 뉴스 김성현입니다",
        "mbc 뉴스",
        "kbs 뉴스",
    }
)
"""How videos end: Whisper learnt it from subtitles, and writes it into silence. People say some of it, too."""
BOILERPLATE_NO_SPEECH: Final = 0.3
BOILERPLATE_SURE: Final = 0.6


def is_plausible(text: str, confidence: float, no_speech: float) -> bool:
    """True where `text` was probably said: it has words, and its probabilities speak for it."""
    words = words_of(text)
    if not words or confidence < WORTHLESS or (no_speech >= NO_SPEECH and confidence < SURE):
        return False
    doubtful = no_speech >= BOILERPLATE_NO_SPEECH or confidence < BOILERPLATE_SURE
    return not (doubtful and " ".join(words) in BOILERPLATE)
