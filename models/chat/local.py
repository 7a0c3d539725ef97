"""llama.cpp's own chat server as a child of this process: a model on this device, asked as any other server.

A process of its own, since the voice activity detector brings another libggml under the same name, and since a model
that does not fit must not take the machine down with it. It listens on loopback, wants a key that only this process
knows, and ends when this process does: then its standard input ends.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from config.schema import ChatServer, ChatSettings, LocalModel
from config.secrecy import keep
from controller.clock import stopwatch
from controller.errors import RogerError
from controller.ports import Cancellation
from models.chat.failures import ChatError
from models.chat.messages import Message
from models.chat.openai_chat import OpenAIChat
from models.llm.files import gguf_of

HOST: Final = "127.0.0.1"
LOOK_AGAIN_S: Final = 0.1
KEY_BYTES: Final = 24


class LocalChat:
    """An `Asker`. The model is loaded in the background from the start.

    Attributes:
        used: As `OpenAIChat.used`.

    Raises:
        RogerError: MDL-02, MDL-05 for the model's files; CHAT-01 where llama.cpp is not installed.
    """

    def __init__(self, settings: ChatSettings, local: LocalModel) -> None:
        if find_spec("llama_cpp") is None:
            raise RogerError("CHAT-01", "llama.cpp is not installed", "run: sh scripts/setup.sh llm")
        self._settings = settings
        self._key = keep(os.urandom(KEY_BYTES).hex())
        self._port = _free_port()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "models.chat.local"],
            env={**os.environ, **_options(local, self._port, self._key)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        server = ChatServer(base_url=f"http://{HOST}:{self._port}/v1", api_key=SecretStr(self._key))
        self._chat = OpenAIChat(settings.of(server))

    @property
    def used(self) -> int:
        return self._chat.used

    def ask(self, messages: Sequence[Message], cancellation: Cancellation, total_s: float) -> Iterator[str]:
        """As `OpenAIChat.ask`, once the model is loaded."""
        elapsed = stopwatch()
        if not self._ready(cancellation, total_s):
            return
        yield from self._chat.ask(messages, cancellation, max(0.0, total_s - elapsed()))

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.wait()
        if self._child.stdin:
            self._child.stdin.close()

    def _ready(self, cancellation: Cancellation, limit_s: float) -> bool:
        """Wait until it listens; False where nobody wants the answer any more."""
        elapsed, over = stopwatch(), threading.Event()
        cancellation.on_cancel(over.set)
        while not over.wait(LOOK_AGAIN_S if not _listens(self._port) else 0):
            if self._child.poll() is not None:
                hint = "is it a GGUF file, with the right mmproj and handler? see chat.local"
                raise ChatError("CHAT-02", "llama.cpp could not run the model of chat.local", hint)
            if _listens(self._port):
                return True
            if elapsed() > limit_s:
                raise ChatError("CHAT-04", f"the model was not loaded within {limit_s:g} s", "ask again in a while")
        return False


def _options(local: LocalModel, port: int, key: str) -> dict[str, str]:
    """For `llama_cpp.server`, in the environment, where nobody else can read the key."""
    options = {
        "MODEL": str(gguf_of(local.model, local.memory_mb)),
        "HOST": HOST,
        "PORT": str(port),
        "API_KEY": key,
        "N_CTX": str(local.context),
        "N_THREADS": str(local.threads),
        "VERBOSE": "false",
        "OMP_WAIT_POLICY": "passive",
    }
    if local.mmproj:
        mmproj = Path(local.mmproj).expanduser()
        if not mmproj.is_file():
            raise RogerError("MDL-02", f"there is no file {mmproj}", "check chat.local.mmproj")
        options |= {"CLIP_MODEL_PATH": str(mmproj), "CHAT_FORMAT": local.handler or "llava-1-5"}
    return options


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True


def _serve() -> None:
    """In the child: serve until the parent is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from llama_cpp.server.app import create_app
    from llama_cpp.server.settings import ModelSettings, ServerSettings

    environment: dict[str, Any] = {}
    app = create_app(server_settings=ServerSettings(**environment), model_settings=[ModelSettings(**environment)])
    uvicorn.run(app, host=HOST, port=int(os.environ["PORT"]), log_level="error")


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    _serve()
