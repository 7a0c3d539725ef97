"""A server on loopback that speaks OpenAI's protocol for speech: a hum, as long as the text deserves."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import numpy as np

RATE_HZ = 24_000


class SpeechServer:
    """Attributes:
    asked: The body of each request.
    status: What it answers with.
    stalls: It goes silent after the first piece.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.authorization = ""
        self.status = 200
        self.stalls = False
        self._ending = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> SpeechServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.asked.append(body)
                server.authorization = self.headers.get("authorization", "")
                self.send_response(server.status if self.path == "/v1/audio/speech" else 404)
                self.end_headers()
                if server.status == 200:
                    server._speak(self, body["input"])

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        return Handler

    def _speak(self, handler: BaseHTTPRequestHandler, text: str) -> None:
        times = np.arange(int(RATE_HZ * max(1.0, len(text) / 14))) / RATE_HZ
        samples = (8000 * np.sin(2 * np.pi * 220 * times)).astype(np.int16).tobytes()
        try:
            handler.wfile.write(samples[:4801])
            if self.stalls:
                self._ending.wait(20)
                return
            handler.wfile.write(samples[4801:])
        except OSError:
            pass  # who asked does not want to hear the rest
