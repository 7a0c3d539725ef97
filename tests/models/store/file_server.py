"""A file server on loopback that can do everything a server should not do, and models that come from it."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from models.store.catalog import Archive, Model, RawFile, Source


@dataclass
class FileServer:
    """Serves `content` under every path.

    Attributes:
        etag: The validator; None sends none.
        ranges: Whether it honours Range.
        drops: For each coming request how many bytes it sends before it hangs up.
        statuses: For each coming request a status to refuse it with.
        claims: Content-Length to send instead of the true one.
        holds_at: Send this many bytes, set `held`, and wait for `release`.
        requests: Range header of each request, "" for none.
    """

    content: bytes
    etag: str | None = '"one"'
    ranges: bool = True
    drops: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    claims: int | None = None
    holds_at: int | None = None
    requests: list[str] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/model.zip"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range", "")
        self.requests.append(asked)
        if self.statuses:
            handler.send_error(self.statuses.pop(0))
            return
        start = self._start(handler, asked)
        if start > len(self.content):
            handler.send_error(416)
            return
        self._send_head(handler, start)
        self._send_body(handler, self.content[start:])

    def _start(self, handler: BaseHTTPRequestHandler, asked: str) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", asked)
        unchanged = handler.headers.get("If-Range") in (None, self.etag)
        return int(match[1]) if match and self.ranges and unchanged else 0

    def _send_head(self, handler: BaseHTTPRequestHandler, start: int) -> None:
        size = len(self.content)
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        if self.etag:
            handler.send_header("ETag", self.etag)
        handler.send_header("Content-Length", str(self.claims or size - start))
        handler.end_headers()

    def _send_body(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.close_connection = True
        if self.holds_at is not None:
            handler.wfile.write(body[: self.holds_at])
            body, self.holds_at = body[self.holds_at :], None
            self.held.set()
            self.release.wait(30)
        end = self.drops.pop(0) if self.drops else len(body)
        try:
            handler.wfile.write(body[:end])
        except (BrokenPipeError, ConnectionResetError):
            return


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that do not compress, the same for the same seed."""
    blocks = (hashlib.sha256(f"{seed} {i}".encode()).digest() for i in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def source_of(url: str, content: bytes, sha: str | None = "right") -> Source:
    """A source of one file, weights/final.mdl, in a zip at `url`; `sha` is the zip's, by default the right one."""
    archive = Archive(url=url, sha256=sha256(content) if sha == "right" else sha)
    return Source(archives=(archive,), folder="weights")


def model_of(*sources: Source, name: str = "small") -> Model:
    return Model(
        name=name,
        about="For tests.",
        kind="asr",
        engine="vosk",
        languages=("en",),
        licence="MIT",
        notice="whisper.txt",
        download_bytes=1_000_000,
        unpacked_bytes=1_000_000,
        installed_bytes=1_000_000,
        sources=sources,
    )


def pinned_file(content: bytes, *parts: str) -> RawFile:
    return RawFile(sha256=sha256(content), parts=parts)
