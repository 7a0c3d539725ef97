"""The `command` step: runs a program, never a shell, and leaves nothing of it behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from config.schema import Command
from controller.adapters.action_text import first_lines
from controller.background import Background, Cancelled
from controller.errors import RogerError
from controller.ports import Cancellation
from controller.template import fill
from controller.turn import Slot, StepResult

KEPT_BYTES: Final = 4096
"""How much of its output is kept; the rest is read and dropped, so that the program never waits."""
GRACE_S: Final = 1.0
"""From the request to stop (SIGTERM) to the end (SIGKILL)."""
DRAIN_S: Final = 0.5
"""How long to wait for output that a program's own children still hold open once it has ended."""

_SECRET = re.compile(r"(^|_)(KEYS?|TOKENS?|SECRETS?|CREDENTIALS?|APIKEY)(_|$)|PASSWORD|PASSWD", re.IGNORECASE)


class CommandRunner:
    """Runs `command` in a session of its own: a limit or a cancelled turn ends it with all its children."""

    def run(self, step: Command, slots: dict[str, Slot], language: str, cancellation: Cancellation) -> StepResult:
        program = _Program([fill(argument, slots) for argument in step.argv])
        waiting = Background[int]("command", lambda emit: emit(program.process.wait()), cancellation)
        try:
            status = waiting.next(step.limit_s)
        except TimeoutError:
            program.stop()
            hint = "see why, or raise the step's limit_s"
            raise RogerError("ACT-03", f"{program.name} took longer than {step.limit_s:g} s", hint) from None
        except Cancelled:
            program.stop()
            raise
        if status:
            raise RogerError("ACT-02", f"{program.name} {program.cause()}", "run it in a terminal to see why")
        return StepResult("command", first_lines(program.printed()) if step.show else "")


class _Program:
    """A program that runs. Raises ACT-02 where it cannot be started."""

    def __init__(self, argv: list[str]) -> None:
        self.name = Path(argv[0]).name or argv[0]
        try:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
                env=harmless(os.environ),
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            hint = "write the program's full path, and check that it is installed and may be run"
            raise RogerError("ACT-02", f"{argv[0]} cannot be started: {reason}", hint) from error
        assert self.process.stdout and self.process.stderr
        self._output = _Drain(self.process.stdout, keep_end=False)
        self._errors = _Drain(self.process.stderr, keep_end=True)

    def printed(self) -> bytes:
        """The start of its output."""
        return self._output.kept()

    def cause(self) -> str:
        """How it failed, in its own last words where it had any."""
        status = self.process.returncode
        how = f"ended with {status}" if status > 0 else f"was ended by {signal.Signals(-status).name}"
        last_words = self._errors.kept().decode("utf-8", errors="replace").strip().splitlines()[-1:]
        return ": ".join([how, *(first_lines(line.encode()) for line in last_words)])

    def stop(self) -> None:
        """Ask the program and its children to end, then end them."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_S)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # all of them have ended
            os.killpg(self.process.pid, number)


class _Drain:
    """Reads a pipe to its end and keeps the start or the end of it."""

    def __init__(self, pipe: IO[bytes], keep_end: bool) -> None:
        self._kept = b""
        self._part = slice(-KEPT_BYTES, None) if keep_end else slice(KEPT_BYTES)
        self._thread = threading.Thread(target=self._read, args=(pipe,), name="command output", daemon=True)
        self._thread.start()

    def kept(self) -> bytes:
        self._thread.join(DRAIN_S)
        return self._kept

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := pipe.read(KEPT_BYTES):
                self._kept = (self._kept + chunk)[self._part]


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a program may see: none whose name says that it is a secret."""
    return {name: value for name, value in environment.items() if not _SECRET.search(name)}
