"""The page as people use it, in a real browser: speak, be answered in text and speech, ask about an image."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.store.fetch import installed
from tests.chromium import Chromium
from tests.controller.web.pages import AUDIO, LAST, PATIENT, Serve, kept, ready, speak, write

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_speech_becomes_an_action_and_a_question_text_and_speech(serve: Serve, tmp_path: Path, tiny: list[str]) -> None:
    speaks = installed("smollm2-135m-instruct")
    url = serve(*(["--model", "smollm2-135m-instruct"] if speaks else tiny), changes=PATIENT)
    with Chromium(tmp_path, AUDIO / "demo_brightness.wav") as browser:
        ready(browser, url)
        speak(browser)
        browser.until(f"{LAST}?.querySelector('.decided')?.textContent.startsWith('brightness ')")
        assert browser.value(f"{LAST}.querySelector('.heard .tag').textContent") == "en"
        browser.until(f"{LAST}.querySelector('.saved')")
        assert browser.value("document.querySelectorAll('.times li').length") >= 3
        assert browser.value("document.querySelector('.oled').naturalWidth") == 128
        write(browser, "who wrote the little prince")
        browser.until(f"{LAST}.dataset.turn === '2' && {LAST}.querySelector('.answer')?.textContent.length > 3")
        browser.until(f"{LAST}.querySelector('audio')?.duration > 0.2")
        kept(browser, "web")
        browser.value("document.body.classList.add('dark')")
        kept(browser, "web_dark")
        elsewhere = [asked for asked in browser.requested if not asked.startswith((url, "ws://127.", "blob:", "data:"))]
        assert [asked for asked in elsewhere if not asked.startswith("chrome")] == []


def test_an_image_and_a_spoken_question_come_back_as_text_and_speech(
    serve: Serve, tmp_path: Path, tiny: list[str], photo: Path
) -> None:
    with Chromium(tmp_path, AUDIO / "demo_question.wav") as browser:
        ready(browser, serve(*tiny, changes=PATIENT))
        browser.choose(".choose input", photo)
        browser.until("!document.querySelector('.preview').hidden")
        speak(browser)
        browser.until(f"{LAST}?.querySelector('.picture')")
        browser.until(f"{LAST}.querySelector('.answer')?.textContent.length > 3")
        browser.until(f"{LAST}.querySelector('audio')?.duration > 0.2")
        assert browser.value("document.querySelector('.preview').hidden"), "it went with the question"
        assert "prince" in browser.value(f"{LAST}.querySelector('.heard').textContent").lower()
        kept(browser, "web_image")
        browser.choose(".choose input", photo)
        browser.until("!document.querySelector('.describe').hidden")
        browser.click(".describe")
        browser.until(f"{LAST}.dataset.turn === '2' && {LAST}.querySelector('.answer')?.textContent.length > 3")


def test_what_is_no_image_is_refused(url: str, tmp_path: Path) -> None:
    wrong = tmp_path / "page.jpg"
    wrong.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with Chromium(tmp_path) as browser:
        ready(browser, url)
        browser.choose(".choose input", wrong)
        assert browser.until("document.querySelector('.hint.wrong')?.textContent").startswith("IMG-01")
        browser.click(".webcam")
        browser.until("document.querySelector('.finder').videoWidth > 0")
        browser.click(".webcam")
        browser.until("!document.querySelector('.preview').hidden")
        browser.click(".remove")
        browser.until("document.querySelector('.preview').hidden")


def test_two_people_have_two_conversations_and_one_history(url: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Chromium(tmp_path) as one, Chromium(tmp_path / "other") as other:
        for browser in (one, other):
            ready(browser, url)
        write(one, "거실 불 켜 줘")
        one.until(f"{LAST}?.querySelector('.decided')")
        assert one.value(f"{LAST}.querySelector('.heard .tag').textContent") == "ko"
        assert "light_on" in other.until("document.querySelector('.notice').textContent")
        assert other.value("document.querySelectorAll('article').length") == 0
        one.until(f"{LAST}.querySelector('.saved')")
        other.value("[...document.querySelectorAll('button[role=tab]')].at(-1).click()")
        other.write("#search textarea, #search input", "거실")
        other.until("document.querySelector('#found')?.innerText.includes('거실 불 켜 줘')")
        kept(other, "web_history")
