"""`roger simulate` in a real pseudo terminal."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from config.loader import DEFAULT_FOLDER, FILES
from controller.clock import stopwatch

ROOT = Path(__file__).parents[3]
ROGER = "import sys; from controller.cli import main; sys.exit(main())"
PATIENCE_S = 20.0
ESCAPE_SEQUENCE = re.compile(r"\x1b(\[[0-9;?<>=$ ]*[a-zA-Z~]|[\]P^_].*?(\x07|\x1b\\)|[()][0AB]|[=>78])")


class Terminal:
    """A terminal of 100x32 with `roger simulate` in it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._keys, self.line = os.openpty()
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", 32, 100, 0, 0))
        self.before = termios.tcgetattr(self.line)
        self.written = ""
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", ROGER, "simulate", *arguments],
            cwd=folder,
            stdin=self.line,
            stdout=self.line,
            stderr=self.line,
            env=environment,
            start_new_session=True,
        )

    def type(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def read(self, seconds: float = 0.1) -> None:
        ready, _, _ = select.select([self._keys], [], [], seconds)
        if ready:
            self.written += os.read(self._keys, 65_536).decode(errors="replace")

    def until(self, text: str) -> None:
        """Read until `text` was written after all that was read before."""
        elapsed = stopwatch()
        begin = len(self.written)
        while text not in ESCAPE_SEQUENCE.sub("", self.written[begin:]):
            assert elapsed() < PATIENCE_S, self.written[-3000:]
            self.read()

    def end(self) -> int:
        elapsed = stopwatch()
        while self.process.poll() is None and elapsed() < PATIENCE_S:
            self.read()
        self.read()
        return self.process.wait(1.0)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._keys)
        os.close(self.line)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def test_a_sentence_is_typed_the_lamp_goes_on_and_the_terminal_is_left_as_it_was(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.until("classifier is ready")
    terminal.type("\r")
    terminal.type("turn on the kitchen light\r")
    terminal.until("● kitchen_light")
    terminal.type("\x1b")
    terminal.until("quit")
    terminal.type("q")
    assert terminal.end() == 0
    assert termios.tcgetattr(terminal.line) == terminal.before
    assert "\x1b[?1049l" in terminal.written[terminal.written.rindex("\x1b[?1049h") :]
    assert terminal.written.rindex("\x1b[?25h") > terminal.written.rindex("\x1b[?25l")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", ["ctrl-c", "sigterm"])
def test_it_ends_in_order_whatever_ends_it(terminal: Terminal, how: str) -> None:
    terminal.until("classifier is ready")
    if how == "ctrl-c":
        terminal.type("\x03")
    else:
        terminal.process.terminate()
    assert terminal.end() == 0
    assert termios.tcgetattr(terminal.line) == terminal.before


def test_the_trace_can_be_had_without_a_key(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--trace", "new/trace.jsonl")
    terminal.until("classifier is ready")
    terminal.type("q")
    assert terminal.end() == 0
    terminal.close()
    assert (tmp_path / "new" / "trace.jsonl").read_text("utf-8").startswith('{"trace":')


def test_without_the_microphone_that_is_asked_for_its_health_says_so(tmp_path: Path) -> None:
    for name in FILES:
        copy(DEFAULT_FOLDER / name, tmp_path / name)
    roger = tmp_path / "roger.yaml"
    roger.write_text(roger.read_text("utf-8").replace('name: ""', 'name: "no such microphone"'), "utf-8")
    terminal = Terminal(tmp_path, "--config", ".", "--mic")
    terminal.until("microphone is missing: MIC-0")
    terminal.type("q")
    assert terminal.end() == 0
    terminal.close()


def test_a_broken_configuration_is_explained_before_the_screen_is_taken(tmp_path: Path) -> None:
    (tmp_path / "roger.yaml").write_text("langage: en\n")
    terminal = Terminal(tmp_path, "--config", ".")
    assert terminal.end() == 2
    terminal.close()
    assert 'did you mean "language"' in terminal.written
    assert "\x1b[?1049h" not in terminal.written
