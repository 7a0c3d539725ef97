"""A whole assistant in real time, over real HTTP: a question in Korean, a picture, a voice, a key that stays put."""

from __future__ import annotations

import io
import json
import logging
import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from controller.engines import history_file
from controller.events import ButtonPressed, TextTyped
from controller.pictures import prepare
from controller.view import load_texts, words
from controller.web.visitor import seen
from tests.controller.device import PATIENCE_S, device
from tests.models.chat.asking import KEY
from tests.servers.chat_server import ChatServer, Script, Talk, saying
from tests.servers.speech_server import SpeechServer


def answers_in_korean(talk: Talk) -> None:
    system = talk.request.body["messages"][0]["content"]
    saying(*(["저는 ", "로저예요. ", "반가워요."] if "한국어로" in system else ["I am Roger."]))(talk)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))


def photo() -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").save(content, "PNG")
    return content.getvalue()


def test_a_korean_question_gets_a_korean_answer_by_the_korean_voice(tmp_path: Path) -> None:
    with ChatServer(answers_in_korean) as server, SpeechServer() as voice:
        speech = {"engine": "endpoint", "endpoint": {"base_url": voice.base_url}, "voices": {"en": "a", "ko": "b"}}
        chat = {"enabled": True, "base_url": server.base_url}
        with device(tmp_path, "너는 누구니", chat=chat, speech=speech) as roger:
            roger.hold_and_say()
            answered = roger.until(lambda scene: scene.turn.outcome == "answer")
            pause = threading.Event()
            for _ in range(PATIENCE_S * 20):
                if len(roger.spoken) == 2:
                    break
                pause.wait(0.05)
        assert answered.turn.answer == "저는 로저예요. 반가워요."
        assert [(asked["input"], asked["voice"]) for asked in voice.asked] == [
            ("저는 로저예요.", "b"),
            ("반가워요.", "b"),
        ]
        assert len(roger.spoken) == 2
        drawn = words(answered, answered.since, load(DEFAULT_FOLDER).screens, load_texts("ko"))
        assert any("저는 로저예요." in text for text in drawn)


def test_a_sentence_is_spoken_before_the_answer_is_complete(tmp_path: Path) -> None:
    def slowly(talk: Talk) -> None:
        talk.say("First. ", "Then ")
        talk.stall()

    with ChatServer(slowly) as server, SpeechServer() as voice:
        speech = {"engine": "endpoint", "endpoint": {"base_url": voice.base_url}}
        with device(tmp_path, "tell me", chat={"enabled": True, "base_url": server.base_url}, speech=speech) as roger:
            roger.hold_and_say()
            roger.until(lambda scene: scene.turn.answer == "First. Then ")
            pause = threading.Event()
            for _ in range(PATIENCE_S * 20):
                if roger.spoken:
                    break
                pause.wait(0.05)
            assert len(roger.spoken) == 1
            roger.post(ButtonPressed)
            roger.until(lambda scene: scene.turn.id == 2)
            assert server.left.wait(PATIENCE_S), "the press ended the answer too"
        assert [asked["input"] for asked in voice.asked] == ["First."]


def test_a_picture_and_a_question_reach_the_server(tmp_path: Path) -> None:
    with ChatServer(saying("A gradient.")) as server:
        with device(tmp_path, "what is it", chat={"enabled": True, "base_url": server.base_url}) as roger:
            image = prepare(photo(), "test")
            roger.assistant.give(image)
            roger.hold_and_say()
            answered = roger.until(lambda scene: scene.turn.outcome == "answer")
            roger.post(TextTyped, text="and what time is it")
            roger.until(lambda scene: scene.turn.id == 2 and scene.state == "displaying")
        assert answered.turn.picture == image.picture
        content = server.requests[0].body["messages"][-1]["content"]
        assert content[1] == {"type": "text", "text": "what is it"}
        assert content[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")


def test_what_do_you_see_takes_a_picture(tmp_path: Path) -> None:
    (tmp_path / "view.png").write_bytes(photo())
    with ChatServer(saying("A gradient.")) as server:
        settings = {"camera": {"source": "file", "path": str(tmp_path / "view.png")}}
        with device(
            tmp_path, "what do you see", chat={"enabled": True, "base_url": server.base_url}, **settings
        ) as roger:
            roger.hold_and_say()
            looked = roger.until(lambda scene: scene.turn.picture is not None)
            roger.until(lambda scene: scene.turn.outcome == "answer")
        assert looked.state == "querying"
        assert looked.turn.picture and looked.turn.picture.thumbnail
        assert isinstance(server.requests[0].body["messages"][-1]["content"], list)


def tells_the_key(talk: Talk) -> None:
    talk.refuse(401, f"Incorrect API key provided: {KEY}")


def breaks_with_the_key(talk: Talk) -> None:
    talk.say("Well, ")
    talk.event({"error": {"message": f"the key {KEY} has run out"}})


@pytest.mark.parametrize("script", [tells_the_key, breaks_with_the_key])
def test_a_key_is_in_no_log_trace_history_page_or_error(
    tmp_path: Path, script: Script, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), ChatServer(script) as server, SpeechServer() as voice:
        voice.status = 401
        speech = {"engine": "endpoint", "endpoint": {"base_url": voice.base_url, "api_key": KEY}}
        chat = {"enabled": True, "base_url": server.base_url, "api_key": KEY}
        with device(tmp_path, "why", chat=chat, speech=speech) as roger:
            roger.hold_and_say()
            roger.until(lambda scene: scene.turn.outcome == "failed")
            roger.until(lambda scene: scene.state == "displaying")
        names = load_texts("en").parts
        page = json.dumps([seen(scene, names) for scene in roger.scenes])
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}", "it was sent where it belongs"
    everything = [page, caplog.text, *capfd.readouterr()]
    for folder, _, files in os.walk(tmp_path):
        everything += [(Path(folder) / name).read_bytes().decode("utf-8", "replace") for name in files]
    assert "failed" in page
    assert history_file(load(DEFAULT_FOLDER)).exists()
    assert not [text for text in everything if KEY in text]
