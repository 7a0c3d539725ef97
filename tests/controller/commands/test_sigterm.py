"""SIGTERM in each of the seven states, while the real engines work: it ends, with 0, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from controller.clock import stopwatch
from models.store.fetch import installed
from tests.controller.commands.test_run import config
from tests.servers.chat_server import ChatServer, Talk
from tests.services import ROGER, Service

pytestmark = [
    pytest.mark.slow,
    pytest.mark.weights,
    pytest.mark.skipif(
        installed("whisper-tiny.en") is None or installed("e5-small") is None,
        reason="no weights: run `roger models fetch`",
    ),
]

SLEEPER = "86399.25"
"""Seconds that nobody else sleeps."""
ACTIONS = f"""
actions:
  lamp:
    title: {{en: Lamp, ko: 등}}
    phrases: {{en: ["turn on the living room lamp"]}}
    do: [{{command: {{argv: [sleep, "{SLEEPER}"], limit_s: 60}}}}]
  thanks:
    title: {{en: Thanks, ko: 감사}}
    phrases: {{en: [thank you very much]}}
    do: [{{show: {{en: welcome, ko: 네}}}}]
"""
SAYING = """
import controller.commands.run as run
from controller.adapters.microphone_wav import WavMicrophone
from tests.clips import clip
run.microphone_or_none = lambda settings, clock, post, pulse: WavMicrophone([clip({spoken!r})], clock)
"""
"""Somebody speaks a recording into it, at the pace of speech."""
LIMITS = "{transcribing_s: 200, classifying_s: 200}"
"""Nothing is late on a busy computer."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was learnt of `ACTIONS`, once for all states."""
    return tmp_path_factory.mktemp("cache")


def stalling(talk: Talk) -> None:
    talk.say("Antoine ")
    talk.stall()


@pytest.mark.parametrize(
    ("state", "spoken"),
    [
        ("idle", "demo_time.wav"),
        ("recording", "demo_lamp.wav"),
        ("transcribing", "demo_lamp.wav"),
        ("classifying", "demo_lamp.wav"),
        ("acting", "demo_lamp.wav"),
        ("querying", "demo_question.wav"),
        ("displaying", "demo_silence.wav"),
    ],
)
def test_it_ends_with_nothing_left(state: str, spoken: str, tmp_path: Path, cache: Path) -> None:
    with ChatServer(stalling) as server:
        chat = f"{{enabled: true, base_url: '{server.base_url}'}}"
        folder = config(tmp_path / "config", chat=chat, limits=LIMITS)
        if state != "classifying":  # those of the shipped actions are still being learnt when one is to be understood
            (folder / "actions.yaml").write_text(ACTIONS)
        code = SAYING.format(spoken=spoken) + ROGER
        pressed = ("--hold", "4") if state != "idle" else ()
        with Service(tmp_path, folder, code, 60.0, *pressed, XDG_CACHE_HOME=str(cache)) as roger:
            roger.until("READY=1").until(f"STATUS={state}")
            elapsed = stopwatch()
            status, printed = roger.end(signal.SIGTERM)
            print(f"{state}: ended after {elapsed():.2f} s")
    assert status == 0, printed
    assert "Traceback" not in printed
    assert subprocess.run(["pgrep", "-f", SLEEPER], capture_output=True, check=False).stdout == b""
