"""Speech that another program makes: its own process, so that it can be ended at once and its licence stays its own."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from controller.errors import RogerError
from controller.ports import Cancellation, Sound

PIECE_BYTES: Final = 8_192
LIMIT_S: Final = 10.0
"""A program that says nothing for so long is stuck."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run for a sentence. The text goes to its standard input, never onto its command line.

    Attributes:
        argv: Never a shell.
        rate_hz: Of the mono 16-bit samples that it prints.
        header: Bytes in front of them.
        remedy: What to do where it is missing.
    """

    argv: Sequence[str]
    rate_hz: int
    header: int
    remedy: str


def say(program: Program, text: str, cancellation: Cancellation, limit_s: float = LIMIT_S) -> Iterator[Sound]:
    """Yield what the program says as it comes; a cancellation kills it.

    Raises:
        RogerError: SPK-01 where it is missing, SPK-02 where it fails, SPK-03 where it takes too long.
    """
    if cancellation.cancelled:
        return
    process = _start(program)
    try:
        cancellation.on_cancel(process.kill)
        pieces = _pieces(process, text)
        yield from _sounds(pieces, program, limit_s)
        if process.wait(limit_s) and not cancellation.cancelled:
            raise _failed(program, process.returncode)
    except subprocess.TimeoutExpired:
        raise _too_long(program, limit_s) from None
    finally:
        process.kill()
        process.wait()


def _start(program: Program) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            program.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    except OSError as error:
        raise RogerError("SPK-01", f"{program.argv[0]} cannot be run: {error.strerror}", program.remedy) from None


def _pieces(process: subprocess.Popen[bytes], text: str) -> queue.SimpleQueue[bytes]:
    """What the program prints, then nothing; read on a thread, for a read has no limit of its own."""
    pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    assert process.stdin and process.stdout
    given, printed = process.stdin, process.stdout

    def read() -> None:
        with printed:
            try:
                given.write(text.replace("\n", " ").encode() + b"\n")
                given.close()
            except OSError:
                pass  # it has ended; its exit status tells why
            while piece := printed.read(PIECE_BYTES):
                pieces.put(piece)
        pieces.put(b"")

    threading.Thread(target=read, name="voice", daemon=True).start()
    return pieces


def _sounds(pieces: queue.SimpleQueue[bytes], program: Program, limit_s: float) -> Iterator[Sound]:
    to_skip, rest = program.header, b""
    while piece := _next(pieces, program, limit_s):
        rest += piece
        skipped = min(to_skip, len(rest))
        to_skip, rest = to_skip - skipped, rest[skipped:]
        whole = len(rest) // 2 * 2
        if whole:
            yield Sound(np.frombuffer(rest[:whole], np.int16), program.rate_hz)
        rest = rest[whole:]


def _next(pieces: queue.SimpleQueue[bytes], program: Program, limit_s: float) -> bytes:
    try:
        return pieces.get(timeout=limit_s)
    except queue.Empty:
        raise _too_long(program, limit_s) from None


def _failed(program: Program, status: int) -> RogerError:
    return RogerError("SPK-02", f"{program.argv[0]} failed (exit status {status})", program.remedy)


def _too_long(program: Program, limit_s: float) -> RogerError:
    return RogerError("SPK-03", f"{program.argv[0]} said nothing for {limit_s:g} s", "try again; is the computer busy?")
