"""A question spoken in Korean to the page: Korean answer, Korean voice, Hangul on the OLED, each in the real thing."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from controller.view.font import font
from models.store.fetch import installed
from tests.chromium import Chromium
from tests.clips import REAL, real_clip
from tests.controller.web.pages import LAST, Serve, answered, kept, ready, speak
from tests.servers.chat_server import ChatServer, Talk, saying

pytestmark = [pytest.mark.weights, pytest.mark.slow]
QUESTION = "test_out_of_context_ko.wav"
ANSWER = ["된장찌개는 ", "어때요? ", "쌀쌀한 저녁에 ", "좋아요."]
VOICE = """#!/bin/sh
echo "$@" >>"$(dirname "$0")/voices.txt"
exec espeak-ng "$@"
"""


def in_korean(talk: Talk) -> None:
    wanted = "한국어로" in talk.request.body["messages"][0]["content"]
    saying(*(ANSWER if wanted else ["In what language?"]))(talk)


def shows(picture: Image.Image, text: str) -> bool:
    """Whether `text` stands somewhere on the OLED, pixel for pixel."""
    lit = np.asarray(picture.convert("L")) > 127
    for face in (font("small"), font("large"), font("huge")):
        drawn = np.zeros((face.line_height, face.width(text)), np.bool_)
        face.draw(drawn, 0, 0, text)
        height, width = drawn.shape
        if width <= lit.shape[1] and height <= lit.shape[0]:
            windows = np.lib.stride_tricks.sliding_window_view(lit, drawn.shape)
            if (windows == drawn).all(axis=(2, 3)).any():
                return True
    return False


def test_a_korean_question_gets_a_korean_answer(serve: Serve, tmp_path: Path) -> None:
    if installed("whisper-base") is None:
        pytest.skip("needs the weights of whisper-base")
    real_clip(QUESTION)  # no recogniser makes much of a synthesised Korean voice
    voice = tmp_path / "voice.sh"
    voice.write_text(VOICE)
    voice.chmod(0o755)
    with ChatServer(in_korean) as server, Chromium(tmp_path, REAL / QUESTION, phone=True) as browser:
        changes = {
            "language: en              # of the screen": "language: ko              # of the screen",
            "model: whisper-tiny.en ": "model: whisper-base ",
            "language: en            # en, ko or auto": "language: ko            # en, ko or auto",
            "  enabled: false          # off: nothing": "  enabled: true           # off: nothing",
            "base_url: https://api.openai.com/v1   #": f"base_url: {server.base_url}   #",
            "  engine: off             # espeak": f"  program: {voice}\n  engine: espeak           # espeak",
        }
        ready(browser, serve(changes=changes))
        assert browser.value("document.querySelector('.talk .label').textContent") == "누르고 말하세요"
        speak(browser, for_ms=6000)
        answered(browser, 1)
        heard = str(browser.value(f"{LAST}.querySelector('.heard').firstChild.textContent"))
        assert any("가" <= character <= "힣" for character in heard)
        assert browser.value(f"{LAST}.querySelector('.heard').lang") == "ko"
        assert browser.value(f"{LAST}.querySelector('.answer').textContent") == "".join(ANSWER)
        browser.until(f"{LAST}.querySelector('audio')?.duration > 1")
        shown = str(browser.value("document.querySelector('.oled').src")).partition("base64,")[2]
        oled = Image.open(io.BytesIO(base64.b64decode(shown)))
        assert shows(oled, "된장찌개는")
        assert not shows(oled, "된장찌개도")
        browser.value("scrollTo(0, 0)")
        kept(browser, "web_phone")
    voices = (tmp_path / "voices.txt").read_text().splitlines()
    assert len(voices) == 2, "sentence by sentence"
    assert all("-v ko " in arguments for arguments in voices)
