"""llama.cpp's own chat server with a real small model, as a program on loopback.

with llama_server(folder_of_the_gguf_file) as server:
    ...  # server.base_url, server.process
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
STARTS_WITHIN_S = 60
NEEDS = ("llama_cpp", "fastapi", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings")


@dataclass(frozen=True)
class LlamaServer:
    base_url: str
    process: subprocess.Popen[bytes]


def missing() -> list[str]:
    """The packages that it needs and that are not installed."""
    return [name for name in NEEDS if importlib.util.find_spec(name) is None]


@contextmanager
def llama_server(folder: Path) -> Iterator[LlamaServer]:
    """Serve the GGUF file in `folder` until the end of the block, unless the block ends the process."""
    (weights,) = folder.glob("*.gguf")
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    options = {"model": weights, "host": HOST, "port": port, "n_ctx": 1024, "n_threads": 2, "verbose": False}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *arguments],
        env={**os.environ, "OMP_WAIT_POLICY": "passive"},  # threads that wait must not take the test's CPU
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_listens(process, port)
        yield LlamaServer(f"http://{HOST}:{port}/v1", process)
    finally:
        process.kill()
        process.wait()


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    pause = threading.Event()
    for _ in range(STARTS_WITHIN_S * 10):
        assert process.poll() is None, "the server ended at once"
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            pause.wait(0.1)
        else:
            return
    raise AssertionError(f"the server did not listen within {STARTS_WITHIN_S} s")
