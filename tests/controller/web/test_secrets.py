"""`roger -v web` with keys that a server repeats in every way: they are nowhere but where they belong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from config.loader import DEFAULT_FOLDER, FILES
from tests.models.chat.asking import KEY
from tests.servers.chat_server import ChatServer, Script, Talk, saying
from tests.servers.faults import says_the_key
from tests.servers.speech_server import SpeechServer

pytest.importorskip("gradio", reason="the web page is not installed: sh scripts/setup.sh web")
ROOT = Path(__file__).parents[3]
SPEECH_KEY = "sk-another-secret-for-the-voice"
PASSWORD = "open-sesame-please"


def refuses_with_the_key(talk: Talk) -> None:
    talk.refuse(401, f"Incorrect API key provided: {KEY}")


def breaks_with_the_key(talk: Talk) -> None:
    talk.say("Well, ")
    talk.event({"error": {"message": f"the key {KEY} has run out"}})


SCRIPTS: list[Script] = [refuses_with_the_key, breaks_with_the_key, says_the_key, saying(*f"It is {KEY}, you know.")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration that points to three secrets."""
    made = tmp_path / "config"
    made.mkdir()
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, made)
    return made


def configure(folder: Path, chat: ChatServer, speech: SpeechServer) -> None:
    path = folder / "roger.yaml"
    written = path.read_text("utf-8").replace("meaning: true", "meaning: false")
    for name in ("chat", "speech", "web"):
        written = re.sub(rf"^{name}:.*\n(?:(?: .*)?\n)*", "", written, flags=re.MULTILINE)
    written += f"""
chat: {{enabled: true, base_url: "{chat.base_url}", api_key: !env ROGER_CHAT_KEY}}
speech: {{engine: endpoint, endpoint: {{base_url: "{speech.base_url}", api_key: !env ROGER_SPEECH_KEY}}}}
web: {{password: !env ROGER_WEB_PASSWORD}}
"""
    path.write_text(written, "utf-8")


@pytest.fixture
def page(folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a page that is served, and where all that its server says is written."""
    said = tmp_path / "said.txt"
    turn = iter(SCRIPTS)
    with ChatServer(lambda talk: next(turn)(talk)) as chat, SpeechServer() as speech, said.open("w") as output:
        configure(folder, chat, speech)
        process = subprocess.Popen(
            [Path(sys.executable).parent / "roger", "-v", "web", "--port", "0", "--config", folder],
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "STATE_DIRECTORY": str(tmp_path / "state"),
                "ROGER_CHAT_KEY": KEY,
                "ROGER_SPEECH_KEY": SPEECH_KEY,
                "ROGER_WEB_PASSWORD": PASSWORD,
            },
        )
        assert process.stdout
        try:
            line = process.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http")), said
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()
        assert chat.requests[0].headers["authorization"] == f"Bearer {KEY}", "it was sent where it belongs"
        assert speech.authorization == f"Bearer {SPEECH_KEY}"


def talk_to(url: str, cookie: str) -> list[str]:
    """Ask a question for each script; everything that the page is sent meanwhile."""
    from websockets.sync.client import connect

    received: list[str] = []
    with connect(url.replace("http:", "ws:") + "live?visitor=", additional_headers={"Cookie": cookie}) as socket:
        for turn in range(1, len(SCRIPTS) + 1):
            socket.send(json.dumps({"do": "type", "text": f"why is it so, {SPEECH_KEY}"}))
            while True:
                received.append(str(socket.recv(60)))
                message = json.loads(received[-1])
                if message["kind"] == "seen" and message["turn"] == turn and message.get("saved"):
                    break
    return received


def test_keys_are_nowhere_but_where_they_belong(page: tuple[str, Path], tmp_path: Path) -> None:
    pytest.importorskip("websockets")
    url, said = page
    cookies = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    pages = [opener.open(url, urlencode({"token": PASSWORD}).encode()).read().decode()]
    (cookie,) = cookies
    pages += [opener.open(url + path).read().decode() for path in ("config", "theme.css")]
    received = talk_to(url, f"{cookie.name}={cookie.value}")
    exported = subprocess.run(
        [Path(sys.executable).parent / "roger", "history", "--config", tmp_path / "config", "--export", "jsonl"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "STATE_DIRECTORY": str(tmp_path / "state"), "ROGER_CHAT_KEY": KEY}
        | {"ROGER_SPEECH_KEY": SPEECH_KEY, "ROGER_WEB_PASSWORD": PASSWORD},
    ).stdout
    kept = [path.read_bytes().decode("utf-8", "replace") for path in (tmp_path / "state").rglob("*") if path.is_file()]
    everything = {"pages": pages, "socket": received, "log": [said.read_text()], "history": [exported], "files": kept}
    assert len(exported.splitlines()) == len(SCRIPTS)
    assert "It is sk-***, you know." in exported
    for where, texts in everything.items():
        for secret in (KEY, SPEECH_KEY, PASSWORD):
            assert not [text for text in texts if secret in text], where
    assert cookie.value and cookie.value not in said.read_text(), "the log lets nobody in"
