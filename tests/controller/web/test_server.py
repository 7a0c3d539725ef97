"""`roger web` as a command: who is let in, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from controller.cli import main

pytest.importorskip("gradio", reason="the web page is not installed: sh scripts/setup.sh web")

ROOT = Path(__file__).parents[3]
Start = Callable[..., tuple[str, subprocess.Popen[str]]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def run(*arguments: str) -> tuple[str, subprocess.Popen[str]]:
            process = subprocess.Popen(
                [Path(sys.executable).parent / "roger", "web", "--port", "0", "--silent", *arguments],
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env={**os.environ, "STATE_DIRECTORY": str(tmp_path)},
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout
            stack.callback(process.stdout.close)
            line = process.stdout.readline()
            return next(word for word in line.split() if word.startswith("http")), process

        yield run


def status(url: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(url, body) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_for_this_computer_it_is_open_and_ends_with_ctrl_c(start: Start) -> None:
    url, process = start()
    assert url.startswith("http://127.0.0.1:")
    assert status(url) == 200
    assert status(f"{url}image?visitor=nobody", b"an image") == 403
    process.send_signal(signal.SIGINT)
    assert process.wait(30) in (0, 130)


def test_for_the_network_it_wants_the_token_that_it_prints(start: Start) -> None:
    printed, _ = start("--host", "0.0.0.0")
    base, _, token = printed.partition("?token=")
    here = f"http://127.0.0.1:{base.rstrip('/').rpartition(':')[2]}/"
    assert len(token) == 32
    assert status(here) == 401
    assert status(f"{here}?token={token[:-1]}x") == 401
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    assert opener.open(f"{here}?token={token}").status == 200
    assert "token" not in opener.open(here).url


def test_a_port_that_is_taken_is_told(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    url, _ = start()
    assert main(["web", "--port", url.rstrip("/").rpartition(":")[2]]) == 2
    assert "WEB-03" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--mmproj", "eyes.gguf"], ["--model", "a.gguf", "--handler", "mtmd"]])
def test_half_a_model_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["web", "--port", "0", *arguments]) == 2
    assert "MDL-02" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--cert", "/nowhere.pem"], ["--cert", __file__]])
def test_half_a_certificate_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["web", "--port", "0", *arguments]) == 2
    assert "WEB-03" in capsys.readouterr().err
