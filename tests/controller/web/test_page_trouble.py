"""The page when something is in the way: the server is gone, the microphone is forbidden, somebody else has the tab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chromium import Chromium
from tests.controller.web.pages import LAST, Serve, answered, kept, ready, write
from tests.servers.chat_server import ChatServer, Talk, saying

pytestmark = [pytest.mark.weights, pytest.mark.slow]
NOTICE = "document.querySelector('.notice').textContent"


@contextmanager
def chatting() -> Iterator[tuple[ChatServer, dict[str, str]]]:
    """A chat server that answers with the question's number in its conversation, and the settings to ask it."""

    def script(talk: Talk) -> None:
        saying(f"Answer {len(talk.request.body['messages']) // 2}.")(talk)

    with ChatServer(script) as server:
        yield (
            server,
            {
                "  enabled: false          # off: nothing": "  enabled: true           # off: nothing",
                "base_url: https://api.openai.com/v1   #": f"base_url: {server.base_url}   #",
            },
        )


def texts(browser: Chromium, name: str) -> list[str]:
    """Of that part of each card, the newest first."""
    return list(browser.value(f"[...document.querySelectorAll('article .{name}')].map((one) => one.textContent)"))


def test_a_server_that_was_killed_comes_back_and_the_next_question_is_a_new_one(serve: Serve, tmp_path: Path) -> None:
    with chatting() as (_, changes), Chromium(tmp_path) as browser:
        url = serve("--silent", changes=changes)
        port = url.rstrip("/").rpartition(":")[2]
        ready(browser, url)
        write(browser, "why is it so")
        answered(browser, 1)
        serve.kill()
        browser.until(f"{NOTICE}.startsWith('The connection is lost')")
        assert browser.value("document.querySelector('.talk').disabled")
        kept(browser, "web_lost")
        serve("--silent", "--port", port)
        browser.until("document.querySelector('.roger').dataset.ready === 'yes'")
        assert "started anew" in browser.value(NOTICE)
        write(browser, "why is that")
        browser.until("document.querySelectorAll('article .answer').length === 2")
        assert texts(browser, "answer") == ["Answer 1.", "Answer 1."]
        assert len(texts(browser, "heard")) == 2, "what was said before stands there still"


def test_a_page_that_is_loaded_anew_goes_on_with_its_conversation(serve: Serve, tmp_path: Path) -> None:
    with chatting() as (_, changes), Chromium(tmp_path) as browser:
        url = serve("--silent", changes=changes)
        ready(browser, url)
        write(browser, "why is it so")
        answered(browser, 1)
        browser.value("document.querySelector('.roger').dataset.ready = 'old'")
        browser.do("Page.reload")
        browser.until("document.querySelector('.roger')?.dataset.ready === 'yes'")
        answered(browser, 1)
        write(browser, "why is that")
        answered(browser, 2)
        assert texts(browser, "answer") == ["Answer 2.", "Answer 1."]
        assert browser.value("document.querySelectorAll('.times li').length") == 4


def test_another_tab_with_the_same_conversation_takes_it_over(url: str, tmp_path: Path) -> None:
    with Chromium(tmp_path) as browser:
        ready(browser, url)
        browser.value(
            "new WebSocket(location.href.replace('http', 'ws') + 'live?visitor='"
            " + sessionStorage.getItem('roger visitor')) && true"
        )
        browser.until(f"{NOTICE}.includes('in another tab')")
        browser.value("new Promise((done) => setTimeout(done, 2500))")
        assert "another tab" in browser.value(NOTICE), "it does not take it back by itself"


def test_a_microphone_that_is_forbidden_is_told_and_writing_goes_on(url: str, tmp_path: Path) -> None:
    with Chromium(tmp_path, allowed=False) as browser:
        ready(browser, url)
        browser.pointer(".talk", "mousePressed")
        browser.until(f"{NOTICE}.includes('may not be used: allow it')")
        browser.pointer(".talk", "mouseReleased")
        kept(browser, "web_forbidden")
        browser.click(".webcam")
        browser.until("document.querySelector('.hint.wrong')?.textContent.includes('no webcam')")
        write(browser, "turn on the kitchen light")
        browser.until(f"{LAST}?.querySelector('.decided')")


def test_a_button_that_was_let_go_to_allow_the_microphone_does_not_record(url: str, tmp_path: Path) -> None:
    with Chromium(tmp_path) as browser:
        ready(browser, url)
        browser.value(
            "window.devices = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
            "window.allow = null; navigator.mediaDevices.getUserMedia = (wanted) =>"
            " new Promise((done) => { window.allow = () => done(window.devices(wanted)); }); true"
        )
        browser.click(".talk")
        browser.until("window.allow !== null")
        browser.value("window.allow(); true")
        browser.until(f"{NOTICE}.startsWith('The microphone may be used now')")
        assert browser.value("document.querySelector('.roger').dataset.state") == "idle"
        assert browser.value("document.querySelectorAll('article').length") == 0
        browser.pointer(".talk", "mousePressed")
        browser.until("document.querySelector('.roger').dataset.state === 'recording'")
        browser.pointer(".talk", "mouseReleased")


def test_a_page_too_many_is_told_and_let_in_when_there_is_room(serve: Serve, tmp_path: Path) -> None:
    url = serve("--silent", changes={"  visitors: 8 ": "  visitors: 1 "})
    (tmp_path / "other").mkdir()
    with Chromium(tmp_path) as one, Chromium(tmp_path / "other") as other:
        ready(one, url)
        other.open(url)
        other.until("document.querySelector('.notice')?.textContent.startsWith('WEB-04')")
        other.value("new Promise((done) => setTimeout(done, 2500))")
        assert other.value(NOTICE).startswith("WEB-04"), "the reason stays"
