"""PortAudio, as microphone and speaker need it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def import_pyaudio() -> Any:
    """The module; raises `ImportError` where it is not installed."""
    import pyaudio

    return pyaudio


def user_of(name: str, sounds: Path = Path("/proc/asound")) -> str:
    """The program that records from a card with `name` in its name; empty where none does, or nobody may know.

    PortAudio does not list a device that is in use.
    """
    for status in sorted(sounds.glob("card*/pcm*c/sub*/status")):
        owner = re.search(r"owner_pid *: *(\d+)", _text(status))
        card = _text(status.parents[2] / "id") + _text(status.parents[1] / "info")
        if owner and name.lower() in card.lower():
            return _text(Path("/proc") / owner[1] / "comm").strip() or f"process {owner[1]}"
    return ""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


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
