"""The server behind the page: a WebSocket for everything that is live, a place for images, and Gradio for the rest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from config.loader import Config
from config.secrecy import keep
from controller.errors import RogerError
from controller.pictures import MAX_BYTES, prepare
from controller.web.browser import ELSEWHERE, Line
from controller.web.guard import LOOPBACK, Guard
from controller.web.page import AROUND, ICON, make_page, theme
from controller.web.visitor import Visitor
from controller.web.visitors import Visitors

MOST_MESSAGE_BYTES: Final = 1_000_000
NAME_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is.

    Attributes:
        token: What a visitor has to know; empty where none has to.
        certificate: Files of certificate and key, for https; None for http.
    """

    host: str
    port: int
    token: str = ""
    certificate: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """What to open."""
        scheme = "https" if self.certificate else "http"
        name = socket.gethostname() if self.host in ("0.0.0.0", "::") else self.host
        name = f"[{name}]" if ":" in name else name
        return f"{scheme}://{name}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def is_loopback(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.")


def new_secret() -> str:
    """That nobody can guess, and no log shows."""
    return keep(os.urandom(NAME_BYTES).hex())


def make_app(config: Config, visitors: Visitors, address: Address) -> Any:
    """The ASGI application."""
    import fastapi
    import gradio

    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_websocket_route("/live", _live(visitors, config.roger.language))
    app.add_api_route("/image", _image(visitors), methods=["POST"], response_model=None)
    page: dict[str, Any] = {
        "theme": theme(),
        "head": f"<style>{AROUND}</style>",
        "favicon_path": str(ICON),
        "footer_links": [],
    }
    gradio.mount_gradio_app(app, make_page(config), "/", max_file_size=1, show_error=False, ssr_mode=False, **page)
    hosts = () if address.token else (*LOOPBACK, address.host)
    return Guard(app, address.token, hosts)


def _live(visitors: Visitors, language: str) -> Callable[..., Any]:
    import fastapi

    async def live(websocket: fastapi.WebSocket) -> None:
        await websocket.accept()
        try:
            visitor = await asyncio.to_thread(visitors.come, websocket.query_params.get("visitor", ""))
        except RogerError as error:
            problem = error.problem
            said = f"{problem.code} {problem.message}"
            await websocket.send_json({"kind": "refused", "problem": said, "hint": problem.hint})
            await websocket.close()
            return
        await websocket.send_json({"kind": "hello", "visitor": visitor.name, "language": language})
        more = asyncio.Event()
        line = visitor.attach(partial(_wake, asyncio.get_running_loop(), more))
        sending = asyncio.create_task(_send(websocket, line, more))
        try:
            await _receive(websocket, visitor, line)
        finally:
            sending.cancel()
            visitors.leave(visitor.name, line)

    live.__annotations__["websocket"] = fastapi.WebSocket  # known only here, and FastAPI looks for it
    return live


async def _receive(websocket: Any, visitor: Visitor, line: Line) -> None:
    """Until the page is gone, or its conversation is in another one."""
    while (message := await websocket.receive())["type"] == "websocket.receive" and visitor.outbox.line is line:
        visitor.receive(message.get("bytes") or message.get("text") or "")


async def _send(websocket: Any, line: Line, more: asyncio.Event) -> None:
    """What the device has to say, as it comes."""
    with contextlib.suppress(RuntimeError):  # the page is gone: `_receive` sees to it
        while True:
            await more.wait()
            more.clear()
            while message := line.next():
                await websocket.send_json(message)
                if message["kind"] == ELSEWHERE:
                    await websocket.close()
                    return


def _wake(loop: asyncio.AbstractEventLoop, more: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the server has ended
        loop.call_soon_threadsafe(more.set)


def _image(visitors: Visitors) -> Callable[..., Any]:
    import fastapi
    from fastapi.responses import JSONResponse

    async def image(request: fastapi.Request) -> JSONResponse:
        visitor = visitors.find(request.query_params.get("visitor", ""))
        if visitor is None:
            return JSONResponse({"problem": "WEB-03 who asks?", "hint": "reload the page"}, 403)
        content = bytearray()
        async for piece in request.stream():
            content += piece
            if len(content) > MAX_BYTES:
                break
        try:
            prepared = await asyncio.to_thread(prepare, bytes(content), "web page")
        except RogerError as error:
            problem = error.problem
            return JSONResponse({"problem": f"{problem.code} {problem.message}", "hint": problem.hint}, 400)
        visitor.give(prepared)
        width, height = prepared.size
        return JSONResponse({"digest": prepared.picture.digest, "width": width, "height": height})

    image.__annotations__["request"] = fastapi.Request
    return image


class Server:
    """uvicorn, on a socket that is bound before anything slow happens.

    Raises:
        RogerError: WEB-03 where the port cannot be had.
    """

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(128)  # who comes before all is loaded waits
        except OSError as error:
            self._socket.close()
            message = f"the page cannot be served at {host}:{port}: {error.strerror}"
            raise RogerError("WEB-03", message, "is it open already? give another --port") from None
        self.port = int(self._socket.getsockname()[1])
        self._uvicorn: Any = None

    def run(self, app: Any, address: Address, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until Ctrl-C or SIGTERM, or `stop`."""
        import uvicorn

        certificate, key = address.certificate or (None, None)
        settings = uvicorn.Config(
            app,
            log_config=None,  # its own would write past Roger's, which hides secrets
            log_level="warning",
            access_log=False,
            ws_max_size=MOST_MESSAGE_BYTES,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            timeout_graceful_shutdown=2,
        )
        self._uvicorn = uvicorn.Server(settings)
        ready()
        self._uvicorn.run([self._socket])

    def stop(self) -> None:
        """From any thread."""
        if self._uvicorn:
            self._uvicorn.should_exit = True

    def close(self) -> None:
        self._socket.close()
