"""`roger run` as a service: a real process, a real socket where systemd's would be, and every way to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest

from tests.controller.commands.test_run import config

ROGER = "import sys; from controller.cli import main; sys.exit(main())"
FALLS_OVER = "import controller.machine as m; m.Controller.handle = lambda self, event: 1 / 0;" + ROGER
LOOP_HANGS = (
    "import threading, controller.app as a; old = a.Assistant._handle;"
    "a.Assistant._handle = lambda self, event: old(self, event)"
    " if event.trigger != 'part' or event.part.name != 'display' else (old(self, event), threading.Event().wait());"
) + ROGER
MICROPHONE_HANGS = (
    "import threading, controller.adapters.microphone_pyaudio as m; m.OPENING_S = 1.0;"
    "m.PyAudioMicrophone._capture = lambda self: threading.Event().wait();"
) + ROGER


class Service:
    """A Roger that a supervisor watches. It does not outlive its test.

    Args:
        code: What Python runs, for a Roger with a fault.
    """

    def __init__(self, folder: Path, code: str = ROGER, watchdog_s: float = 60.0, **environment: str) -> None:
        self.state = folder / "state"
        for name in ("state", "runtime"):
            (folder / name).mkdir(exist_ok=True)
        address = folder / "notify"
        address.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))
        self._socket.settimeout(60)
        self.heard: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", code, "run", "--config", str(config(folder / "config"))],
            env={
                **os.environ,
                "NOTIFY_SOCKET": str(address),
                "WATCHDOG_USEC": str(int(watchdog_s * 1e6)),
                "STATE_DIRECTORY": str(self.state),
                "RUNTIME_DIRECTORY": str(folder / "runtime"),
                "ROGER_MODELS": str(folder / "no-weights"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._killer = threading.Timer(120, self.process.kill)
        self._killer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._killer.cancel()
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self._socket.close()

    def until(self, message: str) -> Self:
        """Listen until it says so."""
        while not any(message in heard for heard in self.heard):
            self.heard.append(self._socket.recv(4096).decode())
        return self

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the status, negative for a signal, and what was printed."""
        self.process.send_signal(number)
        printed, _ = self.process.communicate()
        return self.process.returncode, printed


def said_of(folder: Path, *, ended: str = "") -> str:
    """What the next run says of the one before."""
    if ended:
        (folder / "state" / "ended").write_text(ended)
    with Service(folder) as service:
        return service.until("READY=1").end(signal.SIGTERM)[1]


def test_it_says_that_it_is_ready_once_the_first_screen_was_shown_and_that_it_stops(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        status, printed = service.until("READY=1").end(signal.SIGTERM)
        service.until("STOPPING=1")
    assert status == 0, printed
    assert "STATUS=idle; loading" in "".join(service.heard)
    assert service.heard.index("READY=1") < service.heard.index("STOPPING=1")
    assert service.heard.count("READY=1") == 1
    assert "SRV-" not in printed + said_of(tmp_path)


def test_a_run_that_was_killed_is_told_by_the_next(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        assert service.until("READY=1").end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert "SRV-02 Roger was killed by SEGV; see what it says" in said_of(tmp_path, ended="core-dump dumped SEGV")
    assert "SRV-" not in said_of(tmp_path), "that is told once"


def test_what_became_of_an_update_is_told_by_the_first_run_after_it(tmp_path: Path) -> None:
    notice = tmp_path / "root" / "run" / "roger-update" / "notice"
    notice.parent.mkdir(parents=True)
    for said, told in (
        ("updated 2.0.0", "UPD-15 Roger 2.0.0 is new here; Roger 2.0.0 runs"),
        ("undone 2.0.0 it ended before Roger was ready", "UPD-13 the update to 2.0.0 was undone: it ended before"),
    ):
        notice.write_text(f"{said}\n")
        with Service(tmp_path, ROGER_ROOT=str(tmp_path / "root")) as service:
            assert told in service.until("READY=1").end(signal.SIGTERM)[1]


def test_a_fault_in_the_loop_ends_it_and_is_told_by_the_next(tmp_path: Path) -> None:
    with Service(tmp_path, FALLS_OVER) as service:
        printed, _ = service.process.communicate()
    assert service.process.returncode not in (0, 2)
    assert "ZeroDivisionError" in printed
    assert "SRV-01 Roger fell over: ZeroDivisionError('division by zero') in <string>:1" in said_of(tmp_path)


def test_after_a_power_cut_it_is_only_logged(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.until("READY=1").end(signal.SIGKILL)
    noted = json.loads((tmp_path / "state" / "run.json").read_text())
    assert noted["how"] == "running"
    (tmp_path / "state" / "run.json").write_text(json.dumps({**noted, "boot": "the one before"}))
    assert "SRV-04 the power went away while Roger ran; nothing is lost" in said_of(tmp_path)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (LOOP_HANGS, "SRV-03 Roger hung and was restarted: its loop stood still"),
        (MICROPHONE_HANGS, "SRV-03 Roger hung and was restarted: the microphone's thread hangs"),
    ],
)
def test_a_loop_or_a_microphone_that_hangs_ends_the_feeding_and_is_told_by_the_next(
    tmp_path: Path, code: str, told: str
) -> None:
    if code == MICROPHONE_HANGS:
        pytest.importorskip("pyaudio", reason="PyAudio is not installed (extra: device)")
    with Service(tmp_path, code, watchdog_s=6.0) as service:
        hangs_after = starved(service)
        status, printed = service.end(signal.SIGABRT)  # as systemd does
    assert status == -signal.SIGABRT
    assert hangs_after, "it was alive before"
    assert "Current thread" in printed, "the log shows where each thread stood"
    assert told in said_of(tmp_path, ended="watchdog killed ABRT")


def starved(service: Service) -> Sequence[str]:
    """What it said until it gave no sign of life for as long as a watchdog of 6 s waits."""
    service.until("READY=1")
    service._socket.settimeout(6.0)
    try:
        while len(service.heard) < 100:
            service.heard.append(service._socket.recv(4096).decode())
    except TimeoutError:
        return service.heard
    return ()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Every process of these tests has ended."""
    yield
    ours = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False).stdout.split()
    assert len(ours) <= 1, "only pgrep itself"
