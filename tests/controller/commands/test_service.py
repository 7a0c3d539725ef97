"""`roger run` as a service: a real process, a real socket where systemd's would be, and every way to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from controller.cli import main
from tests.controller.commands.test_run import config
from tests.services import ROGER, Service

FALLS_OVER = "import controller.machine as m; m.Controller.handle = lambda self, event: 1 / 0;" + ROGER
LOOP_HANGS = (
    "import threading, controller.app as a; old = a.Assistant._handle;"
    "a.Assistant._handle = lambda self, event: old(self, event)"
    " if event.trigger != 'part' or event.part.name != 'display' else (old(self, event), threading.Event().wait());"
) + ROGER
RECOGNISER_HANGS = (
    "import threading, controller.commands.run as r, controller.vitals as v; v.OVERDUE_S = v.LOADING_S = 1.0;"
    "r.make_recognizer = lambda config: threading.Event().wait();"
) + ROGER
MICROPHONE_HANGS = (
    "import threading, controller.adapters.microphone_pyaudio as m; m.OPENING_S = 1.0;"
    "m.PyAudioMicrophone._capture = lambda self: threading.Event().wait();"
) + ROGER


def service(folder: Path, code: str = ROGER, watchdog_s: float = 60.0, *arguments: str, **environment: str) -> Service:
    """One without any hardware and weights."""
    without = {"ROGER_MODELS": str(folder / "no-weights"), **environment}
    return Service(folder, config(folder / "config"), code, watchdog_s, *arguments, **without)


def said_of(folder: Path, *, ended: str = "") -> str:
    """What the next run says of the one before."""
    if ended:
        (folder / "state" / "ended").write_text(ended)
    with service(folder) as roger:
        return roger.until("READY=1").end(signal.SIGTERM)[1]


def test_it_says_that_it_is_ready_once_the_first_screen_was_shown_and_that_it_stops(tmp_path: Path) -> None:
    with service(tmp_path) as roger:
        status, printed = roger.until("READY=1").end(signal.SIGTERM)
        roger.until("STOPPING=1")
    assert status == 0, printed
    assert "STATUS=idle; loading" in "".join(roger.heard)
    assert roger.heard.index("READY=1") < roger.heard.index("STOPPING=1")
    assert roger.heard.count("READY=1") == 1
    assert "SRV-" not in printed + said_of(tmp_path)


def test_a_run_that_was_killed_is_told_by_the_next(tmp_path: Path) -> None:
    with service(tmp_path) as roger:
        assert roger.until("READY=1").end(signal.SIGKILL)[0] == -signal.SIGKILL
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
        with service(tmp_path, ROGER_ROOT=str(tmp_path / "root")) as roger:
            assert told in roger.until("READY=1").end(signal.SIGTERM)[1]


def test_the_trace_of_a_run_that_was_killed_in_the_middle_of_a_turn_is_kept_by_the_next(tmp_path: Path) -> None:
    with service(tmp_path, ROGER, 60.0, "--hold", "100") as roger:
        roger.until("STATUS=displaying").end(signal.SIGKILL)  # there is no microphone, which the screen says
    said_of(tmp_path)
    kept, *_ = sorted((tmp_path / "state" / "traces").glob("*.jsonl"))
    assert '"verdict":"idle -> recording"' in kept.read_text("utf-8")
    assert main(["replay", str(kept)]) == 0
    assert list((tmp_path / "runtime").glob("*.jsonl")) == []


def test_yaml_that_was_broken_from_the_start_is_told_and_the_shipped_one_used(tmp_path: Path) -> None:
    folder = config(tmp_path / "config", limits="{displaying_s: soon}")
    with Service(tmp_path, folder, ROGER_MODELS=str(tmp_path)) as roger:
        status, printed = roger.until("READY=1").end(signal.SIGTERM)
    assert status == 0
    assert "CFG-05" in printed
    assert "The configuration that Roger comes with is used instead." in printed


def test_who_wants_no_history_gets_no_traces_either(tmp_path: Path) -> None:
    folder = config(tmp_path / "config", history="{enabled: false}")
    with Service(tmp_path, folder, ROGER, 60.0, "--hold", "1", ROGER_MODELS=str(tmp_path)) as roger:
        roger.process.communicate()
    assert not (tmp_path / "state" / "traces").exists()


def test_a_fault_in_the_loop_ends_it_and_is_told_by_the_next(tmp_path: Path) -> None:
    with service(tmp_path, FALLS_OVER) as roger:
        printed, _ = roger.process.communicate()
    assert roger.process.returncode not in (0, 2)
    assert "ZeroDivisionError" in printed
    assert "SRV-01 Roger fell over: ZeroDivisionError('division by zero') in <string>:1" in said_of(tmp_path)


def test_after_a_power_cut_it_is_only_logged(tmp_path: Path) -> None:
    with service(tmp_path) as roger:
        roger.until("READY=1").end(signal.SIGKILL)
    noted = json.loads((tmp_path / "state" / "run.json").read_text())
    assert noted["how"] == "running"
    (tmp_path / "state" / "run.json").write_text(json.dumps({**noted, "boot": "the one before"}))
    assert "SRV-04 the power went away while Roger ran; nothing is lost" in said_of(tmp_path)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (LOOP_HANGS, "SRV-03 Roger hung and was restarted: its loop stood still"),
        (MICROPHONE_HANGS, "SRV-03 Roger hung and was restarted: the microphone's thread hangs"),
        (RECOGNISER_HANGS, "SRV-03 Roger hung and was restarted: hearing hangs since"),
    ],
)
def test_a_loop_a_microphone_or_a_recogniser_that_hangs_ends_the_feeding_and_is_told_by_the_next(
    tmp_path: Path, code: str, told: str
) -> None:
    if code == MICROPHONE_HANGS:
        pytest.importorskip("pyaudio", reason="PyAudio is not installed (extra: device)")
    with service(tmp_path, code, watchdog_s=6.0) as roger:
        hangs_after = starved(roger)
        status, printed = roger.end(signal.SIGABRT)  # as systemd does
    assert status == -signal.SIGABRT
    assert hangs_after, "it was alive before"
    assert "Current thread" in printed, "the log shows where each thread stood"
    assert told in said_of(tmp_path, ended="watchdog killed ABRT")


def starved(roger: Service) -> Sequence[str]:
    """What it said until it gave no sign of life for as long as a watchdog of 6 s waits."""
    roger.until("READY=1")
    roger.socket.settimeout(6.0)
    try:
        while len(roger.heard) < 100:
            roger.heard.append(roger.socket.recv(4096).decode())
    except TimeoutError:
        return roger.heard
    return ()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Every process of these tests has ended."""
    yield
    ours = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False).stdout.split()
    assert len(ours) <= 1, "only pgrep itself"
