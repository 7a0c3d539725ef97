"""A picture that another program takes and prints: it can be ended at any time, and the driver with it."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from controller.adapters.action_command import harmless
from controller.background import Background
from controller.errors import RogerError
from controller.pictures import MAX_BYTES
from controller.ports import Cancellation

CHUNK_BYTES: Final = 65_536
LAST_WORDS_BYTES: Final = 4_096
RUN_IT: Final = "see what `roger look` says of it, and docs/vision.md"


@dataclass(frozen=True, slots=True)
class Program:
    """What is run for a picture.

    Attributes:
        argv: Never a shell. It prints one picture to its standard output, and its complaints to the other.
        remedy: What to do where it is not installed.
        hints: What to do about complaints that contain a text; and those in `no_camera` mean that there is none.
    """

    argv: Sequence[str]
    remedy: str
    hints: Mapping[str, str]
    no_camera: Sequence[str] = ()

    @property
    def name(self) -> str:
        return Path(self.argv[0]).name


@dataclass(frozen=True, slots=True)
class _Printed:
    """How it ended: `status` is its exit status, None where it printed more than any picture has."""

    picture: bytes
    complaint: str
    status: int | None


def run(program: Program, limit_s: float, cancellation: Cancellation) -> bytes:
    """What the program prints; it is over, with all that it started, when this returns.

    Raises:
        RogerError: CAM-01 where it is not installed or finds no camera, CAM-02 after `limit_s` seconds, CAM-03 where
            it fails.
        Cancelled: The turn ended.
    """
    process = _started(program)
    try:
        waiting = Background[_Printed]("camera", lambda emit: emit(_read(process)), cancellation)
        printed = waiting.next(limit_s)
    except TimeoutError:
        hint = "try again; if it stays so, unplug it for a moment, or raise camera.limit_s"
        raise RogerError("CAM-02", f"the camera gave no picture within {limit_s:g} s", hint) from None
    finally:
        _end(process)
    assert printed
    if printed.status != 0 or not printed.picture:
        raise _failed(program, printed)
    return printed.picture


def _started(program: Program) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=harmless(os.environ),
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RogerError("CAM-01", f"{program.name} cannot be started: {reason}", program.remedy) from error


def _read(process: subprocess.Popen[bytes]) -> _Printed:
    """Both outputs to their ends, but no more than fits: one that nobody reads would hold it up."""
    assert process.stdout and process.stderr
    picture, complaint = bytearray(), b""
    with process.stdout, process.stderr, selectors.DefaultSelector() as ready:
        for pipe in (process.stdout, process.stderr):
            ready.register(pipe, selectors.EVENT_READ)
        while ready.get_map() and len(picture) <= MAX_BYTES:
            for key, _ in ready.select():
                chunk = os.read(key.fd, CHUNK_BYTES)
                if not chunk:
                    ready.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    picture += chunk
                else:
                    complaint = (complaint + chunk)[-LAST_WORDS_BYTES:]
    endless = len(picture) > MAX_BYTES
    return _Printed(bytes(picture), complaint.decode("utf-8", "replace"), None if endless else process.wait())


def _failed(program: Program, printed: _Printed) -> RogerError:
    lines = [line.strip() for line in printed.complaint.splitlines() if line.strip()]
    cause = "it printed no end of data" if printed.status is None else (lines or ["it printed no picture"])[-1]
    code = "CAM-01" if any(text in printed.complaint for text in program.no_camera) else "CAM-03"
    hint = next((hint for text, hint in program.hints.items() if text in printed.complaint), RUN_IT)
    return RogerError(code, f"{program.name} took no picture: {cause}", hint)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # all of them have ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
