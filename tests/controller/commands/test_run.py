"""`roger run` on a computer without any hardware: what is missing is said, and the rest goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, FILES

ROGER = [sys.executable, "-u", "-c", "import sys; from controller.cli import main; sys.exit(main())"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With a place of its own for what is kept."""
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ROGER, "run", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def config(folder: Path, **changes: str) -> Path:
    """A configuration whose turns are over soon, with a microphone and a display that no computer has."""
    folder.mkdir(exist_ok=True)
    for name in FILES:
        (folder / name).write_bytes((DEFAULT_FOLDER / name).read_bytes())
    settings = {
        "limits": "{displaying_s: 0.3}",
        "display": "{bus: 20}",
        "microphone": "{name: the one that nobody has}",
        **changes,
    }
    (folder / "roger.yaml").write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
    return folder


def test_a_scripted_turn_without_microphone_and_display_ends_in_a_card(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder, trace = config(tmp_path / "config"), tmp_path / "trace.jsonl"
    done = run(environment, "--config", str(folder), "--hold", "1", "--trace", str(trace))
    assert done.returncode == 0, done.stderr
    assert "display is missing: DSP-01" in done.stdout
    assert "microphone is missing: MIC-0" in done.stdout
    assert "recording" in done.stdout
    assert "displaying   timeout     -> idle" in done.stdout
    assert "Traceback" not in done.stderr
    assert trace.read_text(encoding="utf-8").count('"verdict"') > 3


def test_without_any_button_it_says_so_and_stays_until_it_is_told_to_stop(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with running(environment, config(tmp_path / "config")) as process:
        assert process.stdout
        seen = ""
        for line in process.stdout:
            seen += line
            if "button is missing" in line:
                break
        assert "button is missing: BTN-01" in seen
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


class running:
    """A process that does not outlive its test."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [*ROGER, "run", "--config", str(folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._watchdog = threading.Timer(60, self._process.kill)

    def __enter__(self) -> subprocess.Popen[str]:
        self._watchdog.start()
        return self._process

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self._process.kill()
        self._process.wait()


def test_broken_yaml_is_shown_and_the_last_good_one_used(environment: dict[str, str], tmp_path: Path) -> None:
    folder = config(tmp_path / "config")
    assert run(environment, "--config", str(folder), "--hold", "0.5").returncode == 0
    (folder / "roger.yaml").write_text("limits: {displaying_s: soon}\n")
    done = run(environment, "--config", str(folder), "--hold", "0.5")
    assert done.returncode == 0
    assert "roger.yaml:1:24 CFG-05" in done.stderr
    assert "The last configuration that worked is used" in done.stderr
    assert "-> recording" in done.stdout


def test_broken_yaml_without_a_good_one_is_an_error(environment: dict[str, str], tmp_path: Path) -> None:
    folder = config(tmp_path / "config", limits="{displaying_s: soon}")
    done = run(environment, "--config", str(folder), "--hold", "0.5")
    assert done.returncode == 2
    assert "CFG-05" in done.stderr


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    keys, screen = os.openpty()
    yield keys, screen
    os.close(keys)


def test_in_a_terminal_the_space_bar_is_the_button_and_q_ends_it(
    environment: dict[str, str], tmp_path: Path, terminal: tuple[int, int]
) -> None:
    keys, screen = terminal
    trace = tmp_path / "trace.jsonl"
    command = [*ROGER, "run", "--config", str(config(tmp_path / "config")), "--trace", str(trace)]
    process = subprocess.Popen(
        command, env={**environment, "TERM": "xterm"}, stdin=screen, stdout=screen, stderr=subprocess.DEVNULL
    )
    os.close(screen)
    shown = read_until(keys, "⠤")  # something of the first screen
    os.write(keys, b" ")
    shown += read_until(keys, "MIC-0", seconds=5)
    os.write(keys, b"q")
    drain = threading.Thread(target=read_until, args=(keys, "\0"), daemon=True)
    drain.start()
    assert process.wait(timeout=20) == 0
    verdicts = trace.read_text(encoding="utf-8")
    assert '"verdict":"idle -> recording"' in verdicts
    assert "⠤" in shown


def read_until(fileno: int, wanted: str, seconds: float = 30) -> str:
    """What the terminal shows until `wanted` is in it, for so many seconds at most."""
    import select

    got = b""
    while wanted.encode() not in got and select.select([fileno], [], [], seconds)[0]:
        try:
            got += os.read(fileno, 4096)
        except OSError:
            break
    return got.decode(errors="replace")
