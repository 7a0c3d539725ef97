"""Every voice says what it is told, in its language, ends at once when it is told so, and says why it cannot speak."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from config.schema import SpeechEndpoint, SpeechSettings
from controller.adapters.speaker_wav import wav
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import Sound, Voice
from controller.worker import Token
from models.speech import process
from models.speech.endpoint import EndpointVoice
from models.speech.process import Program
from models.speech.voices import EspeakVoice, PiperVoice
from tests.servers.speech_server import SpeechServer

KEY = "sk-never-shown"
needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with SpeechServer() as running:
        yield running


def endpoint(server: SpeechServer, key: str = "") -> EndpointVoice:
    settings = SpeechEndpoint(base_url=server.base_url, api_key=SecretStr(key) if key else None)
    return EndpointVoice(SpeechSettings(engine="endpoint", endpoint=settings, voices={"en": "nova", "ko": "shimmer"}))


@pytest.fixture(params=["espeak", "endpoint", "piper"])
def voice(request: pytest.FixtureRequest, server: SpeechServer, tmp_path: Path) -> Voice:
    if request.param == "endpoint":
        return endpoint(server)
    if request.param == "piper":
        return piper(tmp_path, 'head -c 1 >/dev/null; head -c 44100 /dev/zero | tr "\\\\0" "\\\\1"')
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    return EspeakVoice({})


def piper(folder: Path, script: str) -> PiperVoice:
    """Stands for Piper: takes the same options, and prints raw samples."""
    program = folder / "piper"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (folder / "voice.onnx.json").write_text('{"audio": {"sample_rate": 16000}}')
    return PiperVoice({"en": str(folder / "voice.onnx")}, 1.0, str(program))


def length_s(sounds: list[Sound]) -> float:
    return sum(len(sound.samples) / sound.rate_hz for sound in sounds)


def test_what_is_said_can_be_heard(voice: Voice) -> None:
    sounds = list(voice.say("The light in the kitchen is on.", "en", Token()))
    assert 0.5 < length_s(sounds) < 10
    assert np.concatenate([sound.samples for sound in sounds]).any()


def test_nothing_is_said_once_nobody_wants_to_hear_it(voice: Voice) -> None:
    token = Token()
    token.cancel()
    assert list(voice.say("Hello.", "en", token)) == []


def test_it_ends_in_the_middle(voice: Voice) -> None:
    token = Token()
    sounds = voice.say("One two three four five. " * 40, "en", token)
    next(sounds)
    token.cancel()
    took_s = stopwatch()
    assert length_s(list(sounds)) < 60
    assert took_s() < 5


@needs_espeak
@pytest.mark.parametrize("text", ["-v ko", "<speak>hello</speak>", "$(touch /tmp/x); `id`", "a\nb"])
def test_words_are_only_words(text: str) -> None:
    assert length_s(list(EspeakVoice({}).say(text, "en", Token()))) > 0.2


@needs_espeak
def test_korean_is_said_by_the_korean_voice() -> None:
    voice = EspeakVoice({})
    hello = "안녕하세요. 만나서 반갑습니다."
    korean, english = (list(voice.say(hello, language, Token())) for language in ("ko", "en"))
    assert 1 < length_s(korean) < 6
    assert wav(korean) != wav(english)


@needs_espeak
def test_the_rate_is_heard() -> None:
    quick, slow = (length_s(list(EspeakVoice({}, rate).say("One two three four.", "en", Token()))) for rate in (2, 0.5))
    assert quick * 2 < slow


def test_a_program_that_is_missing_says_how_to_get_it() -> None:
    with pytest.raises(RogerError) as caught:
        list(EspeakVoice({}, program="/nowhere/espeak-ng").say("Hello.", "en", Token()))
    assert caught.value.problem.code == "SPK-01"
    assert "apt install espeak-ng" in caught.value.problem.hint


def test_a_program_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(RogerError) as caught:
        list(piper(tmp_path, "exit 3").say("Hello.", "en", Token()))
    assert (caught.value.problem.code, "status 3" in str(caught.value)) == ("SPK-02", True)


def test_a_program_that_hangs_is_ended() -> None:
    program = Program(["sleep", "600"], 16_000, 0, "")
    with pytest.raises(RogerError) as caught:
        list(process.say(program, "Hello.", Token(), limit_s=0.2))
    assert caught.value.problem.code == "SPK-03"


def test_a_cancellation_leaves_no_process() -> None:
    program = Program(["sh", "-c", "exec cat /dev/zero"], 16_000, 0, "")
    token = Token()
    sounds = process.say(program, "Hello.", token)
    next(sounds)
    token.cancel()
    assert list(sounds)[1000:] == []
    assert [thread.name for thread in threading.enumerate() if thread.name == "voice" and not _ends(thread)] == []


def _ends(thread: threading.Thread) -> bool:
    thread.join(20)
    return not thread.is_alive()


def test_piper_needs_a_voice(tmp_path: Path) -> None:
    for voices in ({}, {"en": str(tmp_path / "missing.onnx")}):
        with pytest.raises(RogerError) as caught:
            PiperVoice(voices)
        assert caught.value.problem.code == "SPK-01"


def test_piper_takes_another_language_for_want_of_one(tmp_path: Path) -> None:
    assert list(piper(tmp_path, "head -c 1 >/dev/null; head -c 400 /dev/zero").say("안녕", "ko", Token()))


class TestServer:
    def test_the_voice_of_the_language_is_asked_for(self, server: SpeechServer) -> None:
        list(endpoint(server).say("안녕하세요.", "ko", Token()))
        assert server.asked[-1]["voice"] == "shimmer"
        assert server.asked[-1]["input"] == "안녕하세요."

    def test_the_key_goes_to_the_server_and_nowhere_else(self, server: SpeechServer) -> None:
        server.status = 401
        with pytest.raises(RogerError) as caught:
            list(endpoint(server, KEY).say("Hello.", "en", Token()))
        assert server.authorization == f"Bearer {KEY}"
        assert (caught.value.problem.code, KEY in str(caught.value)) == ("SPK-04", False)
        assert "api_key" in caught.value.problem.hint

    @pytest.mark.parametrize("status", [404, 500])
    def test_a_server_that_refuses(self, server: SpeechServer, status: int) -> None:
        server.status = status
        with pytest.raises(RogerError, match=f"SPK-04.*{status}"):
            list(endpoint(server).say("Hello.", "en", Token()))

    def test_nobody_listens(self) -> None:
        settings = SpeechSettings(engine="endpoint", endpoint=SpeechEndpoint(base_url="http://127.0.0.1:9/v1"))
        with pytest.raises(RogerError, match="SPK-04 nothing listens"):
            list(EndpointVoice(settings).say("Hello.", "en", Token()))

    def test_a_server_that_goes_silent(self, server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("models.speech.endpoint.GO_ON_S", 0.3)
        server.stalls = True
        with pytest.raises(RogerError, match="SPK-03"):
            list(endpoint(server).say("Hello.", "en", Token()))
