"""PortAudio, as microphone and speaker need it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def import_pyaudio() -> Any:
    """The module; raises `ImportError` where it is not installed."""
    import pyaudio

    return pyaudio


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """ALSA and JACK print dozens of lines about devices that nobody asked for, straight to file descriptor 2."""
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)
