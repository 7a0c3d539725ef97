"""An `Engine` in a process of its own.

The voice activity detector brings another libggml under the same name, and a process can have only one. This also
keeps the assistant alive where a model does not fit into memory or llama.cpp stumbles over a file.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from controller.errors import Problem, RogerError
from models.llm.engine import Engine, Prepared, Tokens

METHODS: Final = ("tokens", "prepared", "log_probabilities")


class EngineProcess:
    """What `Engine` is, by pipe; ends with this process at the latest.

    Raises:
        RogerError: MDL-02, MDL-06, as `Engine`; MDL-06 from every method once the process has ended.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._lock = threading.Lock()
        command = [sys.executable, "-m", "models.llm.process", str(path), str(threads)]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._child.stdin and self._child.stdout
        self._requests, self._answers = self._child.stdin, self._child.stdout
        try:
            self.name = str(self._answer())
        except RogerError:
            self.close()
            raise

    def tokens(self, text: str, *, begins: bool = True) -> Tokens:
        """As `Engine.tokens`."""
        found: Tokens = self._ask("tokens", text, begins=begins)
        return found

    def prepared(self, beginning: Tokens) -> bytes:
        """As `Engine.prepared`."""
        state: bytes = self._ask("prepared", beginning)
        return state

    def log_probabilities(self, beginnings: Sequence[Prepared], continuation: Tokens) -> NDArray[np.float64]:
        """As `Engine.log_probabilities`."""
        found: NDArray[np.float64] = self._ask("log_probabilities", list(beginnings), continuation)
        return found

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.wait()
        self._answers.close()
        with suppress(OSError):  # what was not sent any more
            self._requests.close()

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        with self._lock:
            try:
                self._requests.write(pickle.dumps((method, arguments, named)))
                self._requests.flush()
            except (OSError, ValueError) as error:
                raise _ended() from error
            return self._answer()

    def _answer(self) -> Any:
        try:
            answer = pickle.load(self._answers)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise _ended() from error
        if isinstance(answer, Problem):
            raise RogerError(answer.code, answer.message, answer.hint)
        return answer


def _ended() -> RogerError:
    return RogerError("MDL-06", "the language model has ended", "use a smaller model, or set understanding.llm: off")


def serve(path: Path, threads: int) -> None:
    """Answer until the other side is gone. Requests are (method, arguments, named), answers values or problems."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not stand among the answers

    def answer(value: object) -> None:
        pickle.dump(value, answers)
        answers.flush()

    try:
        engine = Engine(path, threads)
    except RogerError as error:
        answer(error.problem)
        return
    answer(engine.name)
    while True:
        try:
            method, arguments, named = pickle.load(requests)
        except (EOFError, KeyboardInterrupt):
            return
        try:
            answer(getattr(engine, method)(*arguments, **named) if method in METHODS else None)
        except RogerError as error:
            answer(error.problem)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
