"""The page as people use it, in a real browser: speak, be answered in text and speech, ask about an image."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from config.loader import DEFAULT_FOLDER, FILES
from models.store.fetch import installed
from tests.chromium import PROGRAM, Chromium
from tests.servers import llama_server

pytest.importorskip("gradio", reason="the web page is not installed: sh scripts/setup.sh web")
if PROGRAM is None:
    pytest.skip("no chromium here", allow_module_level=True)
if not shutil.which("espeak-ng"):
    pytest.skip("espeak-ng is not installed", allow_module_level=True)

pytestmark = [pytest.mark.weights, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
AUDIO = ROOT / "tests" / "audio"
LAST = "document.querySelector('article')"

Serve = Callable[..., str]


@pytest.fixture(autouse=True)
def weights() -> None:
    if installed("whisper-tiny.en") is None:
        pytest.skip("needs the weights of whisper-tiny.en")


@pytest.fixture
def tiny(tmp_path: Path) -> list[str]:
    """A model with eyes that babbles, for llama.cpp's own server."""
    if missing := llama_server.missing():
        pytest.skip(f"needs llama-cpp-python with its server: no {', '.join(missing)}")
    subprocess.run([sys.executable, ROOT / "scripts" / "make_tiny_llava.py", tmp_path], check=True)
    return ["--model", str(tmp_path / "tiny-llm.gguf"), "--mmproj", str(tmp_path / "tiny-mmproj.gguf")]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start `roger web`; give its address."""
    with ExitStack() as stack:

        def start(*arguments: str, settings: str = "") -> str:
            folder = tmp_path / "config"
            folder.mkdir()
            for name in FILES:
                shutil.copy(DEFAULT_FOLDER / name, folder)
            written = (folder / "roger.yaml").read_text("utf-8")
            written = written.replace("meaning: true", "meaning: false")  # the rules are there at once
            (folder / "roger.yaml").write_text(written + settings, "utf-8")
            process = subprocess.Popen(
                [Path(sys.executable).parent / "roger", "web", "--port", "0", "--config", folder, *arguments],
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env={**os.environ, "STATE_DIRECTORY": str(tmp_path / "state")},
            )
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            assert process.stdout
            stack.callback(process.stdout.close)
            return next(word for word in process.stdout.readline().split() if word.startswith("http"))

        yield start


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((440, 40, 560, 160), fill="gold")
    draw.rectangle((120, 240, 360, 440), fill="firebrick")
    path = tmp_path / "house.jpg"
    image.save(path)
    return path


def kept(browser: Chromium, name: str) -> None:
    """Keep what can be seen for the docs, where that is asked for."""
    if folder := os.environ.get("ROGER_SCREENSHOTS"):
        browser.picture(Path(folder) / f"{name}.png")


def ready(browser: Chromium, url: str) -> None:
    browser.open(url)
    browser.until("document.querySelector('.roger')?.dataset.ready === 'yes'")
    browser.until("document.querySelector('.parts').textContent === ''")  # everything is loaded


def speak(browser: Chromium) -> None:
    """Hold the button for as long as the recording lasts."""
    browser.pointer(".talk", "mousePressed")
    browser.until("document.querySelector('.roger').dataset.state === 'recording'")
    browser.value("new Promise((done) => setTimeout(done, 3500))")
    browser.pointer(".talk", "mouseReleased")


def test_speech_becomes_an_action_and_a_question_text_and_speech(serve: Serve, tmp_path: Path, tiny: list[str]) -> None:
    speaks = installed("smollm2-135m-instruct")
    url = serve(*(["--model", "smollm2-135m-instruct"] if speaks else tiny))
    with Chromium(tmp_path, AUDIO / "demo_brightness.wav") as browser:
        ready(browser, url)
        speak(browser)
        browser.until(f"{LAST}?.querySelector('.decided')?.textContent.startsWith('brightness ')")
        assert browser.value(f"{LAST}.querySelector('.heard .tag').textContent") == "en"
        browser.until(f"{LAST}.querySelector('.saved')")
        assert browser.value("document.querySelectorAll('.times li').length") >= 3
        assert browser.value("document.querySelector('.oled').naturalWidth") == 128
        browser.write(".write textarea", "who wrote the little prince")
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
        ready(browser, serve(*tiny))
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


def test_what_is_no_image_is_refused(serve: Serve, tmp_path: Path) -> None:
    wrong = tmp_path / "page.jpg"
    wrong.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with Chromium(tmp_path, width=420, height=900) as browser:
        ready(browser, serve("--silent"))
        browser.choose(".choose input", wrong)
        assert browser.until("document.querySelector('.hint.wrong')?.textContent").startswith("IMG-01")
        kept(browser, "web_phone")
        browser.click(".webcam")
        browser.until("document.querySelector('.finder').videoWidth > 0")
        browser.click(".webcam")
        browser.until("!document.querySelector('.preview').hidden")
        browser.click(".remove")
        browser.until("document.querySelector('.preview').hidden")


def test_two_people_have_two_conversations_and_one_history(serve: Serve, tmp_path: Path) -> None:
    url = serve("--silent")
    (tmp_path / "other").mkdir()
    with Chromium(tmp_path) as one, Chromium(tmp_path / "other") as other:
        for browser in (one, other):
            ready(browser, url)
        one.write(".write textarea", "거실 불 켜 줘")
        one.until(f"{LAST}?.querySelector('.decided')")
        assert one.value(f"{LAST}.querySelector('.heard .tag').textContent") == "ko"
        assert "light_on" in other.until("document.querySelector('.notice').textContent")
        assert other.value("document.querySelectorAll('article').length") == 0
        one.until(f"{LAST}.querySelector('.saved')")
        other.value("[...document.querySelectorAll('button[role=tab]')].at(-1).click()")
        other.write("#search textarea, #search input", "거실")
        other.until("document.querySelector('#found')?.innerText.includes('거실 불 켜 줘')")
        kept(other, "web_history")
