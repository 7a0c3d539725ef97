"""What a supervisor is told arrives, in order, at the one of the tests as at a real socket such as systemd's."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.adapters.supervisor_systemd import NoSupervisor, SystemdSupervisor, supervisor_of
from controller.ports import Supervisor
from tests.supervisors import NotedSupervisor

Heard = Callable[[], list[str]]


@pytest.fixture(params=["noted", "path", "abstract"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Supervisor, Heard]]:
    """A supervisor, and what it has heard so far."""
    if request.param == "noted":
        noted = NotedSupervisor()
        yield noted, lambda: noted.told
        return
    name = f"@roger-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0"))
        listener.setblocking(False)
        yield supervisor_of({"NOTIFY_SOCKET": name}), lambda: list(received(listener))


def received(listener: socket.socket) -> Iterator[str]:
    while True:
        try:
            yield listener.recv(4096).decode()
        except BlockingIOError:
            return


def test_it_hears_everything_in_order(told: tuple[Supervisor, Heard]) -> None:
    supervisor, heard = told
    supervisor.ready()
    supervisor.status("idle")
    supervisor.alive()
    supervisor.stopping()
    assert heard() == ["READY=1", "STATUS=idle", "WATCHDOG=1", "STOPPING=1"]


def test_a_status_cannot_bring_a_line_of_its_own(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        SystemdSupervisor(str(tmp_path / "notify")).status("idle\nMAINPID=1\n" + "x" * 1000)
        (message,) = [listener.recv(4096).decode()]
    assert "\n" not in message
    assert message.startswith("STATUS=idle MAINPID=1 xxx")
    assert len(message) < 250


def test_nobody_listens_and_nothing_happens(tmp_path: Path) -> None:
    SystemdSupervisor(str(tmp_path / "nobody")).ready()
    assert not list(tmp_path.iterdir())


def test_a_queue_that_is_full_holds_up_nobody(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        supervisor = SystemdSupervisor(str(tmp_path / "notify"))
        for _ in range(10_000):
            supervisor.alive()
        assert listener.recv(4096) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    ("environment", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_ours_or_another_process(environment: dict[str, str], watchdog_s: float | None) -> None:
    assert supervisor_of({"NOTIFY_SOCKET": "/run/nobody", **environment}).watchdog_s == watchdog_s


@pytest.mark.parametrize("address", ["", "vsock:2:1234"])
def test_without_a_socket_that_is_known_nobody_watches(address: str) -> None:
    assert isinstance(supervisor_of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"}), NoSupervisor)
