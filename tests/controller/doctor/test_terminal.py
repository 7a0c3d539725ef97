"""`roger doctor` in a real terminal: the line that moves, and Ctrl-C in the middle."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER

PROGRAM = "import sys; from controller.cli import main; sys.exit(main(sys.argv[1:]))"
CURSOR_SHOWN = b"\x1b[?25h"


@contextmanager
def terminal(*words: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command, and the other end of its terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, "doctor", *words], stdout=slave, stderr=slave)
    os.close(slave)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait()
        os.close(master)


def read(master: int, until: bytes = b"") -> bytes:
    """What is printed up to `until`, else to the end."""
    got = b""
    with suppress(OSError):  # the other end is closed
        while not until or until not in got:
            got += os.read(master, 4096)
    return got


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_line_that_moves_is_gone_at_the_end() -> None:
    with terminal("--only", "memory,configuration") as (process, master):
        text = read(master)
        assert process.wait(60) in (0, 1, 2)
    assert b"memory" in text
    assert text.rstrip().endswith(CURSOR_SHOWN) or CURSOR_SHOWN in text[-40:]


def test_ctrl_c_ends_it_at_once_and_leaves_the_terminal_as_it_was(tmp_path: Path, mute: int) -> None:
    for name in ("actions.yaml", "screens.yaml"):
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    (tmp_path / "roger.yaml").write_text(f"chat: {{enabled: true, base_url: 'https://127.0.0.1:{mute}/v1'}}\n")
    status, rest = 0, b""
    for _ in range(5):  # a busy computer may come too late with the signal: the server is given up after 5 s
        with terminal("--only", "network", "--config", str(tmp_path)) as (process, master):
            read(master, b"connecting to 127.0.0.1")
            process.send_signal(signal.SIGINT)
            rest, status = read(master), process.wait(60)
        if status == 130:
            break
    assert status == 130
    assert CURSOR_SHOWN in rest
    assert b"Traceback" not in rest
