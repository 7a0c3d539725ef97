"""What the doctor says of servers: a real one on this computer, with and without TLS, and none."""

from __future__ import annotations

import queue
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest

from controller.doctor import network
from controller.doctor.network import Unreachable, reach
from controller.doctor.server import Server
from tests.controller.doctor.patient import Patient


class Listener:
    """Accepts one connection after the other, and keeps what it was sent."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._context = context
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):  # closed before
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
                if self._context:
                    connection = self._context.wrap_socket(connection, server_side=True)
                with connection:
                    connection.settimeout(5)
                    self.received.put(connection.recv(100))
            except ssl.SSLError:
                continue
            except OSError:
                return


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself."""
    if which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=roger"
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *extra], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def secured(certificate: Path) -> Iterator[Listener]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Listener(context)
    yield server
    server.close()


def server(port: int, tls: bool = False, host: str = "127.0.0.1") -> Server:
    return Server("chat.base_url", host, port, tls, "CHAT-02")


def test_a_server_that_is_there_is_sent_nothing(listener: Listener) -> None:
    told = reach(server(listener.port))
    assert told["address"] == "127.0.0.1"
    assert listener.received.get(timeout=30) == b""


def test_a_certificate_that_is_trusted_is_well(secured: Listener, certificate: Path) -> None:
    trusted = ssl.create_default_context(cafile=certificate)
    assert reach(server(secured.port, tls=True), trusted=trusted)["tls"].startswith("TLSv1")


def test_a_certificate_that_nobody_vouches_for_is_said_so(secured: Listener) -> None:
    with pytest.raises(Unreachable, match="certificate that is not trusted") as caught:
        reach(server(secured.port, tls=True))
    assert "clock" in caught.value.remedy


def test_a_server_without_tls_is_told_from_one_with_a_bad_certificate(listener: Listener) -> None:
    with pytest.raises(Unreachable, match=r"agree on TLS|does not answer|cannot be reached"):
        reach(server(listener.port, tls=True), limit_s=1.0)


def test_nobody_at_the_port(listener: Listener) -> None:
    listener.close()
    with pytest.raises(Unreachable, match="refuses") as caught:
        reach(server(listener.port))
    assert "port in {key}" in caught.value.remedy


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Unreachable, match="cannot be found"):
        reach(server(443, host="roger.invalid"))


def chat(**changes: object) -> dict[str, object]:
    return {"enabled": True, "base_url": "https://box.example/v1", **changes}


def test_nothing_is_looked_for_that_nothing_needs(patient: Patient) -> None:
    assert [finding.status for finding in patient.examined(network.check)] == ["skipped"]


def test_the_chat_server_is_needed_where_chat_is_on(patient: Patient) -> None:
    patient.settings(chat=chat())
    [finding] = patient.examined(network.check)
    assert finding.text == "box.example:443: TLSv1.3"
    patient.ports.reached = Unreachable("refuses the connection", "correct the port in {key}, or ping {host}")
    [finding] = patient.examined(network.check)
    assert (finding.status, finding.code) == ("fault", "CHAT-02")
    assert finding.remedy == "correct the port in chat.base_url, or ping box.example"


def test_private_means_that_nobody_outside_is_even_looked_up(patient: Patient) -> None:
    patient.settings(chat=chat(), private=True)
    assert [finding.status for finding in patient.examined(network.check)] == ["skipped"]
