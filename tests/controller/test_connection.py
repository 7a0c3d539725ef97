"""An exchange ends at once when it is cut, in the clear and through TLS, and failures are told in plain words."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from controller.connection import Connection, explain


@pytest.fixture(params=["http", "https"])
def tls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext] | None:
    """The server's and the client's side of TLS; None in the clear."""
    if request.param == "http":
        return None
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with the openssl program")
    certificate, secret = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", secret, "-out", certificate]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, secret)
    return server, ssl.create_default_context(cafile=certificate)


@pytest.mark.parametrize("begins", [False, True], ids=["before the headers", "in the body"])
def test_cutting_ends_a_read_and_tells_the_server(
    tls: tuple[ssl.SSLContext, ssl.SSLContext] | None, begins: bool
) -> None:
    stalled, left, ended, connection = threading.Event(), threading.Event(), threading.Event(), Connection()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        accepted = listening.accept()[0]
        with suppress(OSError), tls[0].wrap_socket(accepted, server_side=True) if tls else accepted as client:
            client.recv(4096)
            if begins:
                client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it")
            stalled.set()
            with suppress(OSError):  # through TLS, being cut off is an error, in newer versions of OpenSSL
                while client.recv(4096):
                    pass
            left.set()

    def read() -> None:
        with httpx2.Client(verify=tls[1] if tls else True, timeout=60) as client, pytest.raises(httpx2.TransportError):
            url = f"{'https' if tls else 'http'}://localhost:{listening.getsockname()[1]}/"
            request = client.build_request("GET", url, extensions={"trace": connection.trace})
            client.send(request)
        ended.set()

    with listening:
        for work in (serve, read):
            threading.Thread(target=work, daemon=True).start()
        assert stalled.wait(20)
        assert connection.ready
        connection.cut()
        assert ended.wait(5)
        assert left.wait(5)


def test_an_exchange_that_is_cut_before_it_begins_never_begins() -> None:
    connection = Connection()
    connection.cut()
    connection.cut()
    with socket.create_server(("127.0.0.1", 0)) as listening, httpx2.Client(timeout=20) as client:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        request = client.build_request("GET", url, extensions={"trace": connection.trace})
        with pytest.raises(httpx2.TransportError):
            client.send(request)
        assert listening.accept()[0].recv(4096) == b""


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (socket.gaierror(-2, "Name or service not known"), 'no server is called "lamp"', "network"),
        (ssl.SSLCertVerificationError(1, "expired"), "lamp has a certificate that is not trusted", "date"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "lamp does not speak HTTPS", "https"),
        (ConnectionRefusedError(111, "Connection refused"), "nothing listens at lamp", "start the server"),
        (ConnectionResetError(104, "Connection reset by peer"), "lamp hung up", "log"),
        (OSError(101, "Network is unreachable"), "lamp cannot be reached: Network is unreachable", "network"),
        (ValueError("key=abc"), "lamp hung up or does not speak HTTP", "log"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failures_are_told_in_plain_words(error: Exception, message: str, hint: str) -> None:
    wrapped = RuntimeError("a library's own")
    wrapped.__cause__ = error
    said, remedy = explain(wrapped, "lamp")
    assert said == message
    assert hint in remedy
