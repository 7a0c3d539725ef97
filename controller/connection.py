"""An HTTP exchange that another thread can end at once, and why one failed, in plain words."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class Connection:
    """The connection of one HTTP exchange. Give `trace` to httpx2 as the request's "trace" extension.

    Closing a response does not wake a thread that is reading from it, and before the headers there is no response;
    shutting the socket down ends the exchange wherever it is, and tells the server to stop working for nobody.

    Attributes:
        ready: The connection stands; the request is being sent, or has been.
        on_ready: Called when that happens, on the thread that sends.
    """

    def __init__(self) -> None:
        self.ready = False
        self.on_ready: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpcore2 reports; the events that hand out a stream are connect_tcp and start_tls."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._hold(info["return_value"].get_extra_info("socket"))
        elif event.endswith(".send_request_headers.started") and not self.ready:
            self.ready = True
            self.on_ready()

    def cut(self) -> None:
        """End the exchange, or never let it begin. From any thread, at once."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                _shut_down(self._socket)

    def _hold(self, opened: socket.socket) -> None:
        with self._lock:
            self._socket = opened
            if self._cut:
                _shut_down(opened)


def _shut_down(opened: socket.socket) -> None:
    with suppress(OSError):  # closed already
        # ssl.SSLSocket has a shutdown of its own, which pulls the session from under a thread that reads
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def explain(error: BaseException, host: str) -> tuple[str, str]:
    """Why a request to `host` failed and what can be done about it; never quotes the request."""
    cause = _operating_system_error(error)
    match cause:
        case socket.gaierror():
            return f'no server is called "{host}"', "check the name and the network"
        case ssl.SSLCertVerificationError():
            return f"{host} has a certificate that is not trusted", "check the device's date, and the address"
        case ssl.SSLError():
            return f"{host} does not speak HTTPS", "check the address: http or https, and the port"
        case ConnectionRefusedError():
            return f"nothing listens at {host}", "start the server; it must listen to the network, not only to itself"
        case ConnectionResetError() | BrokenPipeError():
            return f"{host} hung up", "try again; see the server's log"
        case OSError(strerror=str(reason)):
            return f"{host} cannot be reached: {reason}", "check the network"
    return f"{host} hung up or does not speak HTTP", "try again; see the server's log"


def _operating_system_error(error: BaseException) -> OSError | None:
    """The system's own error at the bottom of the libraries' chain."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, OSError):
        link = link.__cause__ or link.__context__
    return link
