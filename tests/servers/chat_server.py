"""A chat server on loopback that does exactly what a test tells it to, also everything that a server should not do.

def script(talk: Talk) -> None:
    talk.say("The light ", "is on.")
    talk.finish()

with ChatServer(script) as server:
    ...  # server.base_url, server.requests, server.stalled, server.left
"""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeAlias

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What a client sent. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Talk:
    """The server's side of one request: what a script can do.

    Attributes:
        request: What was asked.
        ending: Set when the server ends; a script that waits, waits for it.
    """

    def __init__(self, handler: BaseHTTPRequestHandler, server: ChatServer) -> None:
        self._handler = handler
        self._server = server
        self.request = server.requests[-1]
        self.ending = server.ending
        self._begun = False

    def begin(self) -> None:
        """Send the headers of a stream; `send` does it by itself."""
        self._begun = True
        self._handler.send_response(200)
        self._handler.send_header("content-type", "text/event-stream")
        self._handler.send_header("transfer-encoding", "chunked")
        self._handler.end_headers()

    def send(self, raw: bytes) -> None:
        """Send bytes of the stream, in one chunk, whatever they are."""
        if not self._begun:
            self.begin()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))

    def raw(self, content: bytes) -> None:
        """Send bytes as they are, whatever they do to the protocol."""
        self._handler.wfile.write(content)

    def promise(self, length: int, content: bytes) -> None:
        """Announce `length` bytes and send fewer."""
        self._handler.send_response(200)
        self._handler.send_header("content-type", "text/event-stream")
        self._handler.send_header("content-length", str(length))
        self._handler.end_headers()
        self._handler.wfile.write(content)

    def event(self, data: object) -> None:
        """Send one event with JSON in it."""
        self.send(b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n")

    def delta(self, reason: str | None = None, **delta: str) -> None:
        """Send one chunk of a completion."""
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        self.event({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]})

    def say(self, *pieces: str) -> None:
        for piece in pieces:
            self.delta(content=piece)

    def finish(self, reason: str = "stop") -> None:
        """End the stream as it should end."""
        self.delta(reason)
        self.send(b"data: [DONE]\n\n")
        self._handler.wfile.write(b"0\r\n\r\n")

    def refuse(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer with an error and no stream."""
        body = json.dumps({"error": {"message": message, "type": "test"}}).encode()
        self._handler.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def stall(self, every_s: float | None = None, sending: bytes = b"") -> None:
        """Say nothing more until the client leaves or the server ends, but for `sending` every `every_s`."""
        self._server.stalled.set()
        while not self.ending.is_set():
            if select.select([self._handler.connection], [], [], every_s or 0.05)[0]:
                self._server.left.set()
                return
            if sending:
                self.send(sending)

    def hang_up(self) -> None:
        """Close the connection in the middle of the stream."""
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Close it the hard way: the client's next read fails with "connection reset"."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()


Script: TypeAlias = Callable[[Talk], None]


class ChatServer:
    """Plays `script` to every request, each on a thread of its own.

    Attributes:
        base_url: For `chat.base_url`.
        requests: What has been asked so far.
        stalled: Set once a script has come to `stall`.
        left: Set once the client has closed the connection during a stall.
    """

    def __init__(self, script: Script) -> None:
        self.requests: list[Request] = []
        self.stalled, self.left, self.ending = threading.Event(), threading.Event(), threading.Event()
        self._http = ThreadingHTTPServer((HOST, 0), _handler(self, script))
        self.base_url = f"http://{HOST}:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="chat server", daemon=True)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def saying(*pieces: str) -> Script:
    """A script that answers as a good server does."""

    def script(talk: Talk) -> None:
        talk.delta(role="assistant", content="")
        talk.say(*pieces)
        talk.finish()

    return script


def _handler(server: ChatServer, script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        close_connection = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(Request(self.path, headers, json.loads(body)))
            self.close_connection = True
            try:
                script(Talk(self, server))
            except OSError:
                server.left.set()

        def log_message(self, format: str, *args: Any) -> None:
            """Tests print nothing."""

    return Handler


@contextmanager
def deaf_server() -> Iterator[str]:
    """The base URL of a port that never takes a connection: its queue is full."""
    with socket.create_server((HOST, 0), backlog=0) as listening:
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for client in waiting:
                client.setblocking(False)
                client.connect_ex(address)
            yield f"http://{HOST}:{address[1]}/v1"
        finally:
            for client in waiting:
                client.close()
