"""Which GGUF file a setting means, and whether this computer has the memory for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from controller.errors import RogerError
from models.store.fetch import folder_of

BESIDE_MB: Final = 150
"""What llama.cpp needs besides the weights: the context, and room to work in."""
SPARE: Final = 0.8
"""Of the memory that is free, what a model may take."""


def gguf_of(model: str, most_mb: int, free_mb: int | None = None) -> Path:
    """The file of a catalogue model, or of a path.

    Args:
        most_mb: Memory that it may need.
        free_mb: Memory that is free; None asks Linux.

    Raises:
        RogerError: MDL-01 or MDL-02 where there is none, MDL-05 where it needs too much memory.
    """
    path = Path(model).expanduser()
    if path.suffix != ".gguf":
        path = next(iter(sorted(folder_of(model).glob("*.gguf"))), path)
    if not path.is_file():
        raise RogerError("MDL-02", f"there is no model file {path}", "`roger models list` shows what can be fetched")
    needed_mb = path.stat().st_size // 1_000_000 + BESIDE_MB
    free_mb = _free_mb() if free_mb is None else free_mb
    if needed_mb > most_mb:
        message = f"{path.name} needs {needed_mb} MB of memory, {most_mb} are allowed"
        raise RogerError("MDL-05", message, "use a smaller model, or raise understanding.llm_memory_mb")
    if needed_mb > SPARE * free_mb:
        message = f"{path.name} needs {needed_mb} MB of memory, {free_mb} are free"
        raise RogerError("MDL-05", message, "use a smaller model, or set understanding.llm: off")
    return path


def _free_mb() -> int:
    """MemAvailable of Linux; plenty where there is no such file."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return 1_000_000
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("MemAvailable:")), 1_000_000)
